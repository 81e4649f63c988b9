import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { freePort } from '../../../../scripts/freePorts.ts';
import { lockState } from '../../core/store/index.ts';
import { type Open, open } from '../../front-door/tests/open.ts';
import { connect } from '../localAws.ts';

const before = { ...process.env };
let folder: string;
let running: Open | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'connect-'));
});
afterEach(async () => {
  process.env = { ...before };
  await running?.close();
  running = undefined;
  rmSync(folder, { recursive: true });
});

const state = (name: string) => join(folder, name);
/** What a command that needs local-aws is told by its environment. */
const tell = (port: number, stateFolder: string) => {
  process.env.LOCAL_AWS_PORT = String(port);
  process.env.LOCAL_AWS_STATE = stateFolder;
};

it('uses the local-aws that answers, with the secret from the state folder', async () => {
  running = await open({ stateFolder: state('one') });
  tell(running.door.port(), state('one'));

  expect(await connect(folder, { port: 0 })).toMatchObject({ secret: running.keys.secret, isOwn: false });
});

it('sends no secret to a local-aws that keeps its state elsewhere', async () => {
  running = await open({ stateFolder: state('one') });
  tell(running.door.port(), state('two'));

  await expect(connect(folder, { port: 0 })).rejects.toThrow(
    /keys\.json cannot be used: it is not there: .*LOCAL_AWS_STATE/,
  );
});

it('starts none on another port beside one that holds the state: it is told which process does', async () => {
  tell(await freePort(), state('one'));
  const lock = lockState(state('one'));
  try {
    await expect(connect(folder, { port: 0 })).rejects.toThrow(`is in use by the local-aws of process ${process.pid}`);
  } finally {
    lock.release();
  }
});
