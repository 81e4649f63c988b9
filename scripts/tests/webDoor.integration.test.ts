import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../freePorts.ts';
import { ROOT } from '../workspace.ts';

/** Both ways to serve the page stand behind the same door. */
const WAYS = ['built', 'hot'] as const;

let localAws: Server;
/** By the way that each serves the page. */
const webs = new Map<string, { process: ChildProcess; port: number }>();
let port: number;
let beside: string;
beforeAll(async () => {
  localAws = createServer((_request, response) => response.end('of local-aws')).listen(0, '127.0.0.1');
  localAws.on('upgrade', (_request, socket) =>
    socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n'),
  );
  await once(localAws, 'listening');
  const { port: localAwsPort } = localAws.address() as AddressInfo;
  // In processes of their own: Vite does not load within Jest.
  const script = join(import.meta.dirname, 'webAlone.ts');
  for (const way of WAYS) {
    const itsPort = await freePort();
    const args = [script, String(itsPort), String(localAwsPort), way];
    const web = spawn(process.execPath, args, {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    webs.set(way, { process: web, port: itsPort });
    if (web.stdout) await Promise.race([once(web.stdout, 'data'), once(web, 'close')]);
  }
  // A file of the repository outside of the web app's folder, as the state is.
  await mkdir(join(ROOT, '.cache'), { recursive: true });
  beside = await mkdtemp(join(ROOT, '.cache/beside-'));
  await writeFile(join(beside, 'keys.json'), '{"secret":"of the owner"}');
});
afterAll(async () => {
  for (const { process: web } of webs.values()) web.kill();
  localAws.close();
  await rm(beside, { recursive: true });
});

/** A request with headers that fetch would not send. */
function get(path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const asking = httpRequest({ host: '127.0.0.1', port, path, headers: { host: `localhost:${port}`, ...headers } });
    asking.once('error', reject).once('response', (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
    });
    asking.end();
  });
}
/** The status that a WebSocket is answered with. */
function upgrade(path: string, protocol: string, headers: Record<string, string>): Promise<number | undefined> {
  const asking = httpRequest({
    ...{ host: '127.0.0.1', port, path },
    headers: {
      host: `localhost:${port}`,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-protocol': protocol,
      ...headers,
    },
  });
  return new Promise((resolve, reject) => {
    const done = (status: number | undefined) => {
      resolve(status);
      asking.destroy();
    };
    asking.once('upgrade', ({ statusCode }) => done(statusCode));
    asking.once('response', ({ statusCode }) => done(statusCode));
    asking.once('error', reject).end();
  });
}
const fromPage = (site: string, destination = 'empty', mode = 'no-cors') => ({
  'sec-fetch-site': site,
  'sec-fetch-dest': destination,
  'sec-fetch-mode': mode,
});

describe.each(WAYS)("the web app's port, with the page %s,", (way) => {
  beforeEach(() => {
    port = webs.get(way)?.port ?? 0;
  });

  it('serves the page, its scripts and what its server passes on, and lets no page frame it', async () => {
    const page = await get('/', fromPage('cross-site', 'document', 'navigate'));
    const scripts = [...page.body.matchAll(/<script type="module"[^>]* src="([^"]+)"/g)].map(([, path = '']) => path);
    const answers = await Promise.all(scripts.map((path) => get(path, fromPage('same-origin', 'script', 'cors'))));
    const passed = await get('/_local/journal', fromPage('same-origin'));

    expect([page.status, passed.body]).toEqual([200, 'of local-aws']);
    expect(scripts.length).toBeGreaterThan(0);
    expect(answers.map(({ status }) => status)).toEqual(scripts.map(() => 200));
    expect(page.headers).toMatchObject({
      'x-frame-options': 'DENY',
      'content-security-policy': "frame-ancestors 'none'",
    });
  });

  it.each([
    ["another site's script", fromPage('cross-site', 'script')],
    ['a page of another port', fromPage('same-site', 'empty', 'cors')],
    ["another page's frame", fromPage('same-site', 'iframe', 'navigate')],
    ['a page that reads', { origin: 'http://localhost:9999' }],
    ['a name that leads here', { host: 'evil.example' }],
  ])('turns away %s', async (_what, headers) => {
    for (const path of ['/', '/src/main.tsx', '/favicon.svg', '/_local/journal', '/_arcade/stage', '/api/alone']) {
      const answer = await get(path, headers);

      expect(answer.status).toBe(403);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      expect(answer.body).not.toContain('of local-aws');
    }
  });

  it('takes a WebSocket of its own page only', async () => {
    const strange: Record<string, string>[] = [
      { origin: 'http://localhost:9999' },
      { host: 'evil.example' },
      fromPage('cross-site', 'websocket'),
    ];
    const asked = strange.flatMap((headers) => [
      upgrade('/', 'vite-ping', headers),
      upgrade('/', 'vite-hmr', headers),
      upgrade('/api/alone/socket', 'x', headers),
    ]);

    expect(await upgrade('/', 'vite-ping', { origin: `http://localhost:${port}` })).toBe(way === 'hot' ? 101 : 404);
    expect(await upgrade('/', 'x', { origin: `http://localhost:${port}` })).toBe(404);
    expect(await upgrade('/api/alone/socket', 'x', { origin: `http://localhost:${port}` })).toBe(101);
    expect(await Promise.all(asked)).toEqual(asked.map(() => 403));
  });

  it.each([
    '/__open-in-editor',
    '/__OPEN-in-editor',
    '/__open-in-editor/x',
    '/__open-in-editor.x',
    'http://localhost/__open-in-editor',
    'ftp://localhost/__open-in-editor',
  ])('opens no editor for %s', async (path) => {
    const { status, body } = await get(`${path}?file=src/main.tsx`);

    expect(status).toBe(404);
    expect(['No editor is opened from here.\n', 'Nothing is here.\n']).toContain(body);
  });

  it.each([
    (path: string) => `/@fs${path}`,
    (path: string) => `/@fs/${path}`,
    (path: string) => `/@fs${path}?raw`,
    (path: string) => `/@fs${path}?import&raw`,
    (path: string) => `/@fs${path}?url&inline`,
    (path: string) => `/@fs${path}?raw??`,
    (path: string) => `/../..${path.slice(ROOT.length)}`,
    (path: string) => `/..%2f..${path.slice(ROOT.length)}`,
    (path: string) => `/@fs${ROOT}/packages/web/%2e%2e/%2e%2e${path.slice(ROOT.length)}`,
  ])('serves no file from outside the web app (%#)', async (address) => {
    const { body } = await get(address(join(beside, 'keys.json')));

    expect(body).not.toContain('of the owner');
  });
});

it('serves from the sources what a lesson shows of a service, and nothing that stands beside it', async () => {
  port = webs.get('hot')?.port ?? 0;
  const lesson = await get('/src/mafia/furniture.tsx');
  const shown = [...lesson.body.matchAll(/import\("([^"]+)"\)/g)].map(([, path = '']) => path);
  const answers = await Promise.all(shown.map((path) => get(path)));
  const besides = await get(`/@fs${join(ROOT, 'services/mafia/storage/outbox.ts')}?import&raw`);

  expect(shown.some((path) => path.includes('/services/mafia/resources/table.yml'))).toBe(true);
  expect(answers.map(({ status }) => status)).toEqual(shown.map(() => 200));
  expect(besides.status).toBe(403);
});
