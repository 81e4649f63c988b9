import { Agent, request } from 'node:http';

/** An answer, or that there was none (status 0), and how long it took. */
export interface Answer {
  status: number;
  body: string;
  /** In milliseconds since the epoch. */
  sentAtMs: number;
  tookMs: number;
}

/** An API as somebody calls it who has signed in. */
export interface Client {
  /** Never rejects. */
  ask(method: string, path: string, body?: object): Promise<Answer>;
  close(): void;
}

/** A page has few connections, which it keeps. */
const CONNECTIONS = 2;
/** After so long a page gives a status up. */
const PATIENCE_MS = 10_000;

/** Node.js's own client: `fetch` costs several times as much, and bots share the machine with what they measure. */
export function createClient(apiUrl: string, token: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const { hostname, port, pathname } = new URL(apiUrl);
  const base = pathname.replace(/\/$/, '');
  return {
    ask(method, path, body) {
      const sentAtMs = Date.now();
      const startedMs = performance.now();
      const text = body && JSON.stringify(body);
      return new Promise((resolve) => {
        const end = (status: number, answer: string) =>
          resolve({ status, body: answer, sentAtMs, tookMs: performance.now() - startedMs });
        const headers = {
          authorization: token,
          ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        };
        const sent = request(
          { agent, host: hostname, port, method, path: `${base}${path}`, headers, timeout: PATIENCE_MS },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('end', () => end(response.statusCode ?? 0, Buffer.concat(chunks).toString()));
            response.on('error', () => end(0, ''));
          },
        );
        sent.on('timeout', () => sent.destroy());
        sent.on('error', () => end(0, ''));
        sent.end(text);
      });
    },
    close: () => agent.destroy(),
  };
}
