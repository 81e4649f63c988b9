import { createEvent, type EventOf } from '@arcade/events';
import { type Session, sessionChanged } from '@arcade/events/contracts/space-invaders';
import type { SessionParameter, SessionsTable } from './ports.ts';

export type SessionChanged = EventOf<typeof sessionChanged>;

/** What everybody is told of a session. Of the same state it has the same id, whoever tells it. */
export function changeOf(session: Session, nowMs: number): SessionChanged {
  const { sessionId, startsAtMs = 'open', closedAtMs } = session;
  const state = closedAtMs === undefined ? startsAtMs : `closed-${closedAtMs}`;
  return createEvent(sessionChanged, session, {
    newId: () => `${sessionId}.${state}`,
    nowMs,
    correlationId: sessionId,
  });
}

/**
 * Has the parameter say what the table says, which is written first, always. A session that another has followed stays untold: ids
 * sort by time.
 */
export async function publish(parameter: SessionParameter, session: Session): Promise<void> {
  const told = await parameter.read();
  if (told && told !== 'malformed' && told.sessionId > session.sessionId) return;
  if (JSON.stringify(told) !== JSON.stringify(session)) await parameter.write(session);
}

/**
 * Has the parameter say what the table says of its session. A parameter that tells of no session, because somebody wrote something else
 * there, tells of `newest` then: it is the table's newest that is looked after, as far as is known; of none where that is undefined.
 */
export async function correct(
  { parameter, sessions }: { parameter: SessionParameter; sessions: Pick<SessionsTable, 'find'> },
  newest: string | undefined,
): Promise<void> {
  const told = await parameter.read();
  if (told === 'malformed') {
    await parameter.write(newest === undefined ? undefined : await sessions.find(newest));
    return;
  }
  const session = told && (await sessions.find(told.sessionId));
  if (session && JSON.stringify(told) !== JSON.stringify(session)) await parameter.write(session);
}
