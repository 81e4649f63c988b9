import type { GameSession } from '../session.ts';
import type { ManagerPorts } from './ports.ts';

/** What a manager wants to open. */
export type Wish = Pick<GameSession, 'gameType' | 'seats' | 'isSynchronized' | 'minutes'>;

/** What opening and closing stand on. */
export interface SessionParts extends Pick<ManagerPorts, 'parameter' | 'sessions'> {
  nowMs(): number;
  /** 0 to 1. */
  random(): number;
}

/** Something that cannot be done now; its message is a sentence for the manager. */
export class SessionRefusal extends Error {
  override readonly name = 'SessionRefusal';
}

/** So many are looked through for one that is open: sessions are opened one after another. */
const NEWEST = 10;
const LETTERS = 4;

/** The id of a session: `20261122T053800Z-x7k2`. Later ones sort after earlier ones. `random` gives 0 to 1. */
export function newSessionId(nowMs: number, random: () => number): string {
  const time = new Date(nowMs).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
  const letters = Array.from({ length: LETTERS }, () => Math.floor(random() * 36).toString(36));
  return `${time}-${letters.join('')}`;
}

/**
 * Opens a session: first the table, from which seats are given, the parameter last. Whoever hears of a session finds it.
 * Two managers who open at once both see what the other has put into the table, or one of them does: whoever sees another open session
 * withdraws their own, so that there are never two.
 * Throws `SessionRefusal` when one is open, and what AWS throws; then the session may stand in the table unheard of (`unheard`).
 */
export async function openSession(wish: Wish, parts: SessionParts): Promise<GameSession> {
  const { parameter, sessions, random } = parts;
  await refuseWhenOpen(parts);
  const openedAtMs = wholeMs(parts);
  const session = { sessionId: newSessionId(openedAtMs, random), openedAtMs, ...wish };
  if (!(await sessions.add(session))) throw new SessionRefusal('Another manager opens one just now: look again.');
  try {
    await refuseWhenOpen(parts, session.sessionId);
  } catch (error) {
    await sessions.close(session.sessionId, wholeMs(parts));
    throw error;
  }
  await parameter.write(session);
  return session;
}

/** A clock that is set right by another has parts of milliseconds, which are no time of a session. */
const wholeMs = ({ nowMs }: SessionParts): number => Math.round(nowMs());

async function refuseWhenOpen({ sessions }: SessionParts, mine?: string): Promise<void> {
  const { entries } = await sessions.list({ limit: NEWEST });
  const other = entries.find(({ sessionId, closedAtMs }) => sessionId !== mine && closedAtMs === undefined);
  if (other) throw new SessionRefusal(`Session ${other.sessionId} is open: close it first.`);
}

/**
 * Closes a session, the table first. Once more does no harm: it stays closed since when it was. Gives it as it stands; undefined when there is
 * none. The parameter is left alone when it is about another one by now. Throws what AWS throws.
 */
export async function closeSession(sessionId: string, parts: SessionParts): Promise<GameSession | undefined> {
  const { parameter, sessions } = parts;
  const closed = await sessions.close(sessionId, wholeMs(parts));
  if (!closed) return undefined;
  const told = await parameter.read();
  if (told === undefined || told.sessionId <= sessionId) await parameter.write(closed);
  return closed;
}

/**
 * The session of which players hear something else than what stands in the table: whoever changed it failed between the two. `told` is the
 * parameter's. Undefined when all is well. Writing it into the parameter mends it.
 */
export function unheard(newest: GameSession | undefined, told: GameSession | undefined): GameSession | undefined {
  if (!newest || (told && told.sessionId > newest.sessionId)) return undefined;
  const isSame =
    told?.sessionId === newest.sessionId &&
    told.closedAtMs === newest.closedAtMs &&
    told.startsAtMs === newest.startsAtMs;
  const isOverUnheard = newest.closedAtMs !== undefined && told?.sessionId !== newest.sessionId;
  return isSame || isOverUnheard ? undefined : newest;
}
