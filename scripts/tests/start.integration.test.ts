import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { processTree } from '../../packages/local-aws/bench/processTree.ts';
import { freePort, freeRange, isFree } from '../freePorts.ts';
import { ROOT } from '../workspace.ts';

// A cold start compiles and bundles, on a machine that may be busy.
jest.setTimeout(180_000);

/** How often it is looked whether processes have ended. */
const LOOK_AGAIN_MS = 50;

let state: string;
let arcade: ChildProcess;
let ports: number[];
let lines: string[];
let heard: { pattern: RegExp; resolve(): void }[];
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'start-test-'));
  lines = [];
  heard = [];
  const [localAws, web, base] = [await freePort(), await freePort(), await freeRange(200)];
  // ping-pong's HTTP API is the tenth of the range.
  ports = [localAws, web, base + 10];
  arcade = spawn(process.execPath, [join(ROOT, 'scripts/start.ts'), '--only', 'ping-pong'], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      A_SECRET_OF_THE_OWNER: 'hunter2',
      LOCAL_AWS_PORT: String(localAws),
      WEB_PORT: String(web),
      ARCADE_PORT_BASE: String(base),
      LOCAL_AWS_STATE: state,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!arcade.stdout) throw new Error('no output');
  createInterface({ input: arcade.stdout }).on('line', (line) => {
    lines.push(line);
    for (const { pattern, resolve } of heard) if (pattern.test(line)) resolve();
  });
});
afterEach(async () => {
  const pids = processTree(arcade.pid ?? 0);
  arcade.kill('SIGKILL');
  // What it has started notices a moment later, and writes until then.
  await untilGone(pids);
  await rm(state, { recursive: true, force: true });
});

/** Resolves when a line says so. */
function says(pattern: RegExp): Promise<void> {
  if (lines.some((line) => pattern.test(line))) return Promise.resolve();
  return new Promise((resolve) => heard.push({ pattern, resolve }));
}

const isThere = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
async function untilGone(pids: readonly number[]): Promise<void> {
  while (pids.some(isThere)) await wait(LOOK_AGAIN_MS);
}
const listening = async () => (await Promise.all(ports.map(isFree))).filter((free) => !free).length;
const match = () => fetch(`http://localhost:${ports[2]}/match`).then(({ status }) => status);

describe('npm start', () => {
  it('starts local-aws again when it dies, with its state, and leaves nothing behind at Ctrl-C', async () => {
    await says(/^ready in/);
    const before = processTree(arcade.pid ?? 0);
    const [, localAws = 0] = before;
    const environment = existsSync('/proc') ? readFileSync(`/proc/${localAws}/environ`, 'utf8') : '';

    process.kill(localAws, 'SIGKILL');
    await says(/local-aws.*ended \(SIGKILL\), and is started again/);
    await says(/local-aws.*runs again after/);
    const answered = await match();
    const after = processTree(arcade.pid ?? 0);
    const ended = new Promise((resolve) => arcade.once('close', resolve));
    arcade.kill('SIGINT');

    expect(environment.includes('hunter2')).toBe(false);
    expect(answered).toBe(200);
    expect(await ended).toBe(0);
    await untilGone([...before, ...after]);
    expect(await listening()).toBe(0);
  });

  it('leaves nothing behind when it is killed outright', async () => {
    await says(/^ready in/);
    await match();
    const pids = processTree(arcade.pid ?? 0);
    expect(await listening()).toBe(3);

    arcade.kill('SIGKILL');

    await untilGone(pids);
    expect(pids.length).toBeGreaterThan(1);
    expect(await listening()).toBe(0);
  });

  it('lets its own page change what goes wrong, and nobody else', async () => {
    await says(/^ready in/);
    const app = `http://localhost:${ports[1]}`;
    const page = await (await fetch(app)).text();
    const session = /name="arcade-session" content="([^"]+)"/.exec(page)?.[1] ?? '';
    const plan = { seed: 7, rules: [{ match: { target: '*ping-pong-*' }, duplicate: 0.5 }] };
    const put = async (body: unknown, headers: Record<string, string>) => {
      const answer = await fetch(`${app}/_arcade/faults`, { method: 'PUT', headers, body: JSON.stringify(body) });
      return { status: answer.status, type: answer.headers.get('content-type'), body: (await answer.json()) as object };
    };
    const known = async () => (await (await fetch(`http://localhost:${ports[0]}/_local/faults`)).json()) as object;
    const inSession = { 'x-arcade-session': session };

    const set = await put(plan, inSession);
    const after = await known();
    const refused = [await put(plan, {}), await put({ ...plan, seed: 8 }, { 'x-arcade-session': `${session}x` })];
    const wrong = await put({ rules: [{ duplicate: 2 }] }, inSession);
    const still = await known();
    const reset = await fetch(`${app}/_arcade/faults`, { method: 'DELETE', headers: inSession });

    expect(await (await fetch(`${app}/_arcade/stage`)).json()).toEqual({ stage: 'local', canBreak: true });
    expect([set.status, set.body, after]).toEqual([200, plan, plan]);
    expect(refused.map(({ status }) => status)).toEqual([403, 403]);
    expect([wrong.status, wrong.type, still]).toEqual([400, 'application/problem+json', plan]);
    expect([reset.status, await known()]).toEqual([200, { seed: 1, rules: [] }]);
  });

  it('says one line for a service, and what is said in vain in another; takes its keys away at SIGTERM, from two at once', async () => {
    await says(/^ready in/);
    const isKept = () => ['keys.json', 'holder.json'].map((file) => existsSync(join(state, file)));
    const before = isKept();
    const ended = new Promise((resolve) => arcade.once('close', resolve));
    // As its process group is ended: by whoever ends it, and by what has started it and passes that on.
    arcade.kill('SIGTERM');
    arcade.kill('SIGTERM');

    expect(await ended).toBe(0);
    expect([before, isKept()]).toEqual([
      [true, true],
      [false, false],
    ]);

    expect(lines.filter((line) => /^ping-pong +\| (?!compiling)/.test(line))).toEqual([
      expect.stringMatching(/runs 4 functions, serves http:\/\/localhost:\d+$/),
    ]);
    expect(lines.filter((line) => line.includes('/_local/supported'))).toHaveLength(1);
  });
});
