import type { FloorEdge, FloorGraph } from '@arcade/networks/wire/graph';
import type { Hop } from '../lib/journal.ts';
import { callInSession } from '../lib/session.ts';

/** What went over with a hop, as local-aws shows it. */
export interface Message {
  seq: number;
  hop: Hop;
  body: string;
  isJson: boolean;
  /** Only its beginning is kept. */
  isCut: boolean;
  attributes?: Record<string, string>;
  /** Why it cannot be sent again. */
  notSendable?: string;
}

/** What was made of a message by one who may take it. */
export interface Taker {
  arn: string;
  targets: string[];
  pattern?: string;
  matched: boolean;
  field?: string;
  reason?: string;
}

/** What those make of a message who take what comes to a topic, a bus, a queue or a stream. */
export interface Matching {
  at: string;
  takers: Taker[];
}

/** A dead letter that lies in a queue. */
export interface DeadLetter {
  id: string;
  sentMs: number;
  who: string;
  why: string;
  tries?: number;
  type?: string;
  kept?: string;
  body: string;
  canSend: boolean;
}

/** Of each direction, as local-aws keeps. */
const MOST_SHOWN = 25;
/** A function that is run again may take as long as a request may. */
const SEND_MS = 30_000;

const arnsOf = ({ nodes }: FloorGraph, id: string): readonly string[] =>
  nodes.find((node) => node.id === id)?.arns ?? [];

async function between(from: readonly string[], to: readonly string[], signal: AbortSignal): Promise<Message[]> {
  if (from.length === 0 || to.length === 0) return [];
  const asked = new URLSearchParams([...from.map((arn) => ['from', arn]), ...to.map((arn) => ['to', arn])]);
  return callInSession<Message[]>(`/_arcade/messages?${asked}`, { signal });
}

/** The last messages of an edge, whichever way they went over it, the newest first. Throws `Problem`. */
export async function messagesOf(graph: FloorGraph, { from, to }: FloorEdge, signal: AbortSignal): Promise<Message[]> {
  const [one, other] = [arnsOf(graph, from), arnsOf(graph, to)];
  const found = await Promise.all([between(one, other, signal), between(other, one, signal)]);
  return found
    .flat()
    .sort((left, right) => right.seq - left.seq)
    .slice(0, MOST_SHOWN);
}

const postTo = <Answer>(path: string, json: object, limitMs?: number): Promise<Answer> =>
  callInSession<Answer>(path, { method: 'POST', json, ...(limitMs !== undefined && { limitMs }) });

/** What those make of the message who may take it; `body`: of another text. Throws `Problem`. */
export const matchingOf = (seq: number, body?: string): Promise<Matching[]> =>
  postTo(`/_arcade/messages/${seq}/matching`, { body });

/** Sends it once more, `body` in place of what it said. Throws `Problem`. */
export const sendAgain = (seq: number, body?: string): Promise<void> =>
  postTo(`/_arcade/messages/${seq}/resend`, { body }, SEND_MS);

/** The queues that an edge of what failed leads to. */
export function deadQueuesOf(graph: FloorGraph, { from, to, isFailure }: FloorEdge): readonly string[] {
  const isQueue = (arn: string) => arn.startsWith('arn:aws:sqs:');
  const isDead = (id: string) => graph.edges.some((edge) => edge.isFailure && edge.to === id);
  const ends = isFailure ? [to] : [from, to].filter(isDead);
  return ends.flatMap((id) => arnsOf(graph, id)).filter(isQueue);
}

/** The dead letters in queues, the newest first. Throws `Problem`. */
export async function lettersIn(
  queues: readonly string[],
  signal: AbortSignal,
): Promise<(DeadLetter & { queue: string })[]> {
  const found = await Promise.all(
    queues.map(async (queue) => {
      const letters = await callInSession<DeadLetter[]>(`/_arcade/letters?${new URLSearchParams({ queue })}`, {
        signal,
      });
      return letters.map((letter) => ({ ...letter, queue }));
    }),
  );
  return found.flat().sort((one, other) => other.sentMs - one.sentMs);
}

/** Sends back what is in letters, all of the queue without ids. Throws `Problem`. */
export const redrive = (queue: string, ids?: readonly string[]): Promise<{ sent: number; failed: number }> =>
  postTo('/_arcade/letters', { queue, ids }, SEND_MS);
