import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { freePort, isFree } from '../freePorts.ts';
import { findServices, slsPath } from '../workspace.ts';

// osls takes seconds to start, on a machine that may be busy.
jest.setTimeout(180_000);

const [service] = findServices().filter(({ name }) => name === 'mafia');
if (!service) throw new Error('there is no mafia');

/** A command of osls in the service's folder. */
interface Command {
  child: ChildProcess;
  /** What it has printed so far. */
  printed(): string;
  /** Resolves when it has printed this. */
  says(text: string): Promise<void>;
  ended: Promise<number | null>;
}

let state: string;
let environment: NodeJS.ProcessEnv;
let http: number;
const running: Command[] = [];
beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'commands-'));
  http = await freePort();
  environment = {
    ...process.env,
    NODE_OPTIONS: '',
    LOCAL_AWS_PORT: String(await freePort()),
    LOCAL_AWS_STATE: state,
  };
});
afterAll(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await rm(state, { recursive: true, force: true });
});

function sls(...args: string[]): Command {
  const { folder } = service ?? { folder: '' };
  const child = spawn(process.execPath, [slsPath({ name: 'mafia', folder }), ...args], {
    cwd: folder,
    env: environment,
  });
  let text = '';
  const heard: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (const look of heard) look();
    });
  }
  const command: Command = {
    child,
    printed: () => text,
    says: (wanted) =>
      new Promise((resolve) => {
        const look = () => text.includes(wanted) && resolve();
        heard.push(look);
        look();
      }),
    ended: new Promise((resolve) => child.once('close', resolve)),
  };
  running.push(command);
  return command;
}

describe('sls offline', () => {
  let offline: Command;
  beforeAll(async () => {
    offline = sls('offline', '--httpPort', String(http), '--lambdaPort', '3002');
    await Promise.race([offline.says('runs 7 functions'), offline.ended]);
  });

  it('serves the API on the port of its option, from the template, and says which options do nothing', async () => {
    const answer = await fetch(`http://localhost:${http}/games`);

    expect(await answer.json()).toEqual({ games: [] });
    expect(offline.printed()).toContain(`serves http://localhost:${http}`);
    expect(offline.printed()).toContain("serverless-offline's option lambdaPort does nothing");
  });

  it('is where sls invoke local finds the service', async () => {
    const invoke = sls('invoke', 'local', '-f', 'newGame', '-p', 'fixtures/newGame.json');

    expect(await invoke.ended).toBe(0);
    const { games } = (await (await fetch(`http://localhost:${http}/games`)).json()) as { games: unknown[] };
    expect(games).toHaveLength(1);
  });

  it('is refused where the service runs already', async () => {
    const second = sls('offline', '--httpPort', String(await freePort()));

    expect(await second.ended).not.toBe(0);
    expect(second.printed()).toContain(`mafia runs already at http://localhost:${http}`);
  });

  it('ends at Ctrl-C, and nothing listens any more', async () => {
    offline.child.kill('SIGINT');

    expect(await offline.ended).toBe(0);
    expect(await isFree(http)).toBe(true);
    expect(await isFree(Number(environment.LOCAL_AWS_PORT))).toBe(true);
  });
});
