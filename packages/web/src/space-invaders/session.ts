import { MOST_SEATS } from '@arcade/events/space-invaders/play';
import { fieldsOf, isCount, isText } from '../lib/fields.ts';
import { type ServerClock, serverTime } from '../lib/serverClock.ts';

/** What decides who wins: see the contract `space_invaders.session_changed`. */
export type GameType = 'MULTIPLE_TRIALS' | 'SINGLE_TRIAL' | 'TIME_CONSTRAINED';

/** A session, as it stands in the parameter, and as the socket tells it. Times by the service's clock, in milliseconds since the epoch. */
export interface GameSession {
  sessionId: string;
  gameType: GameType;
  /** How many may play. */
  seats: number;
  /** Everybody starts at `startsAtMs`, which a manager calls; without it, whoever has a seat. */
  isSynchronized: boolean;
  openedAtMs: number;
  startsAtMs?: number;
  /** Of TIME_CONSTRAINED, from the opening, or from the start where it is synchronized. */
  minutes?: number;
  closedAtMs?: number;
}

const TYPES: readonly unknown[] = ['MULTIPLE_TRIALS', 'SINGLE_TRIAL', 'TIME_CONSTRAINED'] satisfies GameType[];

/** A session as it came; undefined for anything else. */
export function sessionIn(value: unknown): GameSession | undefined {
  const { sessionId, gameType, seats, isSynchronized, openedAtMs, ...rest } = fieldsOf(value);
  const { startsAtMs, minutes, closedAtMs } = rest;
  if (!isText(sessionId) || !TYPES.includes(gameType) || !isCount(seats) || seats > MOST_SEATS || !isCount(openedAtMs))
    return undefined;
  return {
    ...{ sessionId, gameType: gameType as GameType, seats, openedAtMs, isSynchronized: isSynchronized === true },
    ...(isCount(startsAtMs) && { startsAtMs }),
    ...(isCount(minutes) && { minutes }),
    ...(isCount(closedAtMs) && { closedAtMs }),
  };
}

/** The same of a text, which may be no JSON: another manager may have written anything. */
export function sessionInText(text: string): GameSession | undefined {
  try {
    return sessionIn(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** When its time is over; undefined where it goes on until it is closed, or nobody knows yet. */
export function endsAtMs({
  gameType,
  minutes,
  isSynchronized,
  openedAtMs,
  startsAtMs,
}: GameSession): number | undefined {
  const fromMs = isSynchronized ? startsAtMs : openedAtMs;
  return gameType !== 'TIME_CONSTRAINED' || minutes === undefined || fromMs === undefined
    ? undefined
    : fromMs + minutes * 60_000;
}

/** How far a session is: `called` counts down to its start, `over` has had its time, or was closed. */
export type SessionPhase = 'none' | 'waiting' | 'called' | 'running' | 'over';

/** How far the session is when it is `nowMs` at the service. */
export function phaseAt(session: GameSession | undefined, nowMs: number): SessionPhase {
  if (!session) return 'none';
  const endMs = endsAtMs(session);
  if (session.closedAtMs !== undefined || (endMs !== undefined && nowMs >= endMs)) return 'over';
  if (!session.isSynchronized) return 'running';
  if (session.startsAtMs === undefined) return 'waiting';
  return nowMs < session.startsAtMs ? 'called' : 'running';
}

/** How long until the session's phase changes by itself, for a page whose own clock says `dateMs`; undefined: it does not. */
export function nextPhaseInMs(
  session: GameSession | undefined,
  clock: ServerClock | undefined,
  dateMs: number,
): number | undefined {
  const nowMs = serverTime(clock, dateMs);
  const next = [session?.startsAtMs, session && endsAtMs(session)].find((atMs) => atMs !== undefined && atMs > nowMs);
  return next === undefined ? undefined : next - nowMs;
}

/**
 * The newer of what was known and what was told, in whichever order they came: session ids sort by time, and what is called to start or
 * closed stays so.
 */
export function newerOf(known: GameSession | undefined, told: GameSession): GameSession {
  if (!known || told.sessionId > known.sessionId) return told;
  if (told.sessionId < known.sessionId) return known;
  return { ...known, ...told };
}
