export type Rarity = 'common' | 'uncommon' | 'rare' | 'very-rare';

/** A kind of fakémon, and how hard it is to get. */
export interface Species {
  title: string;
  rarity: Rarity;
  /** In [0, 1): how likely it is to dodge a throw. */
  dodgeRate: number;
  /** How many of it may be captured at one place, from and to. */
  units: readonly [least: number, most: number];
  /** How long it stays. */
  lifetimeMs: number;
}

/** All there are, by id. */
export const SPECIES: Readonly<Record<string, Species>> = {
  cindle: { title: 'Cindle', rarity: 'common', dodgeRate: 0.1, units: [2, 4], lifetimeMs: 90_000 },
  puddlop: { title: 'Puddlop', rarity: 'common', dodgeRate: 0.05, units: [2, 4], lifetimeMs: 100_000 },
  pebblo: { title: 'Pebblo', rarity: 'common', dodgeRate: 0, units: [3, 5], lifetimeMs: 120_000 },
  mossback: { title: 'Mossback', rarity: 'uncommon', dodgeRate: 0, units: [1, 3], lifetimeMs: 120_000 },
  gustrel: { title: 'Gustrel', rarity: 'uncommon', dodgeRate: 0.5, units: [1, 3], lifetimeMs: 60_000 },
  zaplet: { title: 'Zaplet', rarity: 'uncommon', dodgeRate: 0.25, units: [1, 2], lifetimeMs: 45_000 },
  noctail: { title: 'Noctail', rarity: 'rare', dodgeRate: 0.3, units: [1, 2], lifetimeMs: 60_000 },
  glimmoth: { title: 'Glimmoth', rarity: 'very-rare', dodgeRate: 0.2, units: [1, 1], lifetimeMs: 45_000 },
};

/** How often a rarity appears, against the others. */
const WEIGHTS: Readonly<Record<Rarity, number>> = { common: 8, uncommon: 4, rare: 2, 'very-rare': 1 };

const entries = Object.entries(SPECIES);
const total = entries.reduce((sum, [, { rarity }]) => sum + WEIGHTS[rarity], 0);

/** The species that `chance`, in [0, 1), falls on. */
export function speciesBy(chance: number): [id: string, Species] {
  let left = chance * total;
  for (const entry of entries) {
    left -= WEIGHTS[entry[1].rarity];
    if (left < 0) return entry;
  }
  throw new RangeError(`no chance in [0, 1): ${chance}`);
}
