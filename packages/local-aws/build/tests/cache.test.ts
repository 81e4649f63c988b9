import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { forgetUnused, hashesOf, keepMade, takeMade } from '../cache.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

let workspace: string;
let kept: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'cache-'));
  kept = join(workspace, '.cache/templates/a.json');
  await write('services/a/serverless.yml', 'a');
});
afterEach(async () => {
  delete process.env.CACHE_TEST;
  await rm(workspace, { recursive: true });
});

const path = (name: string) => join(workspace, name);
async function write(name: string, text: string) {
  await mkdir(dirname(path(name)), { recursive: true });
  await writeFile(path(name), text);
}
/** What is made of these files, begun after they were written. */
async function make(...files: string[]) {
  const inputs = await hashesOf(files, { folder: path('services/a'), workspace });
  return { inputs, madeMs: Date.now() + 1000, result: 'made' };
}
const isTaken = async () => (await takeMade(kept)).one !== undefined;

describe('what was made of files', () => {
  it('is given again until one of them changes', async () => {
    await keepMade(kept, {}, { one: await make(path('services/a/serverless.yml')) });
    const before = await isTaken();

    await write('services/a/serverless.yml', 'changed');

    expect(before).toBe(true);
    expect(await isTaken()).toBe(false);
  });

  it('is not given any more when a file appears that was looked for in vain', async () => {
    await keepMade(kept, {}, { one: await make(path('tsconfig.json')) });
    const before = await isTaken();

    await write('tsconfig.json', '{}');

    expect(before).toBe(true);
    expect(await isTaken()).toBe(false);
  });

  it('is not given any more when a variable has another value, or other packages are installed', async () => {
    process.env.CACHE_TEST = 'one';
    await keepMade(kept, {}, { one: await make('env:CACHE_TEST') });
    process.env.CACHE_TEST = 'two';
    const withAnother = await isTaken();
    process.env.CACHE_TEST = 'one';
    const before = await isTaken();

    await write('pnpm-lock.yaml', 'other packages');

    expect([before, withAnother]).toEqual([true, false]);
    expect(await isTaken()).toBe(false);
  });

  it('does not follow from installed packages one by one, nor from files elsewhere', async () => {
    const inputs = await hashesOf([path('node_modules/x/index.js'), '/etc/hosts', path('packages/b/index.ts')], {
      folder: path('services/a'),
      workspace,
    });

    expect(Object.keys(inputs)).toEqual([path('packages/b/index.ts'), path('pnpm-lock.yaml')]);
  });

  it('is given and not kept when a file was written meanwhile: nobody knows which version was read', async () => {
    const made = { ...(await make(path('services/a/serverless.yml'))), madeMs: Date.now() - 1000 };

    const given = await keepMade(kept, {}, { one: made });

    expect(given.one).toBe(made);
    expect(await isTaken()).toBe(false);
  });

  it('is nothing when what is kept is of another version, or half written', async () => {
    await write('.cache/templates/a.json', '{"one": {"files": 1}}');
    const ofAnotherVersion = await takeMade(kept);
    await write('.cache/templates/a.json', '{"one": {"inp');

    expect([ofAnotherVersion, await takeMade(kept)]).toEqual([{}, {}]);
  });

  it('is forgotten when nobody asked for it for a day', async () => {
    await keepMade(kept, {}, { one: await make() });
    await write('.cache/templates/old.json', '{}');
    const longAgo = new Date(Date.now() - 2 * DAY_MS);
    await utimes(path('.cache/templates/old.json'), longAgo, longAgo);

    await forgetUnused(dirname(kept));

    expect(await readdir(dirname(kept))).toEqual(['a.json']);
  });
});
