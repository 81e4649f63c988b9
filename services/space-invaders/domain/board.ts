import type { Session } from '@arcade/events/contracts/space-invaders';
import type { Contender } from './contender.ts';
import { rankOf } from './rank.ts';

/** Who is on the board. */
export interface BoardRules {
  /** Everybody is, in a session of so many seats at the most. */
  fullSeats: number;
  /** In a larger one, about so many. */
  top: number;
}

export const isFull = ({ seats }: Session, { fullSeats }: BoardRules): boolean => seats <= fullSeats;

/** Where somebody is on the board, or would be. Undefined for who has not played. */
const placeOf = ({ shown, name }: Contender) => shown && rankOf(shown, name);

/** So many times as many as it takes may come onto the board in a second: some of them are not the best. */
const SPARE = 2;

/**
 * The players of a batch with their places on the board. All of them, where the board is full; otherwise who is on it already or is among
 * the best of the others, as far as they stand above its last place (`bar`, undefined while it has room). So few of the others come in at
 * once because in the beginning, when all have next to no points, everybody is above where the last place was a moment ago.
 *
 * Points only ever rise, and with them the bar. So whoever is left out and belongs there will say so again with the next status.
 */
export function placed(
  players: readonly Contender[],
  session: Session,
  rules: BoardRules,
  bar: string | undefined,
): Contender[] {
  const all = players.map((player) => ({ before: player.rank, next: { ...player, rank: placeOf(player) } }));
  if (isFull(session, rules)) return all.map(({ next }) => next);
  const share = Math.ceil((SPARE * rules.top * players.length) / session.seats);
  const others = all.flatMap(({ before, next }) => (before === undefined ? (next.rank ?? []) : [])).sort();
  const last = others[share - 1];
  const isIn = (rank: string, isOn: boolean) =>
    (bar === undefined || rank <= bar) && (isOn || last === undefined || rank <= last);
  return all.map(({ before, next }) => ({
    ...next,
    rank: next.rank !== undefined && isIn(next.rank, before !== undefined) ? next.rank : undefined,
  }));
}
