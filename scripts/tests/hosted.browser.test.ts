import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bringTo } from '../../packages/frame/site/site.ts';
import { type Cloud, createCloud } from '../../packages/local-aws/index.ts';
import { buildSite } from '../../packages/web/site/build.ts';
import { openWindow, type Window } from '../../packages/web/tests/browser.ts';
import { ROOT } from '../workspace.ts';

const PATIENCE_MS = 240_000;
const FRAME_MS = 90_000;
/** Those whose functions run, since the front page asks them; what the lobby takes of the others is there without. */
const RUN = ['identity', 'fakemon', 'lobby', 'ping-pong', 'mafia'];

let cloud: Cloud;
let window: Window;
let origin: string;
/** What was answered with an error. */
const refused: string[] = [];

/** A stage in a local AWS of its own, whose pages were brought to the lobby's bucket as a deployment brings them. */
beforeAll(async () => {
  cloud = await createCloud({ port: 0 });
  const ports = { http: 0, websocket: 0 };
  const requestOf = (name: string) => ({
    ...{ name, ports, stage: 'local', folder: join(ROOT, 'services', name), composeFolder: ROOT },
    ...(name === 'lobby' && { params: { awsEndpoint: cloud.endpoint } }),
  });
  const [, told] = await Promise.all([cloud.host.start(RUN.map(requestOf)), built()]);
  const failed = cloud.host.list().filter(({ status }) => status !== 'serves');
  if (failed.length > 0) throw new Error(JSON.stringify(failed));
  const { SiteBucketName = '', SiteUrl = '' } = cloud.stacks.get('lobby-local')?.outputs ?? {};
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const clientConfig = { endpoint: cloud.endpoint, region: 'eu-west-1', credentials };
  const files = [...told, ...(await runtimeFiles())];
  await bringTo({ getAwsSdkV3Config: async () => clientConfig }, SiteBucketName, files);
  // There is no TLS on a laptop.
  origin = SiteUrl.replace('https:', 'http:');
  window = await openWindow();
  window.page.setDefaultTimeout(60_000);
  window.page.on(
    'response',
    (answer) => answer.status() >= 400 && refused.push(`${answer.status()} ${new URL(answer.url()).pathname}`),
  );
}, PATIENCE_MS);

afterAll(async () => {
  await window?.close();
  await cloud?.close();
});

const fileOf = (key: string, body: Buffer) => ({ key, body, md5: createHash('md5').update(body).digest('hex') });

async function built() {
  const folder = await mkdtemp(join(tmpdir(), 'hosted-page-'));
  try {
    await buildSite(folder);
    const names = await readdir(folder, { recursive: true });
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(folder, name);
        return (await stat(path)).isFile() ? [fileOf(name, await readFile(path))] : [];
      }),
    );
    return files.flat();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What the page is told, as the template says it, of what the stacks have given out. */
async function runtimeFiles() {
  const { files } = createRequire(import.meta.url)(join(ROOT, 'services/lobby/resources/site/told.cjs')) as {
    files(source: object): Promise<Record<string, object>>;
  };
  const { UserPoolClientId, IdentityPoolId, ConfirmsAtOnce } = cloud.stacks.get('identity-local')?.outputs ?? {};
  const known: Record<string, unknown> = {
    'sls:stage': 'dev',
    'self:provider.region': 'eu-west-1',
    'param:userPoolClientId': UserPoolClientId,
    'param:identityPoolId': IdentityPoolId,
    'param:confirmsAtOnce': ConfirmsAtOnce,
    'param:awsEndpoint': cloud.endpoint,
  };
  const told = await files({ resolveVariable: async (name: string) => known[name] });
  return Object.entries(told).map(([key, value]) => fileOf(key, Buffer.from(JSON.stringify(value))));
}

describe('the page behind its distribution', () => {
  it(
    'is played as on a laptop: signed in, by its API and its socket under one origin, and nothing is refused',
    async () => {
      const { page, errors } = window;
      const socket = page.waitForEvent(
        'websocket',
        (opened) => new URL(opened.url()).pathname === '/api/fakemon/socket',
      );
      const heard = socket.then((opened) => opened.waitForEvent('framereceived', { timeout: FRAME_MS }));

      const answer = await page.goto(`${origin}/fakemon`);
      await page.locator('.cabinet[data-lamp="live"]').waitFor();
      await page.locator('.wire-node').first().waitFor();
      await page.getByRole('button', { name: 'Play as a guest', exact: true }).click();
      await page.getByRole('button', { name: 'Throw', exact: true }).waitFor();

      expect((await socket).isClosed()).toBe(false);
      // Within a minute something appears, which everybody is told.
      await heard;
      expect(answer?.headers()).toMatchObject({
        'content-security-policy': expect.stringContaining("script-src 'self'"),
        'strict-transport-security': 'max-age=31536000',
        'x-frame-options': 'DENY',
      });
      expect([errors, refused]).toEqual([[], []]);
    },
    PATIENCE_MS,
  );

  it(
    'shows the lobby at its address, every page at its own, and the shell where an address leads nowhere',
    async () => {
      const { page, errors } = window;
      for (const path of [
        '/',
        '/live',
        '/events',
        '/ping-pong',
        '/smart-home',
        '/space-invaders/manager',
        '/mafia/0123456789abcdef0123',
        '/no/where',
      ]) {
        await page.goto(origin + path);
        await page.locator('main').waitFor();
      }
      const ask = (path: string) =>
        page.evaluate(async (asked) => {
          const { status, headers } = await fetch(asked);
          return [status, headers.get('content-type')];
        }, path);

      expect(await ask('/api/fakemon/nothing')).toEqual([404, 'application/problem+json']);
      expect(await ask('/_local/health')).toEqual([404, 'application/xml']);
      // Those two are asked for because they are not there; nothing else is said.
      expect(refused).toEqual(['404 /api/fakemon/nothing', '404 /_local/health']);
      expect(errors).toEqual(Array(2).fill(expect.stringMatching(/^Failed to load resource: .* 404/)));
    },
    PATIENCE_MS,
  );
});
