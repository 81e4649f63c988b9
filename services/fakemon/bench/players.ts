import { setTimeout as wait } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { WebSocket } from 'ws';

/*
 * The players, in a thread of their own: what they do takes no time of what is measured, as far as there are cores. Each has a
 * socket and throws at what it is told to.
 */

/** What the players are asked to do. */
export type Asked =
  | { kind: 'connect'; wsUrl: string; apiUrl: string; tokens: string[] }
  /** Throws, the n-th `everyMs * n` after the first, by the players in turn. `path`: of the one that answers at once or of its twin. */
  | { kind: 'throw'; at: string[]; everyMs: number; path: string }
  /** Gives what came over the sockets since it was last asked. */
  | { kind: 'listen' }
  | { kind: 'leave' };

/** A throw, and how it went; times in milliseconds of the thread's own clock. */
export interface Thrown {
  player: number;
  attemptId: string;
  status: number;
  sentMs: number;
  answeredMs: number;
}

/** An event that a player has heard. */
export interface Heard {
  player: number;
  id: string;
  type: string;
  attemptId: string | undefined;
  atMs: number;
}

const sockets: WebSocket[] = [];
let heard: Heard[] = [];
let tokens: string[] = [];
let apiUrl = '';

/** So many handshakes at once: API Gateway takes 500 new connections a second. */
const ABREAST = 50;

async function connect(wsUrl: string): Promise<void> {
  const waiting = tokens.entries();
  const work = async () => {
    for (const [player, token] of waiting) {
      const socket = new WebSocket(`${wsUrl}/?token=${token}`);
      sockets.push(socket);
      socket.on('message', (data) => {
        const atMs = performance.now();
        const { id, type, detail } = JSON.parse(String(data));
        heard.push({ player, id, type, attemptId: detail.attemptId, atMs });
      });
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, work));
}

async function throwOne(player: number, fakemonId: string, path: string): Promise<Thrown> {
  const attemptId = crypto.randomUUID();
  const sentMs = performance.now();
  const answer = await fetch(`${apiUrl}${path}`, {
    method: 'POST',
    headers: { authorization: tokens[player] ?? '', 'content-type': 'application/json' },
    body: JSON.stringify({ fakemonId, attemptId }),
  });
  await answer.text();
  return { player, attemptId, status: answer.status, sentMs, answeredMs: performance.now() };
}

async function throwAll({ at, everyMs, path }: Extract<Asked, { kind: 'throw' }>): Promise<Thrown[]> {
  const startMs = performance.now();
  const thrown: Promise<Thrown>[] = [];
  for (const [index, fakemonId] of at.entries()) {
    const dueMs = startMs + index * everyMs - performance.now();
    if (dueMs > 0) await wait(dueMs);
    thrown.push(throwOne(index % tokens.length, fakemonId, path));
  }
  return Promise.all(thrown);
}

async function answerTo(asked: Asked): Promise<unknown> {
  switch (asked.kind) {
    case 'connect':
      ({ tokens, apiUrl } = asked);
      return connect(asked.wsUrl);
    case 'throw':
      return throwAll(asked);
    case 'listen': {
      const all = heard;
      heard = [];
      return all;
    }
    case 'leave':
      for (const socket of sockets) socket.terminate();
      return undefined;
  }
}

parentPort?.on('message', (asked: Asked) => {
  void answerTo(asked).then(
    (answer) => parentPort?.postMessage({ answer }),
    (error: unknown) => parentPort?.postMessage({ error: String(error) }),
  );
});
