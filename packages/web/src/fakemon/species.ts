/** In the order of the collection. */
const IDS = ['cindle', 'puddlop', 'pebblo', 'mossback', 'gustrel', 'zaplet', 'noctail', 'glimmoth'] as const;

/** A species that has a drawing. */
export type SpeciesId = (typeof IDS)[number];

/** A species as the page shows it. */
export interface Species {
  id: string;
  title: string;
  /** What it looks like, in two words, for whoever does not see it. */
  looks: string;
  rarity: 'common' | 'uncommon' | 'rare' | 'very rare';
}

const KNOWN: Readonly<Record<SpeciesId, Omit<Species, 'id'>>> = {
  cindle: { title: 'Cindle', looks: 'ember squirrel', rarity: 'common' },
  puddlop: { title: 'Puddlop', looks: 'water frog', rarity: 'common' },
  pebblo: { title: 'Pebblo', looks: 'walking stone', rarity: 'common' },
  mossback: { title: 'Mossback', looks: 'moss turtle', rarity: 'uncommon' },
  gustrel: { title: 'Gustrel', looks: 'wind bird', rarity: 'uncommon' },
  zaplet: { title: 'Zaplet', looks: 'spark mouse', rarity: 'uncommon' },
  noctail: { title: 'Noctail', looks: 'night fox', rarity: 'rare' },
  glimmoth: { title: 'Glimmoth', looks: 'light moth', rarity: 'very rare' },
};

/** All that the page knows. */
export const SPECIES: readonly Species[] = IDS.map((id) => ({ id, ...KNOWN[id] }));

/** A species by its id; one that this page does not know yet has its id for a name. */
export function speciesOf(id: string): Species {
  const known = SPECIES.find((species) => species.id === id);
  return known ?? { id, title: id.slice(0, 1).toUpperCase() + id.slice(1), looks: 'something new', rarity: 'rare' };
}
