import type { Session } from '@arcade/events/contracts/space-invaders';
import type { World } from '@arcade/lambda/world';
import type { SessionParameter, SessionsTable } from './ports.ts';
import { changeOf, publish, type SessionChanged } from './publish.ts';

export interface StartParts extends Pick<World, 'now'> {
  sessions: Pick<SessionsTable, 'call'>;
  parameter: SessionParameter;
  /** How long after the call everybody starts. */
  startDelayMs: number;
  /** Tells everybody who is connected. */
  tellAll(event: SessionChanged): Promise<void>;
}

export type StartRefusal = 'not-a-manager' | 'no-session' | 'session-closed' | 'not-synchronized' | 'called-before';

export type Started = { outcome: 'started'; startsAtMs: number } | { outcome: StartRefusal };

/**
 * Calls everybody to start at one moment, a little later. Only a manager may, and once. Whoever calls again is refused, but what
 * the first call has not come to, because it died, is done then.
 */
export async function start(
  { sessions, parameter, startDelayMs, now, tellAll }: StartParts,
  { isManager, sessionId }: { isManager: boolean; sessionId: string },
): Promise<Started> {
  if (!isManager) return { outcome: 'not-a-manager' };
  const startsAtMs = now() + startDelayMs;
  const { isCalled, session } = await sessions.call(sessionId, startsAtMs);
  const refusal = isCalled ? undefined : refusalOf(session);
  // Nobody waits for the parameter's news: those who are connected need all of the time that there is.
  if (session && (isCalled || refusal === 'called-before'))
    await Promise.all([publish(parameter, session), tellAll(changeOf(session, now()))]);
  return refusal ? { outcome: refusal } : { outcome: 'started', startsAtMs };
}

function refusalOf(session: Session | undefined): StartRefusal {
  if (!session) return 'no-session';
  if (session.closedAtMs !== undefined) return 'session-closed';
  return session.isSynchronized ? 'called-before' : 'not-synchronized';
}
