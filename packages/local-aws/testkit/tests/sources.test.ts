// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders of serverless.yml.
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hashOfSources } from '../sources.ts';

describe('the hash of what a service is compiled from', () => {
  let workspace: string;
  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'sources-'));
    const dependencies = { '@arcade/events': 'workspace:*', zod: 'catalog:' };
    await write(
      'services/a/package.json',
      JSON.stringify({ devDependencies: { '@arcade/local-aws': 'workspace:*' }, dependencies }),
    );
    await write('services/a/serverless.yml', 'custom: ${file(../../common/alarms.yml):x}');
    await write('services/a/handlers/ping.ts', 'ping');
    await write('services/a/tests/ping.test.ts', 'test');
    await write('packages/events/index.ts', 'events');
    await write('packages/local-aws/index.ts', 'local');
    await write('common/alarms.yml', 'x: 1');
    await write('pnpm-lock.yaml', '1');
    await mkdir(join(workspace, 'services/a/node_modules/@arcade'), { recursive: true });
    for (const name of ['events', 'local-aws']) {
      await symlink(join(workspace, 'packages', name), join(workspace, 'services/a/node_modules/@arcade', name));
    }
  });
  afterEach(() => rm(workspace, { recursive: true }));

  async function write(path: string, text: string) {
    const file = join(workspace, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const hash = (more: unknown = 1) => hashOfSources(join(workspace, 'services/a'), workspace, more);

  it.each([
    ['a handler', 'services/a/handlers/ping.ts'],
    ['a new file', 'services/a/handlers/pong.ts'],
    ['a workspace package that is used', 'packages/events/index.ts'],
    ['a file from outside that serverless.yml takes', 'common/alarms.yml'],
    ['the lock file', 'pnpm-lock.yaml'],
  ])('changes with %s', async (_title, path) => {
    const before = await hash();

    await write(path, 'changed');

    expect(await hash()).not.toBe(before);
  });

  it.each([
    ['its tests', 'services/a/tests/ping.test.ts'],
    ['what osls left behind', 'services/a/.serverless/x.json'],
    ['local-aws', 'packages/local-aws/index.ts'],
  ])('stays when only %s changed', async (_title, path) => {
    const before = await hash();

    await write(path, 'changed');

    expect(await hash()).toBe(before);
  });

  it('changes with stage and params', async () => {
    expect(await hash({ stage: 'local' })).not.toBe(await hash({ stage: 'dev' }));
  });
});
