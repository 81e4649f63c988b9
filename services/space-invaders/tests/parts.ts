import type { Session } from '@arcade/events/contracts/space-invaders';

/** 2030-01-01T00:00:00.000Z */
export const NOW_MS = Date.parse('2030-01-01T00:00:00Z');

/** A session for three, in which everybody plays as soon as they have a seat. */
export const sessionOf = (overrides: Partial<Session> = {}): Session => ({
  sessionId: '20300101T000000Z-x7k2',
  gameType: 'MULTIPLE_TRIALS',
  seats: 3,
  isSynchronized: false,
  openedAtMs: NOW_MS,
  ...overrides,
});

/** Random numbers in [0, 1) that a seed says. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
