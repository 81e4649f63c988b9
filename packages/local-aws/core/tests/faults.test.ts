import { describe, expect, it } from '@jest/globals';
import { createVirtualClock } from '../clock.ts';
import { Faults, faultPlanSchema } from '../faults.ts';
import { glob } from '../glob.ts';
import { Journal } from '../journal.ts';
import { processorTime } from './processorTime.ts';

const PLAN = {
  seed: 7,
  rules: [
    {
      match: { service: 'sns' },
      duplicate: 0.3,
      delay: { probability: 0.3, maxMs: 500 },
      reorder: { probability: 0.2 },
    },
    { match: { service: 'lambda' }, crashBefore: 0.2, crashDuring: 0.2, crashAfter: 0.2 },
    { match: { service: 'dynamodb', operation: 'Put*' }, throttle: 0.5 },
  ],
};
const PING = 'arn:aws:lambda:eu-west-1:000000000000:function:ping';
const PONG = 'arn:aws:lambda:eu-west-1:000000000000:function:pong';
const TIMES = Array.from({ length: 200 }, (_, index) => index);

const start = (plan: ConstructorParameters<typeof Faults>[0] = PLAN) =>
  new Faults(plan, new Journal(createVirtualClock()));
const deliveries = (faults: Faults, target: string) => TIMES.map(() => faults.delivery('sns', target));

describe('a fault plan', () => {
  it('does the same to the messages of one edge, whatever happens on the others in between', () => {
    const [alone, among] = [start(), start()];

    const expected = deliveries(alone, PING);
    const found = TIMES.map(() => {
      among.delivery('sns', PONG);
      among.invocation(PING);
      among.throttles('dynamodb', 'PutItem', 'table');
      return among.delivery('sns', PING);
    });

    expect(found).toEqual(expected);
  });

  it('does something else on another edge, and under another seed', () => {
    expect(deliveries(start(), PING)).not.toEqual(deliveries(start(), PONG));
    expect(deliveries(start(), PING)).not.toEqual(deliveries(start({ ...PLAN, seed: 8 }), PING));
  });

  it('does each fault about as often as it says', () => {
    const faults = start();
    const invocations = TIMES.map(() => faults.invocation(PING));
    const share = (found: unknown[]) => found.length / TIMES.length;

    const twice = share(deliveries(faults, PING).filter(({ copies }) => copies.length === 2));
    expect(twice).toBeGreaterThan(0.2);
    expect(twice).toBeLessThan(0.4);
    for (const fault of ['crash-before', 'crash-during', 'crash-after']) {
      expect(share(invocations.filter((found) => found === fault))).toBeGreaterThan(0.1);
    }
    expect(share(TIMES.filter(() => faults.throttles('dynamodb', 'PutItem', 'table')))).toBeGreaterThan(0.3);
  });

  it('leaves alone what no rule is about', () => {
    const faults = start();

    expect(faults.delivery('sqs', PING)).toEqual({ copies: [{ delayMs: 0 }] });
    expect(TIMES.some(() => faults.throttles('dynamodb', 'GetItem', 'table'))).toBe(false);
    expect(start({ rules: [] }).invocation(PING)).toBe('none');
  });

  it('is refused when it holds what is not executed, or more than can be held against every call', () => {
    expect(() => faultPlanSchema.parse({ rules: [{ loose: 0.5 }] })).toThrow(/loose/);
    expect(() => faultPlanSchema.parse({ rules: [{ duplicate: 2 }] })).toThrow();
    expect(() => faultPlanSchema.parse({ rules: [{ match: { target: 'x'.repeat(257) } }] })).toThrow();
    expect(() => faultPlanSchema.parse({ rules: [{ delay: { probability: 1, maxMs: 3_600_001 } }] })).toThrow();
    expect(() => faultPlanSchema.parse({ rules: Array(51).fill({}) })).toThrow();
  });

  it('deals the same from the beginning whenever it is set, until it is reset to the one that it was started with', () => {
    const journal = new Journal(createVirtualClock());
    const faults = new Faults({ rules: [{ duplicate: 1 }] }, journal);
    const plan = faultPlanSchema.parse(PLAN);

    faults.change(plan);
    const first = deliveries(faults, PING);
    faults.change(plan);
    const second = deliveries(faults, PING);
    expect([first, faults.plan]).toEqual([second, plan]);

    expect(faults.change(undefined)).toEqual({ seed: 1, rules: [{ match: {}, duplicate: 1 }] });
    expect(faults.delivery('sqs', PING).copies).toHaveLength(2);
    expect(journal.entries().filter(({ kind }) => kind === 'provision')).toMatchObject([
      { action: 'SetFaults', detail: { seed: 7, rules: 3 } },
      { action: 'SetFaults' },
      { action: 'ResetFaults', detail: { seed: 1, rules: 1 } },
    ]);
  });

  it('writes down each thing that it does, with what it belongs to', () => {
    const journal = new Journal(createVirtualClock());
    const always = { probability: 1, maxMs: 500 };
    const rules = [
      { match: { service: 'sns' }, duplicate: 1, delay: always, reorder: always },
      { match: { service: 'lambda' }, crashBefore: 1 },
      { match: { service: 'dynamodb' }, throttle: 1 },
    ];
    const faults = new Faults({ rules }, journal);
    const chain = { correlationId: 'rally-1', traceId: '1-2-3', requestId: 'r1' };

    faults.delivery('sns', PING, chain);
    faults.invocation(PING, chain);
    faults.throttles('dynamodb', 'PutItem', 'table', chain);

    const hops = journal.entries();
    expect(hops.map(({ kind, service, action, to }) => [kind, service, action, to])).toEqual([
      ['fault', 'sns', 'duplicate', PING],
      ['fault', 'sns', 'delay', PING],
      ['fault', 'sns', 'delay', PING],
      ['fault', 'sns', 'reorder', PING],
      ['fault', 'lambda', 'crash-before', PING],
      ['fault', 'dynamodb', 'throttle', 'table'],
    ]);
    for (const hop of hops) expect(hop).toMatchObject(chain);
  });
});

it('a pattern takes time by its length and the text’s, whatever it is', () => {
  const tookMs = processorTime();

  expect(glob(`${'*a'.repeat(127)}*b`)('a'.repeat(2000))).toBe(false);

  expect(tookMs()).toBeLessThan(1000);
});

it.each([
  ['*', '', true],
  ['sn?', 'sns', true],
  ['*:function:ping', PING, true],
  ['ping', PING, false],
  ['a.c', 'abc', false],
])('the pattern %p fits %p: %p', (pattern, text, fits) => {
  expect(glob(pattern)(text)).toBe(fits);
});
