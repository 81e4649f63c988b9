import type { AsideReason, Session } from '@arcade/events/contracts/space-invaders';
import { placed } from '../domain/board.ts';
import type { Contender } from '../domain/contender.ts';
import { fold } from '../domain/fold.ts';
import { playableSinceMs } from '../domain/session.ts';
import type { Status } from '../domain/status.ts';

/** What a board is made of again. */
export interface RebuildInput {
  session: Session;
  /** In any order, and each as often as it comes. */
  statuses: readonly Status[];
  /** The players that the table still has: of them it is known who had a seat. */
  known: readonly Contender[];
  /** How many of a player's statuses count that arrive in one second. */
  perSecond: number;
}

/** A board that was made again. */
export interface Rebuilt {
  /** The first of the board first; then who has not played. */
  contenders: Contender[];
  /** Different ones. */
  statuses: number;
  /** Those that were there once more. */
  duplicates: number;
  aside: Map<AsideReason, number>;
  /** The table knows nobody any more: everybody who sent something is taken to have had a seat throughout. */
  areSeatsAssumed: boolean;
}

/**
 * Makes the board of a session again from what was sent, by the same rules that made it: a status is known by its player, trial and sequence,
 * and copies change nothing. All players are on it, however many the session has.
 */
export function rebuild({ session, statuses, known, perSecond }: RebuildInput): Rebuilt {
  const seats = new Map(known.map((contender) => [contender.player, contender]));
  const areSeatsAssumed = known.length === 0;
  const byPlayer = Map.groupBy(distinct(statuses), ({ player }) => player);
  const aside = new Map<AsideReason, number>();
  const folded = [...byPlayer.values()].flatMap((those) => {
    const [first] = those;
    const seated = seats.get(first?.player ?? '') ?? (areSeatsAssumed && first ? assumed(session, first) : undefined);
    const { contender, aside: reasons } = fold(seated && unplayed(seated), those, { session, perSecond });
    for (const [reason, some] of reasons) aside.set(reason, (aside.get(reason) ?? 0) + some.length);
    return contender ?? [];
  });
  const idle = known.filter(({ player }) => !byPlayer.has(player)).map(unplayed);
  const contenders = placed([...folded, ...idle], session, { fullSeats: session.seats, top: session.seats }, undefined);
  const count = [...byPlayer.values()].reduce((sum, those) => sum + those.length, 0);
  return {
    contenders: contenders.sort((one, other) => (rankOr(one) < rankOr(other) ? -1 : 1)),
    statuses: count,
    duplicates: statuses.length - count,
    aside,
    areSeatsAssumed,
  };
}

/** Behind every rank, which begins with a digit. */
const rankOr = ({ rank }: Contender) => rank ?? '~';

function distinct(statuses: readonly Status[]): Status[] {
  const known = new Map<string, Status>();
  for (const status of statuses) known.set(JSON.stringify([status.player, status.trial, status.sequence]), status);
  return [...known.values()];
}

/** A player with the seat that there was, before anything was sent. */
function unplayed({ player, sessionId, name, isBot, seatedAtMs, freedAtMs }: Contender): Contender {
  return { player, sessionId, name, isBot, seatedAtMs, freedAtMs, seenAtMs: seatedAtMs };
}

function assumed(session: Session, { player, name }: Status): Contender {
  const seatedAtMs = playableSinceMs(session) ?? session.openedAtMs;
  return { player, sessionId: session.sessionId, name, seatedAtMs, seenAtMs: seatedAtMs };
}

/** The players who stand otherwise than on the board as it is. */
export function differences(rebuilt: readonly Contender[], known: readonly Contender[]): Contender[] {
  const before = new Map(known.map((contender) => [contender.player, contender]));
  return rebuilt.filter((contender) => standing(contender) !== standing(before.get(contender.player)));
}

const standing = (contender: Contender | undefined) => JSON.stringify([contender?.rank, contender?.shown]);
