import type { Tally } from './match.ts';

/*
 * Which of two reports is the newer one: they come over two topics and from the API, twice, late and in any order.
 */

/** How far a report says that the match is. */
export interface Progress {
  rally: number;
  strokes: number;
  isOver: boolean;
}

/** Positive when `one` is further than `other`, 0 when they tell of the same moment. */
export function compare(one: Progress, other: Progress): number {
  return one.rally - other.rally || Number(one.isOver) - Number(other.isOver) || one.strokes - other.strokes;
}

/** Points of a game. */
export interface Standing {
  game: number;
  score: Tally;
}

const totalOf = ({ ping, pong }: Tally) => ping + pong;

/** The later of two standings; the first when they are the same. */
export function newer(one: Standing | undefined, other: Standing): Standing {
  if (!one) return other;
  const ahead = other.game - one.game || totalOf(other.score) - totalOf(one.score);
  return ahead > 0 ? other : one;
}

/** The one with more games. */
export const moreOf = (one: Tally | undefined, other: Tally): Tally =>
  one && totalOf(one) > totalOf(other) ? one : other;
