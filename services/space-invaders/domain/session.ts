import type { Session } from '@arcade/events/contracts/space-invaders';

/** When the session's time is over, milliseconds since the epoch; undefined while that is open: a manager closes it. */
export function endsAtMs({ minutes, isSynchronized, openedAtMs, startsAtMs }: Session): number | undefined {
  const beganAtMs = isSynchronized ? startsAtMs : openedAtMs;
  return minutes === undefined || beganAtMs === undefined ? undefined : beganAtMs + minutes * 60_000;
}

/** Since when a player of the session can play; undefined where all wait for a manager's call. */
export function playableSinceMs({ isSynchronized, openedAtMs, startsAtMs }: Session): number | undefined {
  return isSynchronized ? startsAtMs : openedAtMs;
}

/** Whether its time is over, or a manager has closed it. */
export function isOver(session: Session, nowMs: number): boolean {
  return session.closedAtMs !== undefined || nowMs >= (endsAtMs(session) ?? Number.POSITIVE_INFINITY);
}
