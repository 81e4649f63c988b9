import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withLock } from '../lock.ts';

describe('withLock', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lock-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('lets one in at a time, and each of them in the end', async () => {
    const file = join(folder, 'x.lock');
    let inside = 0;
    let most = 0;
    const work = async (result: number) => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resume) => setImmediate(resume));
      inside -= 1;
      return result;
    };

    const results = await Promise.all([1, 2, 3].map((result) => withLock(file, () => work(result))));

    expect(results).toEqual([1, 2, 3]);
    expect(most).toBe(1);
    expect(existsSync(file)).toBe(false);
  });

  it('is free again after work that failed', async () => {
    const file = join(folder, 'x.lock');

    await expect(withLock(file, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');

    await expect(withLock(file, async () => 'in')).resolves.toBe('in');
  });

  it('takes over the lock of a process that is no longer there', async () => {
    const file = join(folder, 'x.lock');
    const { pid } = spawnSync(process.execPath, ['--version']);
    await writeFile(file, String(pid));

    await expect(withLock(file, async () => 'in')).resolves.toBe('in');
  });
});
