import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import type { FloorGraph, WireGraph, WireNode, WirePoint } from '@arcade/networks/wire/graph';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findServices } from '../../../scripts/workspace.ts';
import { askedOf } from '../server/answers.ts';
import { type BuiltPage, builtPage, readBuild } from '../server/builtPage.ts';
import { servePage } from '../server/page.ts';
import { currentBuild } from '../server/pageBuild.ts';
import { buildSite } from '../site/build.ts';
import { pages } from '../site/pages.ts';

/** All that one page can load while it is open, compressed, before a game's library comes to it. */
const MOST_BYTES = 150_000;
/** The clients of AWS's SDK, which the manager's page loads once somebody is signed in, and no other page. */
const MOST_SDK_BYTES = 75_000;
const GAME = '0123456789abcdef0123';

/** What Vite says of its output, by source file. */
type Manifest = Record<string, { file: string; css?: string[]; imports?: string[]; dynamicImports?: string[] }>;

let built: BuiltPage;
let manifest: Manifest;
let server: Server;
beforeAll(async () => {
  const { folder } = await currentBuild();
  built = readBuild(folder);
  manifest = JSON.parse(await readFile(join(folder, '.vite/manifest.json'), 'utf8'));
  const page = builtPage(
    () => built,
    async () => {},
  );
  server = createServer((request, response) => {
    void servePage(page, { request, response, asked: askedOf(request), session: 'of-this-start' });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}
/** As a program asks: nothing is added, and nothing is decompressed. */
async function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  const asking = send({ host: '127.0.0.1', port, path, method, headers }).end();
  const [answer] = await once(asking, 'response');
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part);
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) };
}
const look = (path: string) => ask(path, { accept: 'text/html,*/*' });
const scriptIn = ({ body }: Answer) => /<script type="module"[^>]* src="([^"]+)"/.exec(String(body))?.[1] ?? '';

/** Whether a straight piece of a line goes through a node. */
const isThrough = (one: WirePoint, other: WirePoint, { x, y, width, height }: WireNode): boolean =>
  Math.max(one.x, other.x) > x - width / 2 + 0.5 &&
  Math.min(one.x, other.x) < x + width / 2 - 0.5 &&
  Math.max(one.y, other.y) > y - height / 2 + 0.5 &&
  Math.min(one.y, other.y) < y + height / 2 - 0.5;

/** A page of a scenario, which the others do not load. */
const PAGE = /^src\/.+\/\w+Page\.tsx$/;
const SDK = 'src/space-invaders/manager/awsPorts.ts';

/** The files that an entry can load while it is open, but for the pages of scenarios, and for the SDK. */
function loadedBy(key: string, seen = new Set<string>()): Set<string> {
  if (seen.has(key)) return seen;
  seen.add(key);
  const { imports = [], dynamicImports = [] } = manifest[key] ?? {};
  for (const next of [...imports, ...dynamicImports]) if (!PAGE.test(next) && next !== SDK) loadedBy(next, seen);
  return seen;
}

describe('the built page', () => {
  it(`is under ${MOST_BYTES / 1000} kB for whoever opens one scenario and all that can be opened in it, as it goes over the network`, () => {
    const pages = Object.keys(manifest).filter((key) => PAGE.test(key));
    const sizes = pages.map((page) => {
      const entries = [...new Set([...loadedBy('index.html'), ...loadedBy(page)])].map((key) => manifest[key]);
      const paths = new Set(entries.flatMap((entry) => (entry ? [entry.file, ...(entry.css ?? [])] : [])));
      // The app's own styles are in its page, which is counted below.
      for (const style of manifest['index.html']?.css ?? []) paths.delete(style);
      const files = ['favicon.svg', ...paths].map((path) => built.files.get(`/${path}`));
      const bytes = files.map((file) => (file ? (file.gzip ?? file.plain) : Buffer.alloc(MOST_BYTES)).length);
      return [page, bytes.reduce((sum, each) => sum + each, gzipSync(built.index).length)] as const;
    });

    expect(pages.length).toBeGreaterThan(2);
    expect(sizes.filter(([, bytes]) => bytes >= MOST_BYTES)).toEqual([]);
    // Were nothing found, all would be small.
    expect(Math.min(...sizes.map(([, bytes]) => bytes))).toBeGreaterThan(60_000);
  });

  it(`loads AWS’s SDK for managers alone: under ${MOST_SDK_BYTES / 1000} kB, and nothing fetches it before it is needed`, async () => {
    const sdk = manifest[SDK]?.file ?? '';
    // Parts of the SDK load each other.
    const loaders = Object.entries(manifest).filter(
      ([key, { imports = [], dynamicImports = [] }]) =>
        key.startsWith('src/') && [...imports, ...dynamicImports].includes(SDK),
    );
    const { body } = await look('/space-invaders/manager');
    const bytes = built.files.get(`/${sdk}`)?.gzip?.length ?? Number.POSITIVE_INFINITY;

    expect(loaders.map(([key]) => key)).toEqual(['src/space-invaders/manager/ManagerPage.tsx']);
    expect(String(body)).toContain('ManagerPage');
    expect(String(body)).not.toContain(sdk);
    expect(bytes).toBeLessThan(MOST_SDK_BYTES);
    // Were it something else, it would be small.
    expect(bytes).toBeGreaterThan(40_000);
  });

  it('comes compressed as the browser takes it, the same in each form', async () => {
    const script = scriptIn(await look('/'));
    const [plain, gzip, br] = await Promise.all([
      ask(script, { 'accept-encoding': 'identity' }),
      ask(script, { 'accept-encoding': 'gzip, deflate' }),
      ask(script, { 'accept-encoding': 'gzip, deflate, br, zstd' }),
    ]);
    const page = await ask('/', { 'accept-encoding': 'gzip, br;q=0' });

    expect([plain, gzip, br, page].map(({ headers }) => headers['content-encoding'])).toEqual([
      ...[undefined, 'gzip', 'br'],
      'gzip',
    ]);
    expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
    expect(brotliDecompressSync(br.body).equals(plain.body)).toBe(true);
    expect(String(gunzipSync(page.body))).toContain('<div id="root">');
    expect([gzip, page].map(({ headers }) => headers.vary)).toEqual(['accept-encoding', 'accept-encoding']);
  });

  it('is kept for ever where its name follows from its content, and asked for anew where it does not', async () => {
    const page = await look('/');
    const script = await ask(scriptIn(page));
    const icon = await ask('/favicon.svg');
    const again = await ask('/favicon.svg', { 'if-none-match': icon.headers.etag ?? '' });

    expect(page.headers['cache-control']).toBe('no-store');
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(icon.headers['cache-control']).toBe('no-cache');
    expect([icon.status, again.status, again.body.length]).toEqual([200, 304, 0]);
  });

  it('names the files of the page that is asked for, and no other page', async () => {
    const [home, pingPong, game, manager] = await Promise.all(
      ['/', '/ping-pong', `/mafia/${GAME}`, '/space-invaders/manager'].map(look),
    );
    if (!home || !pingPong || !game || !manager) throw new Error('there are four');
    const chunksIn = ({ body }: Answer) =>
      [
        ...String(body).matchAll(
          /<link rel="(?:modulepreload|preload)"(?: as="style")? crossorigin href="\/assets\/(\w+Page)-/g,
        ),
      ].map(([, chunk]) => chunk);

    expect([...new Set(chunksIn(home))]).toEqual(['HomePage']);
    expect([...new Set(chunksIn(pingPong))]).toEqual(['PingPongPage']);
    expect([...new Set(chunksIn(game))]).toContain('MafiaPage');
    expect(chunksIn(game)).not.toContain('PingPongPage');
    expect([...new Set(chunksIn(manager))]).toEqual(['ManagerPage']);
    // What the page itself brings comes once.
    for (const { body } of [home, pingPong, game]) {
      const files = [...String(body).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file]) => file);
      expect(new Set(files).size).toBe(files.length);
    }
  });

  it('can be painted before any script or style has come: the shell with the way to each scenario, and where one is', async () => {
    const [home, pingPong, nowhere] = await Promise.all([look('/'), look('/ping-pong'), look('/nowhere')]);
    const bodies = [home, pingPong, nowhere].map(({ body }) => String(body));

    for (const html of bodies) {
      expect(html).toMatch(/<div id="root"><div class="shell"/);
      expect(html).toMatch(/<a href="\/mafia"[^>]*>Mafia<\/a>/);
      expect(html).toMatch(/<style>.*\.shell-header.*<\/style>/s);
      expect(html).not.toContain('rel="stylesheet"');
    }
    expect(bodies.map((html) => /aria-current="page"[^>]*>([^<]+)/.exec(html)?.[1])).toEqual([
      ...[undefined, 'Ping-pong'],
      undefined,
    ]);
    expect(bodies[2]).toContain('Nothing is played here');
  });

  it.each(['/', '/ping-pong', '/mafia', `/mafia/${GAME}`])('is shown at %s, with its session', async (path) => {
    const { status, headers, body } = await look(path);

    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(String(body)).toContain('<meta name="arcade-session" content="of-this-start" />');
  });

  it.each(['/ping-pong/abc', '/mafia/no-game', `/mafia/${GAME}/more`, '/nowhere', '/assets/nothing.js', '/index.html'])(
    'shows its shell with a 404 to whoever looks at %s, and a sentence to programs',
    async (path) => {
      const [shell, program] = await Promise.all([look(path), ask(path, { accept: '*/*' })]);

      expect([shell.status, program.status]).toEqual([404, 404]);
      expect(String(shell.body)).toContain('<div id="root">');
      expect(String(program.body)).toBe('Nothing is here.\n');
    },
  );

  it.each([
    ['/PING-PONG', '/ping-pong'],
    ['/Mafia/?a=B', '/mafia?a=B'],
    [`/MAFIA/${GAME}`, `/mafia/${GAME}`],
  ])('leads from %s to %s, not for ever', async (path, right) => {
    const { status, headers } = await look(path);

    expect([status, headers.location, headers['cache-control']]).toEqual([302, right, 'no-store']);
  });

  it('is only ever read, and says how long it is without being sent', async () => {
    const [posted, head, got] = await Promise.all([ask('/', {}, 'POST'), ask('/', {}, 'HEAD'), ask('/')]);

    expect([posted.status, posted.headers.allow]).toEqual([405, 'GET, HEAD']);
    expect([head.status, head.body.length, head.headers['content-length']]).toEqual([200, 0, String(got.body.length)]);
  });

  it('is built once for the same sources', async () => {
    const [one, other] = [await currentBuild(), await currentBuild()];

    expect([one.isNew, other.isNew]).toEqual([false, false]);
    expect(other.folder).toBe(one.folder);
  });
});

describe('the page that is deployed', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deployed-page-'));
    await buildSite(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has the graph of each service, with the nodes’ logical ids and nothing of any account', async () => {
    const services = findServices().map(({ name }) => name);
    const texts = await Promise.all(services.map((name) => readFile(join(folder, `graphs/${name}.json`), 'utf8')));
    const graphs = texts.map((text) => JSON.parse(text) as WireGraph);

    expect(services.length).toBeGreaterThan(1);
    expect(graphs.map(({ version, service }) => ({ version, service }))).toEqual(
      services.map((service) => ({ version: 1, service })),
    );
    for (const { nodes, edges } of graphs) {
      expect(edges.length).toBeGreaterThan(3);
      expect(nodes.some(({ kind }) => kind === 'function')).toBe(true);
      expect(nodes.flatMap(({ arns }) => arns)).toEqual([]);
    }
    // What stands elsewhere is known by the params' defaults, whose account is nobody's.
    expect(texts.join()).not.toMatch(/arn:aws:[\w-]*:[\w-]*:(?!000000000000:)|\b(?!000000000000)\d{12}\b/);
  });

  it('has a file for each address, with what is seen there first, and for those that lead nowhere', async () => {
    const read = (file: string) => readFile(join(folder, file), 'utf8');
    const all = await readdir(folder, { recursive: true });

    expect(all).toEqual(expect.arrayContaining(pages.map(({ file }) => file)));
    expect(all.filter((name) => name.startsWith('.') || /\.(br|gz)$/.test(name))).toEqual([]);
    for (const { file } of pages) expect(await read(file)).toMatch(/<style>.*<div id="root"><\w/s);
    expect(await read('mafia/_id.html')).toContain('MafiaPage');
    expect(await read('404.html')).not.toBe(await read('index.html'));
  });

  it('has the floor of all services, wired as serverless-compose.yml says, and nothing of any account', async () => {
    const text = await readFile(join(folder, 'graphs/floor.json'), 'utf8');
    const { services, nodes, edges } = JSON.parse(text) as FloorGraph;

    expect(services.map(({ service }) => service).sort()).toEqual(findServices().map(({ name }) => name));
    const between = edges.filter(({ service }) => service === undefined).map(({ from, to }) => `${from} ${to}`);
    expect(between).toEqual(
      expect.arrayContaining([
        'ping-pong/announcements lobby/tell',
        'mafia/gameEvents lobby/honour',
        'fakemon/bus lobby/tell',
        'space-invaders/trials lobby/honour',
        'smart-home/outcomes lobby/tell',
        'fakemon/restApi identity/userPool',
      ]),
    );
    const crossed = edges.flatMap(({ id, points }) =>
      nodes
        .filter((node) => points.slice(1).some((to, at) => isThrough(points[at] ?? to, to, node)))
        .map((node) => [id, node.id]),
    );
    expect(crossed).toEqual([]);
    expect(text).not.toMatch(/arn:aws|\d{12}/);
  });
});
