import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dropState } from '../../../stateFolder.ts';
import { anyValues } from '../../tests/anyValues.ts';
import { lockState, openStore } from '../index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});
const holders: ChildProcess[] = [];
afterEach(() => {
  for (const holder of holders.splice(0)) holder.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Another process that holds the folder. */
async function startHolder() {
  const holder = spawn(process.execPath, [fileURLToPath(new URL('./holder.ts', import.meta.url)), folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  holders.push(holder);
  await once(holder.stdout, 'data');
  return {
    pid: holder.pid,
    async kill() {
      holder.kill('SIGKILL');
      await once(holder, 'exit');
    },
  };
}

describe('a state folder', () => {
  it("is one process's at a time: a second is told whose, --fresh included, and drops nothing", async () => {
    const store = openStore(folder);
    store.collection('stack', anyValues('rows')).put('key', 1);
    store.close();
    const holder = await startHolder();
    const sentence = `The state folder ${folder} is in use by the local-aws of process ${holder.pid}, since 2`;

    expect(() => openStore(folder)).toThrow(sentence);
    await expect(dropState(folder)).rejects.toThrow(sentence);

    expect(readdirSync(join(folder, 'stacks'))).toEqual(['stack.sqlite']);
    await holder.kill();
  });

  it('is free when its holder was killed', async () => {
    const holder = await startHolder();
    await holder.kill();
    expect(existsSync(join(folder, 'holder.json'))).toBe(true);

    openStore(folder).close();

    expect(existsSync(join(folder, 'holder.json'))).toBe(false);
  });

  it("is refused when it is another user's, who could open it to all again", () => {
    const { getuid } = process;
    process.getuid = () => (getuid?.() ?? 0) + 1;
    try {
      expect(() => lockState(folder)).toThrow(`The state folder ${folder} belongs to another user`);
    } finally {
      Object.assign(process, { getuid });
    }
  });

  it('is refused twice within one process, too', () => {
    const lock = lockState(folder);

    expect(() => lockState(folder)).toThrow(`is in use by the local-aws of process ${process.pid}`);

    lock.release();
    lockState(folder).release();
  });
});
