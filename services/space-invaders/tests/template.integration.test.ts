import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileService, grantsOf, type Template } from '@arcade/local-aws/testkit';
import { expect, it } from '@jest/globals';
import { SERVICE_FOLDER } from './aws.ts';

const compiled = async (params: Record<string, string> = {}) =>
  (await compileService(SERVICE_FOLDER, { stage: 'dev', params })).template as unknown as Template;

/** What a route of the REST API takes in a second, and at once. */
function limitOf({ Resources }: Template, path: string): unknown {
  const settings = Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::ApiGateway::Stage')
    .flatMap(({ Properties }) => (Properties?.MethodSettings ?? []) as Record<string, unknown>[]);
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } =
    settings.find(({ ResourcePath }) => ResourcePath === path) ?? {};
  return [Number(rate), Number(burst)];
}

it('lets through what grants.txt says, no less and no more', async () => {
  const granted = readFileSync(join(import.meta.dirname, 'grants.txt'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(grantsOf(await compiled())).toEqual(granted);
});

it('takes of boards and seats what its params say, and by the defaults what a room needs', async () => {
  const wide = { boardRate: '2500', boardBurst: '5000', allocateRate: '1000', allocateBurst: '4000' };
  const [byDefault, changed] = await Promise.all([compiled(), compiled(wide)]);
  const limits = (template: Template) => ['/~1scoreboard', '/~1allocate'].map((path) => limitOf(template, path));

  expect(limits(byDefault)).toEqual([
    [500, 1000],
    [500, 2000],
  ]);
  expect(limits(changed)).toEqual([
    [2500, 5000],
    [1000, 4000],
  ]);
});

it('has no alarm that rings nowhere', async () => {
  const { Resources } = await compiled({ alarmTopicArn: 'arn:aws:sns:eu-west-1:000000000000:alarms' });
  const alarms = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');
  expect(alarms.map(([id]) => id)).toContain('ArchiveIsCrowdedAlarm');
  expect(alarms.filter(([, { Properties }]) => !Properties?.AlarmActions).map(([id]) => id)).toEqual([]);
});
