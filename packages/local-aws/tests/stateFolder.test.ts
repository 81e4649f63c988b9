import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { defaultStateFolder } from '../stateFolder.ts';

let repository: string;
beforeEach(async () => {
  repository = await mkdtemp(join(tmpdir(), 'repository-'));
  await mkdir(join(repository, 'services/mafia'), { recursive: true });
  await writeFile(join(repository, 'pnpm-workspace.yaml'), '');
});
afterEach(() => rm(repository, { recursive: true }));

it.each([
  ['', '.local-aws'],
  ['states/a', 'states/a'],
])('finds the state folder (%p) from the root of the repository, whichever folder one is in', (named, expected) => {
  expect(defaultStateFolder(join(repository, 'services/mafia'), named)).toBe(join(repository, expected));
});

it('takes a folder that is named whole as it is', () => {
  expect(defaultStateFolder(join(repository, 'services/mafia'), '/states')).toBe('/states');
});
