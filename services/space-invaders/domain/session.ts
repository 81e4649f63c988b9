import type { Session } from '@arcade/events/contracts/space-invaders';

/** Since when a player of the session can play, milliseconds since the epoch; undefined while all wait for a manager's call. */
export function playableSinceMs({ isSynchronized, openedAtMs, startsAtMs }: Session): number | undefined {
  return isSynchronized ? startsAtMs : openedAtMs;
}

/** When the session's time is over, milliseconds since the epoch; undefined while nobody knows: a manager closes it. */
export function endsAtMs(session: Session): number | undefined {
  const { gameType, minutes } = session;
  const sinceMs = playableSinceMs(session);
  if (gameType !== 'TIME_CONSTRAINED' || minutes === undefined || sinceMs === undefined) return undefined;
  return sinceMs + minutes * 60_000;
}

/** Whether its time is over. */
export const isOver = (session: Session, nowMs: number): boolean =>
  nowMs >= (endsAtMs(session) ?? Number.POSITIVE_INFINITY);
