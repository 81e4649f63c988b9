import { randomInt, randomUUID } from 'node:crypto';

/** What a domain takes of the world outside; each function takes only its part, and a test fixes it. */
export interface World {
  /** Milliseconds since the epoch. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  /** A new unique id. */
  newId(): string;
}

/** Resolution of the randomness: 48 bits, the most that `randomInt` draws. */
const RANDOM_RANGE = 2 ** 48 - 1;

/** The world as it is. Its randomness is the operating system's: what must not be guessed is not guessed. */
export const world: World = {
  now: () => Date.now(),
  random: () => randomInt(RANDOM_RANGE) / RANDOM_RANGE,
  newId: () => randomUUID(),
};
