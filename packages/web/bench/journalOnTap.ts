import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WireGraph } from '@arcade/networks/wire/graph';
import type { Hop } from '../src/lib/journal.ts';
import { FLOOR } from '../src/wire/useGraph.ts';

/** A local-aws that has nothing but a graph and a journal, which writes as many hops a second as are asked for. */
export interface JournalOnTap {
  url: string;
  /** Hops a second from now on. */
  flow(perSecond: number): void;
  close(): Promise<void>;
}

const WRITE_EVERY_MS = 10;

/** `hopsOf` makes the hops of one thing that happens; they are written one after the other. */
export async function startJournalOnTap(graph: WireGraph, hopsOf: () => readonly Hop[]): Promise<JournalOnTap> {
  const readers = new Set<ServerResponse>();
  let perSecond = 0;
  let written = 0;
  let sinceMs = performance.now();
  let waiting: Hop[] = [];
  let seq = 0;

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const json = (body: unknown) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const known: Record<string, unknown> = {
      '/_local/health': { status: 'ok' },
      '/_local/services': [],
      [graph.service === FLOOR ? '/_local/graph' : `/_local/graph/${graph.service}`]: graph,
    };
    if (pathname !== '/_local/journal') {
      if (pathname in known) json(known[pathname]);
      else response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`event: live\ndata: ${JSON.stringify({ seq, nowMs: Date.now() })}\n\n`);
    readers.add(response);
    response.on('close', () => readers.delete(response));
  });
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - sinceMs) * perSecond) / 1_000) - written;
    let text = '';
    for (let count = 0; count < due; count += 1) {
      if (waiting.length === 0) waiting = [...hopsOf()];
      const hop = waiting.shift();
      seq += 1;
      text += `id: ${seq}\ndata: ${JSON.stringify({ ...hop, seq, atMs: Date.now() })}\n\n`;
    }
    written += due;
    if (text !== '') for (const reader of readers) reader.write(text);
  }, WRITE_EVERY_MS);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    flow(next) {
      perSecond = next;
      written = 0;
      sinceMs = performance.now();
    },
    async close() {
      clearInterval(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
