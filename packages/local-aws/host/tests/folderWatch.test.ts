import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FolderWatch, foldersOf } from '../folderWatch.ts';

let folder: string;
let watch: FolderWatch;
let seen: Set<string>;
let look: () => void;
let troubles: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watch-'));
  await mkdir(join(folder, 'handlers'));
  seen = new Set();
  look = () => {};
  watch = new FolderWatch({
    onChange(files) {
      for (const file of files) seen.add(file);
      look();
    },
    onTrouble: (sentence) => troubles.push(sentence),
  });
  troubles = [];
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

  it('watches nothing any more once it is closed, whoever asks', () => {
    const watchers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'FSEventWrap').length;
    watch.close();
    const before = watchers();

    watch.watch(new Set([folder]));

    expect(watchers()).toBe(before);
  });

  it('goes on when a folder vanishes', async () => {
    watch.watch(new Set([folder, join(folder, 'handlers'), join(folder, 'never-there')]));

    await rm(join(folder, 'handlers'), { recursive: true });

    await expect(told('handlers')).resolves.toBeUndefined();
    expect(troubles).toEqual([]);
  });

  it('hears of a folder that is removed and made again, and of what is changed in it after that', async () => {
    await mkdir(join(folder, 'handlers/deep'));
    watch.watch(new Set([join(folder, 'handlers'), join(folder, 'handlers/deep')]));
    await rm(join(folder, 'handlers'), { recursive: true });
    await told('handlers/deep');
    seen.clear();

    await mkdir(join(folder, 'handlers/deep'), { recursive: true });
    await writeFile(join(folder, 'handlers/deep/ping.ts'), 'a');
    await told('handlers/deep/ping.ts');
    seen.clear();
    await writeFile(join(folder, 'handlers/deep/ping.ts'), 'b');

    await expect(told('handlers/deep/ping.ts')).resolves.toBeUndefined();
  });

  it('hears of a folder that another has taken the place of', async () => {
    watch.watch(new Set([join(folder, 'handlers')]));
    await mkdir(join(folder, 'other'));
    await writeFile(join(folder, 'other/ping.ts'), 'a');

    await rename(join(folder, 'handlers'), join(folder, 'old'));
    await rename(join(folder, 'other'), join(folder, 'handlers'));
    await told('handlers/ping.ts');
    seen.clear();
    await writeFile(join(folder, 'handlers/ping.ts'), 'b');

    await expect(told('handlers/ping.ts')).resolves.toBeUndefined();
  });

  it.each([
    ['ENOSPC', 'raise fs.inotify.max_user_watches'],
    ['EMFILE', 'raise fs.inotify.max_user_instances'],
  ])('says once that the system allows no further watches (%s), and what to do', (code, remedy) => {
    const full = new FolderWatch({
      onChange() {},
      onTrouble: (sentence) => troubles.push(sentence),
      watch() {
        throw Object.assign(new Error(`${code}: no more`), { code });
      },
    });

    full.watch(new Set([folder, join(folder, 'handlers')]));

    expect(troubles).toEqual([expect.stringContaining(remedy)]);
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
