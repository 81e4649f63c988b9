import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CompileError, compileService, grantsOf, type Template } from '@arcade/local-aws/testkit';
import { expect, it } from '@jest/globals';
import { SERVICE_FOLDER } from './aws.ts';

const COMPILING_MS = 120_000;

const compiled = async () => (await compileService(SERVICE_FOLDER, { stage: 'dev' })).template as unknown as Template;

it(
  'lets through what grants.txt says, no less and no more',
  async () => {
    const granted = readFileSync(join(import.meta.dirname, 'grants.txt'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(grantsOf(await compiled())).toEqual(granted);
  },
  COMPILING_MS,
);

it(
  'keeps grants and their key when the stack is removed, but not when its first deployment is taken back',
  async () => {
    const { Resources } = (await compiled()) as { Resources: Record<string, { DeletionPolicy?: string }> };
    const kept = Object.entries(Resources).flatMap(([id, { DeletionPolicy }]) =>
      DeletionPolicy === undefined ? [] : [[id, DeletionPolicy]],
    );

    expect(Object.fromEntries(kept)).toMatchObject({
      GrantsTable: 'RetainExceptOnCreate',
      GrantKey: 'RetainExceptOnCreate',
    });
  },
  COMPILING_MS,
);

it(
  'is not compiled with params that no function could work with',
  async () => {
    const compiling = compileService(SERVICE_FOLDER, { params: { deferredAnswerSeconds: '3', vendorUrl: 'bulbs' } });

    await expect(compiling).rejects.toThrow(CompileError);
    await expect(compiling).rejects.toThrow(/DEFERRED_ANSWER_SECONDS is '3': Too small: expected number to be >=4/);
    await expect(compiling).rejects.toThrow(/VENDOR_URL is 'bulbs'/);
  },
  COMPILING_MS,
);
