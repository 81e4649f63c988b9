import { createHash } from 'node:crypto';
import type { Attempt } from './attempt.ts';
import { SPECIES } from './species.ts';

/** What an attempt that got a unit is told, however often it is asked. */
export interface Win {
  unitsLeft: number;
  /** Milliseconds since the epoch. */
  atMs: number;
}

/** What may be seen of a fakémon in the world. */
export interface Appearance {
  fakemonId: string;
  species: string;
  /** Where on the map: 0 to 1,000 from its left, and from its top. */
  x: number;
  y: number;
  /** How many of it may be captured. */
  units: number;
  /** Milliseconds since the epoch. It may be captured from here. */
  appearsAtMs: number;
  /** ... until before here. */
  expiresAtMs: number;
}

/** A fakémon in the world, with what nobody is shown. */
export interface Wild extends Appearance {
  /** Only ever goes down, by one with each unit that is taken: it is the version of all that changes. */
  unitsLeft: number;
  /** Random: without it nobody can work out in advance which throws it dodges. */
  salt: string;
  /** Who got a unit, by `keyOf` their attempt: at most as many as there were units. */
  winners: Readonly<Record<string, Win>>;
  /** When the latest unit was taken, and by whom. */
  takenAtMs?: number | undefined;
  takenBy?: string | undefined;
}

const digest = (...parts: string[]) => createHash('sha256').update(JSON.stringify(parts)).digest();

const KEY_BYTES = 16;

/** An attempt among the winners: hexadecimal, whatever ids are made of. */
export function keyOf({ player, attemptId }: Pick<Attempt, 'player' | 'attemptId'>): string {
  return digest(player, attemptId).subarray(0, KEY_BYTES).toString('hex');
}

const DRAW_BYTES = 6;

/**
 * Whether it dodges a throw: by its salt and the attempt alone, so that an attempt that is decided again, by a retry or a
 * duplicate, meets the same fakémon. Who has dodged once is thrown at again with another attempt.
 */
export function dodges({ salt, species }: Wild, { player, attemptId }: Attempt): boolean {
  const drawn = digest(salt, player, attemptId).readUIntBE(0, DRAW_BYTES) / 256 ** DRAW_BYTES;
  return drawn < (SPECIES[species]?.dodgeRate ?? 0);
}
