import { clockHeard, type ServerClock, type TimeTold } from '../lib/serverClock.ts';
import { type GameSession, newerOf } from './session.ts';

/** What the page knows of the session, whoever told it: an answer, or the socket. */
export interface Known {
  /** The latest that there was, also once it is closed; undefined where none was ever open. */
  session: GameSession | undefined;
  /** Whether anybody has said so: until then it is not known whether a session is open. */
  isAsked: boolean;
  clock: ServerClock | undefined;
  /** When the socket told the latest of it, by this page's clock. */
  toldAtMs: number;
}

export const nothingKnown: Known = { session: undefined, isAsked: false, clock: undefined, toldAtMs: 0 };

/** What it learns. Times by this page's clock, in milliseconds since the epoch. */
export type News =
  /** An answer to `GET /session`: undefined when none is open. */
  | { kind: 'asked'; session: GameSession | undefined; sentAtMs: number; nowMs: number }
  | { kind: 'told'; session: GameSession; nowMs: number }
  | { kind: 'time'; told: TimeTold }
  /** Somebody else plays here. */
  | { kind: 'player' };

export function learn(known: Known, news: News): Known {
  switch (news.kind) {
    case 'asked':
      if (news.session) return { ...known, isAsked: true, session: newerOf(known.session, news.session) };
      // What was told while the answer was on its way is newer than it.
      if (!known.session || known.session.closedAtMs !== undefined || known.toldAtMs >= news.sentAtMs)
        return { ...known, isAsked: true };
      return { ...known, isAsked: true, session: { ...known.session, closedAtMs: news.nowMs } };
    case 'told':
      return { ...known, isAsked: true, toldAtMs: news.nowMs, session: newerOf(known.session, news.session) };
    case 'time':
      return { ...known, clock: clockHeard(known.clock, news.told) };
    case 'player':
      return { ...nothingKnown, clock: known.clock };
  }
}
