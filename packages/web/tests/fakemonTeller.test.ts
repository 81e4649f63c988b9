import { describe, expect, it } from '@jest/globals';
import { labelOf, tell } from '../src/fakemon/teller.ts';
import type { Hop } from '../src/lib/journal.ts';

const fn = (name: string) => `arn:aws:lambda:eu-west-1:000000000000:function:fakemon-local-${name}`;
const role = (name: string) => `arn:aws:sts::000000000000:assumed-role/fakemon-local-${name}/fakemon-local-${name}`;
const rule = (name: string) => `arn:aws:events:eu-west-1:000000000000:rule/fakemon-local/${name}`;
const table = 'arn:aws:dynamodb:eu-west-1:000000000000:table/fakemon-local-world';

const hop = (more: Partial<Hop>): Hop => ({
  ...{ seq: 1, atMs: 0, kind: 'call', service: 'dynamodb', action: 'x', outcome: 'ok' },
  ...more,
});
const delivery = (to: string, detailType: string, more: Partial<Hop> = {}) =>
  hop({ kind: 'delivery', service: 'events', action: 'deliver', from: rule('r'), to, detail: { detailType }, ...more });
const condition = { code: 'ConditionalCheckFailedException', message: '' };

const told = (...all: Hop[]) => {
  const one = all.at(-1);
  const nameOf = (arn: string | undefined) => arn?.slice(arn.lastIndexOf('-') + 1) ?? '';
  return one && tell(one, { hops: all.slice(0, -1), nameOf });
};

describe('Fakémon’s sentences', () => {
  it.each<[string, string, boolean, Hop]>([
    [
      'Direct integration',
      'no function in between',
      false,
      hop({ service: 'apigateway', action: 'POST /captures', to: 'arn:aws:events:eu-west-1:0:event-bus/fakemon' }),
    ],
    ['Event-driven', 'hands the throw to `capture`', false, delivery(fn('capture'), 'fakemon.capture_attempt')],
    [
      'Conditional write',
      '`capture` took a unit',
      true,
      hop({ action: 'UpdateItem', from: role('capture'), to: table }),
    ],
    [
      'Optimistic lock',
      'This branch ends here',
      true,
      hop({ action: 'UpdateItem', from: role('capture'), to: table, outcome: 'error', error: condition }),
    ],
    ['Fan-out', '`ranking`, which counts it', false, delivery(fn('ranking'), 'fakemon.capture_succeeded')],
    ['Fan-out', 'goes to `notify` alone', false, delivery(fn('notify'), 'fakemon.capture_failed')],
    [
      'Publish / subscribe',
      '`capture` has decided',
      false,
      hop({ service: 'events', action: 'PutEvents', from: role('capture') }),
    ],
    [
      'Push',
      'nobody had to ask',
      false,
      hop({ service: 'execute-api', action: 'PostToConnection', from: role('notify') }),
    ],
    [
      'Gone',
      'forgets its connection',
      false,
      hop({
        ...{ service: 'execute-api', action: 'PostToConnection', from: role('world'), outcome: 'error' },
        error: { code: 'GoneException', message: '' },
      }),
    ],
  ])('name the pattern %s: %s', (pattern, part, isOutcome, one) => {
    expect(told(one)).toMatchObject({ pattern, isOutcome, sentence: expect.stringContaining(part) });
  });

  it.each<[string, Hop]>([
    [
      'a copy',
      delivery(fn('capture'), 'fakemon.capture_attempt', {
        detail: { detailType: 'fakemon.capture_attempt', copy: 2 },
      }),
    ],
    ['a delivery that failed', delivery(fn('capture'), 'fakemon.capture_attempt', { outcome: 'error' })],
    ['an event of no interest here', delivery(fn('capture'), 'fakemon.unit_taken')],
    ['a write that has only begun', hop({ action: 'UpdateItem', from: role('capture'), outcome: 'begun' })],
    ['another’s write', hop({ action: 'UpdateItem', from: role('ranking') })],
    ['a throw that was refused', hop({ service: 'apigateway', action: 'POST /captures', outcome: 'error', to: 'x' })],
  ])('leave to the wire what is the same in every service: %s', (_what, one) => {
    expect(told(one)).toBeUndefined();
  });

  it('tell a throw that was tried from one that came too late to be', () => {
    const from = role('capture');
    const [update, keep] = [
      hop({ action: 'UpdateItem', from, traceId: 't' }),
      hop({ action: 'PutItem', from, traceId: 't' }),
    ];

    expect(told(update, keep)).toMatchObject({ pattern: 'Idempotent consumer', isOutcome: false });
    expect(told(keep)).toMatchObject({ pattern: 'Read before write', isOutcome: true });
    expect(told(hop({ action: 'UpdateItem', from, traceId: 'other' }), keep)?.pattern).toBe('Read before write');
    expect(told(hop({ action: 'PutItem', from, outcome: 'error', error: condition }))).toMatchObject({
      pattern: 'Idempotent consumer',
      sentence: expect.stringContaining('the same throw again'),
    });
    const cancelled = { code: 'TransactionCanceledException', message: '[ConditionalCheckFailed, None]' };
    expect(
      told(hop({ action: 'TransactWriteItems', from: role('ranking'), outcome: 'error', error: cancelled })),
    ).toMatchObject({ pattern: 'Idempotent consumer', sentence: expect.stringContaining('It counts once') });
  });

  it('have a word for a row', () => {
    expect(labelOf(delivery(fn('capture'), 'fakemon.capture_attempt'))).toBe('throw');
    expect(labelOf(hop({ action: 'UpdateItem' }))).toBe('Update');
    expect(labelOf(hop({ service: 'execute-api', action: 'PostToConnection' }))).toBe('push');
    expect(labelOf(hop({ action: 'UpdateItem', outcome: 'error', error: condition }))).toBeUndefined();
  });
});
