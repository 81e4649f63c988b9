import { callApi, Problem } from '../lib/api.ts';
import { callAsPlayer, type IdToken } from '../lib/asPlayer.ts';
import { fieldsOf, isCount, isText, listed } from '../lib/fields.ts';
import { STALE_MS } from '../lib/freshness.ts';
import { LOOK_HEADERS } from '../lib/look.ts';
import type { Standing } from './game/engine.ts';
import type { Status } from './game/statusSender.ts';
import { spaceInvaders } from './scenario.ts';
import { type GameSession, sessionIn } from './session.ts';

const SERVICE = spaceInvaders.id;

/** What the stage says of itself: `GET /config`. */
export interface StageConfig {
  region: string;
  identityPoolId: string;
  /** Between two statuses, and between two looks at the board, in milliseconds. */
  statusEveryMs: number;
  boardEveryMs: number;
  /** What a manager's page calls AWS with. */
  manager: {
    parameter: string;
    playersTable: string;
    sessionsTable: string;
    seatsTable: string;
    stream: string;
    seatsPerBlock: number;
    managerEveryMs: number;
  };
}

/** Somebody on the board. */
export interface Row extends Standing {
  name: string;
  isBot: boolean;
  trial: number;
  /** When the newest status that counts here arrived, by the service's clock. */
  arrivedAtMs: number;
}

/** What whoever asks for the board learns. */
export interface Board {
  rows: readonly Row[];
  /** What time it was at the service. */
  nowMs: number | undefined;
}

/** A seat, and which trial may be begun next. */
export interface Seat {
  sessionId: string;
  trial: number;
}

/** How the stage is set up. Throws `Problem`, as all of these. */
export const askConfig = (signal?: AbortSignal): Promise<StageConfig> =>
  callApi<StageConfig>(SERVICE, '/config', signal && { signal });

/** What is asked again and again is a trace of its own. */
const looking = { limitMs: STALE_MS, headers: LOOK_HEADERS };

/** The session that is open; undefined where none is. */
export async function askSession(idToken: IdToken, signal?: AbortSignal): Promise<GameSession | undefined> {
  try {
    return sessionIn(await callAsPlayer(SERVICE, idToken, '/session', { ...looking, ...(signal && { signal }) }));
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return undefined;
    throw error;
  }
}

function rowIn(value: unknown): Row | undefined {
  const { name, isBot, score, shots, level, lives, trial, arrivedAtMs } = fieldsOf(value);
  if (!isText(name) || !isCount(score) || !isCount(shots) || !isCount(level) || !isCount(lives)) return undefined;
  return {
    ...{ name, score, shots, level, lives, isBot: isBot === true },
    trial: isCount(trial) ? trial : 1,
    arrivedAtMs: isCount(arrivedAtMs) ? arrivedAtMs : 0,
  };
}

/** The first ten. */
export async function askBoard(sessionId: string, idToken: IdToken, signal?: AbortSignal): Promise<Board> {
  const path = `/scoreboard?sessionId=${encodeURIComponent(sessionId)}`;
  const { scoreboard, nowMs } = await callAsPlayer<Record<string, unknown>>(SERVICE, idToken, path, {
    ...looking,
    ...(signal && { signal }),
  });
  return { rows: listed(scoreboard, rowIn), nowMs: isCount(nowMs) ? nowMs : undefined };
}

/** Who wants a seat. */
export interface Join {
  sessionId: string;
  isBot?: boolean;
  /** The trial that the player is in the middle of: a connection that breaks takes the seat, and not the game. */
  trial?: number;
}

/** Takes a seat, or keeps the one that is held. Rejects with `Problem`, whose `seatRefusal` says why there is none. */
export async function takeSeat({ sessionId, isBot, trial: current }: Join, idToken: IdToken): Promise<Seat> {
  const json = { sessionId, ...(isBot && { isBot }), ...(current !== undefined && { trial: current }) };
  const { trial } = await callAsPlayer<{ trial?: unknown }>(SERVICE, idToken, '/allocate', { method: 'POST', json });
  return { sessionId, trial: isCount(trial) && trial > 0 ? trial : 1 };
}

/** Gives the seat back; also as the page is left. */
export const leaveSeat = (sessionId: string, idToken: IdToken): Promise<unknown> =>
  callAsPlayer(SERVICE, idToken, '/deallocate', { method: 'POST', json: { sessionId }, keepalive: true });

/** Tells how a game stands. After the time in which what is shown grows old, a newer one is worth more than the answer. */
export const sendStatus = (status: Status, idToken: IdToken): Promise<unknown> =>
  callAsPlayer(SERVICE, idToken, '/updatestatus', { method: 'POST', json: status, limitMs: STALE_MS });

/** Why there is no seat: what the problem's type says after its last colon. */
export type SeatRefusal = 'session-full' | 'session-closed' | 'cannot-play-again' | 'no-session';

const REFUSALS: readonly unknown[] = [
  'session-full',
  'session-closed',
  'cannot-play-again',
  'no-session',
] satisfies SeatRefusal[];

/** Why a seat was not given; undefined for what is no such refusal. */
export function seatRefusal(error: unknown): SeatRefusal | undefined {
  if (!(error instanceof Problem)) return undefined;
  const kind = error.type.split(':').at(-1);
  return REFUSALS.includes(kind) ? (kind as SeatRefusal) : undefined;
}
