import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  type FaultPlan,
  type FaultRule,
  LONGER_NAMES,
  planAsStarted,
  planWith,
  rateIn,
  readPlan,
  rulesTurned,
} from '../src/lib/faults.ts';

const topics = { service: 'sns', target: '*ping-pong-*' };
const duplicates = (rate: number): FaultRule[] => [{ match: topics, duplicate: rate }];
const delays = (probability: number): FaultRule[] => [{ match: topics, delay: { probability, maxMs: 900 } }];
const crashes = (rate: number): FaultRule[] => [
  { match: { service: 'lambda', target: '*ping-pong-*-pong' }, crashBefore: rate / 2, crashAfter: rate / 2 },
];

const forMafia: FaultRule = { match: { service: 'dynamodb', target: '*mafia-*' }, throttle: 0.4 };
const forAll: FaultRule = { match: { service: 'sns' }, duplicate: 0.01 };
const plan = (...rules: FaultRule[]): FaultPlan => ({ seed: 7, rules });

describe('a fault plan with the switches of one page', () => {
  it('keeps what other services and all of them have, after its own: local-aws takes the first rule that fits', () => {
    const before = plan(forMafia, ...duplicates(0.9), forAll);

    expect(planWith(before, 'ping-pong', duplicates(0.2))).toEqual(plan(...duplicates(0.2), forMafia, forAll));
    expect(planWith(before, 'ping-pong', [])).toEqual(plan(forMafia, forAll));
  });

  it('has one rule for what two switches do to the same messages', () => {
    const both = planWith(plan(), 'ping-pong', [...duplicates(0.2), ...delays(0.3)]);

    expect(both.rules).toEqual([{ match: topics, duplicate: 0.2, delay: { probability: 0.3, maxMs: 900 } }]);
  });

  it('puts the narrower target first, which the wider one would hide', () => {
    const wide: FaultRule = { match: { service: 'lambda', target: '*ping-pong-*' }, crashBefore: 0.1 };

    expect(planWith(plan(), 'ping-pong', [wide, ...crashes(0.2)]).rules).toEqual([...crashes(0.2), wide]);
  });

  it.each([
    ['*ping-pong-*', true],
    ['*ping-pong-local-pong', true],
    ['arn:aws:sns:*:*:ping-pong-*', true],
    ['*super-ping-pong-*', false],
    ['*', false],
    [undefined, false],
  ])('counts a rule on %s among the service’s own: %s', (target, isOwn) => {
    const rule: FaultRule = { match: { ...(target !== undefined && { target }) }, duplicate: 1 };

    expect(planWith(plan(rule), 'ping-pong', []).rules).toEqual(isOwn ? [] : [rule]);
  });

  it('leaves a service alone whose name begins with its own', () => {
    const ofWorld: FaultRule = { match: { target: '*smart-home-world-*' }, throttle: 1 };
    const own: FaultRule = { match: { target: '*smart-home-*' }, throttle: 1 };

    expect(planWith(plan(ofWorld, own), 'smart-home', []).rules).toEqual([ofWorld]);
    expect(planWith(plan(ofWorld, own), 'smart-home-world', []).rules).toEqual([own]);
  });

  it('goes back to what it was started with, and leaves others what they have set since', () => {
    const started = { seed: 1, rules: [...crashes(0.5), { ...forMafia, throttle: 0.1 }] };

    expect(planAsStarted(started, plan(forMafia, ...duplicates(0.9)), 'ping-pong')).toEqual({
      seed: 1,
      rules: [...crashes(0.5), forMafia],
    });
  });
});

describe('the session', () => {
  afterEach(() => {
    jest.restoreAllMocks();
    Reflect.deleteProperty(globalThis, 'document');
  });
  const served = (content: string | undefined) =>
    Object.assign(globalThis, { document: { querySelector: () => content && { content } } });
  const refused = () =>
    jest
      .spyOn(globalThis, 'fetch')
      .mockResolvedValue(new Response(JSON.stringify({ title: 'Forbidden', detail: 'no' }), { status: 403 }));

  it('of a server that has started anew is another one: the page says what to do', async () => {
    served('of the start before');
    refused();

    await expect(readPlan()).rejects.toThrow('The arcade was started anew: load the page again.');
  });

  it('is not to blame where the page has none', async () => {
    served(undefined);
    refused();

    await expect(readPlan()).rejects.toThrow('no');
  });
});

describe('a switch', () => {
  it('is off where the plan has nothing of it', () => {
    expect(rateIn(plan(), duplicates)).toBe(0);
    expect(rateIn(plan(forAll, forMafia), duplicates)).toBe(0);
    expect(rateIn(plan(...delays(0.3)), duplicates)).toBe(0);
  });

  it('finds the rate at which it was set, also where that is divided or stands beside another', () => {
    const set = planWith(plan(), 'ping-pong', [...duplicates(0.2), ...delays(0.3), ...crashes(0.4)]);

    expect(rateIn(set, duplicates)).toBe(0.2);
    expect(rateIn(set, delays)).toBe(0.3);
    expect(rateIn(set, crashes)).toBe(0.4);
  });

  it('turns alone: the others stay as the plan has them by then', () => {
    const faults = [
      { id: 'duplicate', rulesAt: duplicates },
      { id: 'delay', rulesAt: delays },
      { id: 'crash', rulesAt: crashes },
    ];
    const set = planWith(plan(), 'ping-pong', [...duplicates(0.2), ...crashes(0.4)]);

    expect(rulesTurned(faults, set, 'delay', () => 0.3)).toEqual([...duplicates(0.2), ...delays(0.3), ...crashes(0.4)]);
    expect(rulesTurned(faults, set, 'crash', () => 0)).toEqual(duplicates(0.2));
    expect(rulesTurned(faults, set, 'duplicate', (rate) => rate * 2)).toEqual([...duplicates(0.4), ...crashes(0.4)]);
  });
});

describe('the services whose names begin with another’s', () => {
  it('are all known: else one page would turn the other’s faults', () => {
    const names = readdirSync(join(import.meta.dirname, '../../../services'));
    const longer = names.filter((name) => names.some((other) => name.startsWith(`${other}-`)));

    expect(LONGER_NAMES).toEqual(longer);
  });
});
