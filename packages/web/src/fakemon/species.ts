/** A species as the page shows it. */
export interface Species {
  id: string;
  title: string;
  /** What it looks like, in two words, for whoever does not see it. */
  looks: string;
  rarity: 'common' | 'uncommon' | 'rare' | 'very rare';
}

/** In the order of the collection. */
export const SPECIES: readonly Species[] = [
  { id: 'cindle', title: 'Cindle', looks: 'ember squirrel', rarity: 'common' },
  { id: 'puddlop', title: 'Puddlop', looks: 'water frog', rarity: 'common' },
  { id: 'pebblo', title: 'Pebblo', looks: 'walking stone', rarity: 'common' },
  { id: 'mossback', title: 'Mossback', looks: 'moss turtle', rarity: 'uncommon' },
  { id: 'gustrel', title: 'Gustrel', looks: 'wind bird', rarity: 'uncommon' },
  { id: 'zaplet', title: 'Zaplet', looks: 'spark mouse', rarity: 'uncommon' },
  { id: 'noctail', title: 'Noctail', looks: 'night fox', rarity: 'rare' },
  { id: 'glimmoth', title: 'Glimmoth', looks: 'light moth', rarity: 'very rare' },
];

/** A species by its id; one that this page does not know yet has its id for a name. */
export function speciesOf(id: string): Species {
  const known = SPECIES.find((species) => species.id === id);
  return known ?? { id, title: id.slice(0, 1).toUpperCase() + id.slice(1), looks: 'something new', rarity: 'rare' };
}
