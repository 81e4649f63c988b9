import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseDocument } from 'yaml';
import { addedTo } from '../../packages/local-aws/testkit/belongings.ts';
import { rehearsedAddresses } from '../rehearse/addresses.ts';
import { CHANGED, changedTemplate } from '../rehearse/changed.ts';
import { type Outcome, takeSteps } from '../rehearse/steps.ts';
import type { ServiceOutputs } from '../stageOutputs.ts';
import { ROOT } from '../workspace.ts';

describe('where a rehearsed stage is', () => {
  const site = { service: 'lobby', outputs: { SiteDistributionId: 'E1ABC', ApiUrl: 'http://127.0.0.1:4999/_api/abc' } };

  it('is the distribution for the page, and local-aws for each API', () => {
    const services: ServiceOutputs[] = [
      site,
      { service: 'ping-pong', outputs: { ApiUrl: 'https://def.execute-api.eu-west-1.amazonaws.com/rehearsal' } },
      { service: 'smart-home', outputs: { OutcomesTopicArn: 'arn:aws:sns:eu-west-1:000000000000:outcomes' } },
      { service: 'mafia', outputs: undefined },
    ];

    expect(rehearsedAddresses(services, 'http://127.0.0.1:4999')).toEqual({
      ARCADE_URL: 'http://e1abc.cloudfront.localhost:4999',
      ARCADE_LOCAL_AWS_URL: 'http://127.0.0.1:4999',
      ARCADE_LOBBY_URL: 'http://127.0.0.1:4999/_api/abc',
      ARCADE_PING_PONG_URL: 'http://127.0.0.1:4999/_api/def/rehearsal',
    });
  });

  it('is nowhere without a distribution', () => {
    expect(() => rehearsedAddresses([{ service: 'lobby', outputs: {} }], 'http://127.0.0.1:4999')).toThrow(
      'no stack gives out a distribution',
    );
  });
});

describe('the version that is deployed over another', () => {
  const read = (text: string) => parseDocument(text, { logLevel: 'silent' });
  const before = readFileSync(join(ROOT, 'services', CHANGED, 'serverless.yml'), 'utf8');

  it('has a new index and a new route, lacks a function, and is the same in all else', () => {
    const [was, is] = [read(before), read(changedTemplate(before))];

    expect(is.errors).toEqual([]);
    expect(was.hasIn(['functions', 'serve'])).toBe(true);
    expect(is.hasIn(['functions', 'serve'])).toBe(false);
    expect(is.getIn(['functions', 'match', 'events'])).toMatchObject({ items: { length: 2 } });
    expect(JSON.stringify(is.get('resources'))).toContain('"IndexName":"byServer"');
    for (const same of ['params', 'provider', 'frame', 'plugins'])
      expect(JSON.stringify(is.get(same))).toBe(JSON.stringify(was.get(same)));
    expect(JSON.stringify(is.getIn(['functions', 'ping']))).toBe(JSON.stringify(was.getIn(['functions', 'ping'])));
  });

  it('is refused where the service has become another', () => {
    expect(() => changedTemplate('service: ping-pong\n')).toThrow('is not what the rehearsal changes');
  });
});

describe('the steps of a rehearsal', () => {
  const clock = () => {
    let nowMs = 0;
    const tick = (ms: number) => {
      nowMs += ms;
    };
    return { tick, now: () => nowMs };
  };

  it('are taken in turn, with their times, until one fails', async () => {
    const { tick, now } = clock();
    const told: string[] = [];
    const step = (name: string, ms: number, error?: Error) => ({
      name,
      async run() {
        tick(ms);
        if (error) throw error;
        return `${name} is done`;
      },
    });

    const outcomes = await takeSteps([step('one', 1500), step('two', 500, new Error('no')), step('three', 1)], {
      now,
      begins: ({ name }) => told.push(`begins ${name}`),
      ended: ({ name }: Outcome) => told.push(`ended ${name}`),
    });

    expect(outcomes).toEqual([
      { name: 'one', seconds: 1.5, said: 'one is done' },
      { name: 'two', seconds: 0.5, error: new Error('no') },
    ]);
    expect(told).toEqual(['begins one', 'ended one', 'begins two', 'ended two']);
  });
});

it('tells what is left by its names, and nothing of what was there before', () => {
  const before = { buses: ['default'], tables: [], queues: ['old'] };

  expect(addedTo(before, { buses: ['default'], tables: [], queues: ['old'] })).toEqual([]);
  expect(addedTo(before, { buses: ['default', 'mine'], tables: ['a', 'b'], queues: [], stacks: ['s'] })).toEqual([
    'buses: mine',
    'tables: a, b',
    'stacks: s',
  ]);
});
