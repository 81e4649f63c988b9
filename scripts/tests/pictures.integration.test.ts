import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, freeRange } from '../freePorts.ts';
import { followJournal } from '../pictures/journal.ts';
import { ROOT } from '../workspace.ts';

/** Runs `npm run pictures` without npm, and gives its status and what it says when it fails. */
async function pictures(env: Record<string, string>): Promise<{ status: unknown; said: string }> {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/pictures.ts')], {
    env: { HOME: process.env.HOME ?? '', NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [status] = await once(child, 'close');
  return { status, said };
}

describe('npm run pictures', () => {
  it('says that the browser cannot be run before it starts anything', async () => {
    const { status, said } = await pictures({ CHROME_PATH: '/nowhere' });

    expect(status).toBe(1);
    expect(said.trim()).toBe("CHROME_PATH is '/nowhere', which cannot be run");
  });

  it('says which port is taken and what moves it, and ends', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;

    const { status, said } = await pictures({
      PATH: process.env.PATH ?? '',
      // It is not opened: any program will do.
      CHROME_PATH: process.execPath,
      WEB_PORT: String(port),
      LOCAL_AWS_PORT: String(await freePort()),
      ARCADE_PORT_BASE: String(await freeRange(100)),
    });
    taken.close();

    expect(status).toBe(1);
    expect(said).toContain(`Port ${port} (the web app) is in use`);
    expect(said).toContain('WEB_PORT=<number>');
  });
});

describe('the journal, followed', () => {
  const hop = (seq: number) => ({ seq, atMs: seq, kind: 'call', action: 'Publish', outcome: 'ok' });
  const data = (value: object) => `data: ${JSON.stringify(value)}\n\n`;
  const streams: ServerResponse[] = [];
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((_, response) => {
      streams.push(response);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`: hello\n\nid: 7\n${data(hop(7))}event: live\n${data({ seq: 7 })}`);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('tells the first hop from now on that is waited for', async () => {
    const journal = await followJournal(url, 20_000);

    const next = journal.next('a hop', () => true);
    const ninth = journal.next('the ninth', ({ seq }) => seq === 9);
    const [begins, ends] = [data(hop(9)).slice(0, 20), data(hop(9)).slice(20)];
    streams[0]?.write(`event: missed\n${data({ hops: 3 })}id: 8\n${data(hop(8))}id: 9\n${begins}`);
    expect((await next).seq).toBe(8);
    streams[0]?.write(ends);

    expect((await ninth).seq).toBe(9);
    journal.close();
  });

  it('says what did not happen', async () => {
    const journal = await followJournal(url, 10);

    await expect(journal.next('a tenth', () => true)).rejects.toThrow("'a tenth' did not happen in 0.01 s");
    journal.close();
  });
});
