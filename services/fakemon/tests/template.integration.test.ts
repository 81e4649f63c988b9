import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fakemonEvents } from '@arcade/events/contracts/fakemon';
import { compileService, grantsOf, type Template } from '@arcade/local-aws/testkit';
import { expect, it } from '@jest/globals';
import { SERVICE_FOLDER } from './aws.ts';

const compiled = async () => (await compileService(SERVICE_FOLDER, { stage: 'dev' })).template as unknown as Template;

it('lets through what grants.txt says, no less and no more', async () => {
  const granted = readFileSync(join(import.meta.dirname, 'grants.txt'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(grantsOf(await compiled())).toEqual(granted);
});

it('has rules that wait for events which contracts tell of, each with patience and a place for dead letters', async () => {
  const types = fakemonEvents.map(({ type }): string => type);
  const rules = Object.entries((await compiled()).Resources).filter(([, { Type }]) => Type === 'AWS::Events::Rule');

  expect(rules.length).toBeGreaterThanOrEqual(5);
  for (const [id, { Properties }] of rules) {
    const awaited: unknown[] = Properties.EventPattern['detail-type'] ?? [];
    const isOwn = JSON.stringify(Properties.EventPattern.source) === '["fakemon"]';
    expect([id, ...awaited.filter((type) => isOwn && !types.includes(String(type)))]).toEqual([id]);
    for (const target of Properties.Targets) {
      expect([id, Object.keys(target)]).toEqual([id, expect.arrayContaining(['DeadLetterConfig', 'RetryPolicy'])]);
    }
  }
});
