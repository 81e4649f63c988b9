import type { Session } from '@arcade/events/contracts/space-invaders';
import type { Contender } from './contender.ts';
import { rankOf } from './rank.ts';

/** Who is on the board. */
export interface BoardRules {
  /** Everybody is, in a session of so many seats at the most. */
  fullSeats: number;
  /** In a larger one, so many: how many of a batch may be, and on the board as a whole. */
  top: number;
}

export const isFull = ({ seats }: Session, { fullSeats }: BoardRules): boolean => seats <= fullSeats;

/** Where somebody is on the board, or would be. Undefined for who has not played. */
const placeOf = ({ shown, name }: Contender) => shown && rankOf(shown, name);

/**
 * The players of a batch with their places on the board. All of them, where the board is full; otherwise only those who may be among its
 * first: the best of the batch, as far as they stand above the board's last place (`bar`, undefined while it has room). Points only ever
 * rise, and with them the bar: who was left out and belongs there now will have said so with a status of his own.
 */
export function placed(
  players: readonly Contender[],
  session: Session,
  rules: BoardRules,
  bar: string | undefined,
): Contender[] {
  const all = players.map((player) => ({ ...player, rank: placeOf(player) }));
  if (isFull(session, rules)) return all;
  const ranks = all.flatMap(({ rank }) => rank ?? []).sort();
  const last = ranks[rules.top - 1];
  const isIn = (rank: string) => (last === undefined || rank <= last) && (bar === undefined || rank <= bar);
  return all.map((player) => ({
    ...player,
    rank: player.rank !== undefined && isIn(player.rank) ? player.rank : undefined,
  }));
}
