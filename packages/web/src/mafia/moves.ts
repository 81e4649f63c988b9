import { callApi, Problem } from '../lib/api.ts';
import type { Hop } from '../lib/journal.ts';
import { newRequestKey } from '../lib/requestKey.ts';
import type { Game, Turn, TurnAnswer } from './gameView.ts';

/** How long the journal may take, in milliseconds: it is an extra. */
const JOURNAL_MS = 3_000;

/** A turn that is to be played, under the key by which the API knows it again. */
export interface Move {
  gameId: string;
  turn: Turn;
  /** How many turns had been played when it was made. */
  turnsPlayed: number;
  /** Whom to sentence. */
  name: string | undefined;
  key: string;
}

/** The move for the turn that is due. The one before, if it is the same and had no answer: it may have been played. */
export function moveFor({ id, turn, turnsPlayed }: Game, name: string | undefined, before: Move | undefined): Move {
  const isSame =
    before?.gameId === id && before.turn === turn && before.turnsPlayed === turnsPlayed && before.name === name;
  return isSame ? before : { gameId: id, turn, turnsPlayed, name, key: newRequestKey() };
}

const send = ({ gameId, turn, name, key }: Move, headers: Record<string, string> = {}) =>
  callApi<TurnAnswer>('mafia', `/games/${gameId}/${turn}`, {
    method: 'POST',
    headers: { ...headers, 'idempotency-key': key },
    json: name === undefined ? {} : { name },
  });

/** Plays it. Asks again once with the same key when no answer came: if the first request was carried out, its answer comes back. */
export async function play(move: Move): Promise<TurnAnswer> {
  try {
    return await send(move);
  } catch (error) {
    if (error instanceof Problem && error.unreachable) return send(move);
    throw error;
  }
}

/** Starts a game. The same key starts the same game. */
export const startGame = (numbers: { players: number; mafia: number }, key: string): Promise<TurnAnswer> =>
  callApi<TurnAnswer>('mafia', '/games', { method: 'POST', headers: { 'idempotency-key': key }, json: numbers });

/** What came of sending a move once more that had its answer. */
export interface SentAgain {
  move: Move;
  first: TurnAnswer;
  again: TurnAnswer;
  /** What the function asked of its table meanwhile, in order; undefined where there is no journal. */
  calls: string[] | undefined;
}

/** Sends a move once more, with the key that it had. */
export async function sendAgain(move: Move, first: TurnAnswer): Promise<SentAgain> {
  const correlationId = `again-${newRequestKey()}`;
  const again = await send(move, { 'x-correlation-id': correlationId });
  return { move, first, again, calls: await callsOf(correlationId) };
}

async function chain(by: 'correlationId' | 'traceId', id: string | undefined): Promise<Hop[]> {
  if (id === undefined) return [];
  const answer = await fetch(`/_local/journal?${by}=${id}`, { signal: AbortSignal.timeout(JOURNAL_MS) });
  const hops: unknown = answer.ok ? await answer.json() : [];
  return Array.isArray(hops) ? (hops as Hop[]).filter((hop) => hop[by] === id) : [];
}

/** The request is known by its correlation id, what the function does for it by the trace. */
async function callsOf(correlationId: string): Promise<string[] | undefined> {
  try {
    const [request] = await chain('correlationId', correlationId);
    return request && tableCallsIn(await chain('traceId', request.traceId));
  } catch {
    return undefined;
  }
}

/** The operations on a table in a chain of hops, each once: it is written down when it begins and when it ends. */
export const tableCallsIn = (hops: readonly Hop[]): string[] =>
  hops.flatMap(({ kind, service, action, outcome }) =>
    kind === 'call' && service === 'dynamodb' && outcome !== 'begun' ? [action] : [],
  );

/** Whether two JSON values say the same, in whatever order their fields stand. */
export function saysTheSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return one === other;
  const keys = Object.keys(one);
  return (
    Array.isArray(one) === Array.isArray(other) &&
    keys.length === Object.keys(other).length &&
    keys.every((key) => saysTheSame((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]))
  );
}
