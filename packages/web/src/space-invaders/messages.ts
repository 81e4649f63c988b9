import { fieldsOf, isCount, isText } from '../lib/fields.ts';
import { type GameSession, sessionIn } from './session.ts';

/** What the service tells over the socket, as far as the page knows it. */
export type Told =
  | { type: 'session'; session: GameSession }
  | { type: 'pong'; nowMs: number }
  /** To whoever asked for the start. */
  | { type: 'started'; startsAtMs: number }
  | { type: 'refused'; status: number; detail: string };

/** What a message of the socket says; undefined for what the page does not know. */
export function messageIn(data: unknown): Told | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const { type, detail, nowMs, startsAtMs, status } = fieldsOf(JSON.parse(data));
    if (type === 'pong' && isCount(nowMs)) return { type, nowMs };
    if (type === 'started' && isCount(startsAtMs)) return { type, startsAtMs };
    if (type === 'refused' && isCount(status)) return { type, status, detail: isText(detail) ? detail : '' };
    const session = type === 'space_invaders.session_changed' ? sessionIn(detail) : undefined;
    return session && { type: 'session', session };
  } catch {
    return undefined;
  }
}
