import { describe, expect, it } from '@jest/globals';
import type { Hop } from '../src/lib/journal.ts';
import { labelOf, tell } from '../src/space-invaders/teller.ts';
import type { Recent } from '../src/wire/telling.ts';

const arn = (service: string, name: string) => `arn:aws:${service}:eu-west-1:000000000000:${name}`;
const STREAM = arn('kinesis', 'stream/space-invaders-local-statuses');
const role = (name: string) => arn('sts', `assumed-role/space-invaders-local-${name}`);
const recent: Recent = { hops: [], nameOf: (one = '') => one.slice(one.lastIndexOf('-') + 1) };

const hop = (overrides: Partial<Hop>): Hop => ({
  ...{ seq: 1, atMs: 0, kind: 'call', service: 'kinesis', action: 'PutRecord', to: STREAM, outcome: 'ok' },
  ...overrides,
});
const batch = (detail: Record<string, unknown>) =>
  hop({
    kind: 'invocation',
    service: 'lambda',
    action: 'Invoke',
    from: STREAM,
    to: 'f-scoreboard',
    outcome: 'begun',
    detail,
  });
const failed = (code: string) => ({ outcome: 'error', error: { code, message: '' } }) as const;

describe('what is told of Space Invaders', () => {
  it.each<[string, Hop, string | undefined, RegExp]>([
    ['a status', hop({}), 'Direct integration', /no function runs for a shot/],
    ['a shard that is full', hop(failed('ProvisionedThroughputExceededException')), 'Backpressure', /the newest only/],
    ['a batch', batch({ attempt: 1, count: 7 }), 'Batch', /`scoreboard` takes 7 records of a shard/],
    ['a batch of one', batch({ attempt: 1, count: 1 }), 'Batch', /takes one record/],
    [
      'a write of the board',
      hop({ service: 'dynamodb', action: 'UpdateItem', from: role('scoreboard'), to: 't-players' }),
      'One write per player',
      /`scoreboard` writes once/,
    ],
    [
      'a write of the board on what is old',
      hop({
        service: 'dynamodb',
        action: 'UpdateItem',
        from: role('scoreboard'),
        ...failed('ConditionalCheckFailedException'),
      }),
      'Optimistic lock',
      /folds again/,
    ],
    [
      'a seat that is gone',
      hop({ service: 'dynamodb', from: role('allocate'), to: 't-seats', ...failed('ConditionalCheckFailedException') }),
      'Counter',
      /came too late/,
    ],
    [
      'a push',
      hop({ service: 'execute-api', action: 'PostToConnection', from: role('announce') }),
      'Push',
      /nobody had to ask/,
    ],
  ])('is what it teaches: %s', (_what, of, pattern, sentence) => {
    const telling = tell(of, recent);

    expect(telling?.pattern).toBe(pattern);
    expect(telling?.sentence).toMatch(sentence);
  });

  it.each<[string, Hop]>([
    ['an attempt again', batch({ attempt: 2, count: 7 })],
    ['a read of the stream', hop({ action: 'GetRecords' })],
    ['another’s write', hop({ service: 'dynamodb', action: 'UpdateItem', from: role('reap'), to: 't-players' })],
  ])('is left to what is told of any service: %s', (_what, of) => {
    expect(tell(of, recent)).toBeUndefined();
  });

  it('is a word or two in the list', () => {
    expect([
      labelOf(hop({})),
      labelOf(batch({ count: 7 })),
      labelOf(batch({})),
      labelOf(hop({ service: 'dynamodb', action: 'UpdateItem' })),
      labelOf(hop({ action: 'PostToConnection', service: 'execute-api' })),
      labelOf(hop({ action: 'GetRecords' })),
      labelOf(hop(failed('x'))),
    ]).toEqual(['status', '×7', 'batch', 'Update', 'push', undefined, undefined]);
  });
});
