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
  'lets a vendor push for all customers at once, and waits for answers as long as the world that it is played in',
  async () => {
    const [{ Resources }, world] = await Promise.all([
      compiled(),
      compileService(join(SERVICE_FOLDER, '../smart-home-world'), { params: { deferredAnswerSeconds: '9' } }),
    ]);
    const compose = readFileSync(join(SERVICE_FOLDER, '../../serverless-compose.yml'), 'utf8');

    const stages = Object.values(Resources).filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Stage');
    expect(stages.map(({ Properties }) => Properties?.DefaultRouteSettings)).toEqual([
      expect.objectContaining({ ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 }),
    ]);
    const { Outputs } = world.template as { Outputs?: Record<string, { Value: unknown }> };
    expect(String(Outputs?.DeferredAnswerSeconds?.Value)).toBe('9');
    expect(compose).toMatch(/deferredAnswerSeconds: \$\{smart-home-world\.DeferredAnswerSeconds\}/);
  },
  COMPILING_MS,
);

it(
  'is not compiled with params that no function could work with',
  async () => {
    const compiling = compileService(SERVICE_FOLDER, { params: { deferredAnswerSeconds: '5', vendorUrl: 'bulbs' } });

    await expect(compiling).rejects.toThrow(CompileError);
    await expect(compiling).rejects.toThrow(/DEFERRED_ANSWER_SECONDS is '5': less than 6 seconds are too few/);
    await expect(compiling).rejects.toThrow(/VENDOR_URL is 'bulbs'/);
  },
  COMPILING_MS,
);
