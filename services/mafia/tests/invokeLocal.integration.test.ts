import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PATIENCE_MS } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freePort } from '../../../scripts/freePorts.ts';
import { slsPath } from '../../../scripts/workspace.ts';
import { SERVICE_FOLDER } from './aws.ts';

const run = promisify(execFile);
let environment: NodeJS.ProcessEnv;
let stateFolder: string;

beforeAll(async () => {
  stateFolder = mkdtempSync(join(tmpdir(), 'mafia-state-'));
  environment = { ...process.env, LOCAL_AWS_PORT: String(await freePort()), LOCAL_AWS_STATE: stateFolder };
  delete environment.NODE_OPTIONS;
});

afterAll(() => rmSync(stateFolder, { recursive: true, force: true }));

/** `sls invoke local -f <functionName> -p fixtures/<functionName>.json` in the service's folder; gives what it prints as JSON. */
async function invokeLocal(functionName: string): Promise<Record<string, unknown>> {
  const sls = slsPath({ name: 'mafia', folder: SERVICE_FOLDER });
  const { stdout } = await run(
    process.execPath,
    [sls, 'invoke', 'local', '-f', functionName, '-p', `fixtures/${functionName}.json`],
    { cwd: SERVICE_FOLDER, env: environment },
  );
  // Before the answer, the function's own lines: each is one line of JSON; the answer is indented.
  return JSON.parse(stdout.slice(stdout.search(/^\{$/m)));
}

it(
  'keeps one game’s state over fixtures, with nothing else running',
  async () => {
    const { gameId, turn } = await invokeLocal('newGame');
    const night = await invokeLocal('nightTurn');
    const seen = await invokeLocal('gameState');

    expect(turn).toBe('night');
    expect(night).toMatchObject({ gameId, turn: 'day', turnsPlayed: 1 });
    expect(seen).toMatchObject({ id: gameId, turn: 'day', players: night.players });
  },
  2 * PATIENCE_MS,
);
