import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FolderWatch, foldersOf } from '../folderWatch.ts';

let folder: string;
let watch: FolderWatch;
let seen: Set<string>;
let look: () => void;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watch-'));
  await mkdir(join(folder, 'handlers'));
  seen = new Set();
  look = () => {};
  watch = new FolderWatch((files) => {
    for (const file of files) seen.add(file);
    look();
  });
});
afterEach(async () => {
  watch.close();
  await rm(folder, { recursive: true });
});

/** Resolves when these have been told of. */
function told(...names: string[]): Promise<void> {
  return new Promise((resolve) => {
    look = () => names.every((name) => seen.has(join(folder, name))) && resolve();
    look();
  });
}

describe('watching folders', () => {
  it('tells of all files that change, also when an editor puts a new one in the place of the old', async () => {
    watch.watch(new Set([folder, join(folder, 'handlers')]));

    await writeFile(join(folder, 'serverless.yml'), 'a');
    await writeFile(join(folder, 'handlers/ping.ts.tmp'), 'b');
    await rename(join(folder, 'handlers/ping.ts.tmp'), join(folder, 'handlers/ping.ts'));

    await expect(told('serverless.yml', 'handlers/ping.ts')).resolves.toBeUndefined();
  });

  it('is silent about folders that are not watched any more', async () => {
    watch.watch(new Set([folder, join(folder, 'handlers')]));
    watch.watch(new Set([folder]));

    await writeFile(join(folder, 'handlers/ping.ts'), 'a');
    await writeFile(join(folder, 'serverless.yml'), 'b');

    await told('serverless.yml');
    expect([...seen]).toEqual([join(folder, 'serverless.yml')]);
  });

  it('goes on when a folder vanishes', async () => {
    watch.watch(new Set([folder, join(folder, 'handlers'), join(folder, 'never-there')]));

    await rm(join(folder, 'handlers'), { recursive: true });

    await expect(told('handlers')).resolves.toBeUndefined();
  });
});

it('takes the folders of a service without those in which nothing is written by hand, and those of files elsewhere', async () => {
  await mkdir(join(folder, 'handlers/deep'));
  await mkdir(join(folder, 'node_modules/x'), { recursive: true });
  await mkdir(join(folder, '.cache'));

  const found = foldersOf(folder, ['/packages/events/index.ts']);

  expect([...found].sort()).toEqual(
    ['/packages/events', folder, join(folder, 'handlers'), join(folder, 'handlers/deep')].sort(),
  );
});
