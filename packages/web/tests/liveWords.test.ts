import { describe, expect, it } from '@jest/globals';
import type { Arrival, Hop } from '../src/lib/journal.ts';
import { createFilter } from '../src/live/filter.ts';
import { deadQueuesOf } from '../src/live/messages.ts';
import { attemptOf, isBad, outcomeOf, replayMs } from '../src/live/words.ts';
import { aFloor, FLOOR_ARN } from './floorFixtures.ts';

let seq = 0;
const hop = (rest: Partial<Hop> = {}): Hop => {
  seq += 1;
  return { seq, atMs: 1000 + seq, kind: 'delivery', service: 'sns', action: 'deliver', outcome: 'ok', ...rest };
};

describe('what is said of a hop', () => {
  it.each<[Partial<Hop>, string, string]>([
    [{ durationMs: 3.25 }, '3.3 ms', ''],
    [{ outcome: 'begun' }, 'under way', ''],
    [{ kind: 'no-match', detail: { field: 'detail.stroke' } }, 'not taken: detail.stroke', ''],
    [{ kind: 'no-match', detail: {} }, 'taken by nobody', ''],
    [{ kind: 'dead-letter', detail: { reason: 'RetriesExhausted' } }, 'given up: RetriesExhausted', ''],
    [
      { outcome: 'error', error: { code: 'TypeError', message: 'x' }, detail: { attempt: 2 } },
      'TypeError',
      'attempt 2',
    ],
    [{ action: 'retry', detail: { retry: 1, copy: 2 } }, 'ok', 'retry 1, copy 2'],
    [{ detail: { count: 10 } }, 'ok', '10 records'],
    [{ detail: { resent: 7 } }, 'ok', 'sent again'],
  ])('%j is "%s" and "%s"', (rest, outcome, attempt) => {
    expect([outcomeOf(hop(rest)), attemptOf(hop(rest))]).toEqual([outcome, attempt]);
  });

  it('is red where it has failed or was given up', () => {
    expect([hop(), hop({ outcome: 'error' }), hop({ kind: 'dead-letter' })].map(isBad)).toEqual([false, true, true]);
  });

  it.each([
    ['ConditionalCheckFailedException', 'The conditional request failed', false],
    ['TransactionCanceledException', 'for specific reasons [None, ConditionalCheckFailed]', false],
    ['TransactionCanceledException', 'for specific reasons [None, TransactionConflict]', true],
    ['ProvisionedThroughputExceededException', 'Rate exceeded', true],
  ])('of %s (%s) is red: %s', (code, message, expected) => {
    expect(isBad(hop({ kind: 'call', outcome: 'error', error: { code, message } }))).toBe(expected);
  });
});

describe('a replay', () => {
  it('takes four times as long as the chain did, of which long pauses are left out', () => {
    const alone = replayMs([{ atMs: 0 }]);

    expect(replayMs([{ atMs: 0 }, { atMs: 100 }]) - alone).toBe(400);
    expect(replayMs([{ atMs: 0 }, { atMs: 60_000 }]) - alone).toBe(1600);
    expect(alone).toBeGreaterThan(0);
  });
});

describe('what is looked at', () => {
  const arrival = (hops: Hop[]): Arrival => ({ hops, isPast: false, missed: 3, clockAheadMs: 0 });
  const publish = hop({ from: FLOOR_ARN.player, to: FLOOR_ARN.shots, correlationId: 'rally-1', traceId: 't1' });
  const crossing = hop({ from: FLOOR_ARN.shots, to: FLOOR_ARN.tell, correlationId: 'rally-1', traceId: 't1' });
  const table = hop({ kind: 'call', from: FLOOR_ARN.tell, traceId: 't1' });
  const other = hop({ from: FLOOR_ARN.player, to: FLOOR_ARN.shots, correlationId: 'rally-2', traceId: 't2' });
  const all = [publish, crossing, table, other];
  const seen = (wanted: { service?: string; chain?: string }) =>
    createFilter(aFloor(), { service: '', chain: '', ...wanted })(arrival(all));

  it('is all of it, with what was missed', () => {
    expect(seen({})).toEqual(arrival(all));
  });

  it('is what begins or ends at a service', () => {
    expect(seen({ service: 'lobby' })).toEqual(arrival([crossing, table]));
    expect(seen({ service: 'game' }).hops).toEqual([publish, crossing, other]);
  });

  it('is one chain: what has its correlation id, and what has only its trace', () => {
    expect(seen({ chain: 'rally-1' }).hops).toEqual([publish, crossing, table]);
    expect(seen({ chain: 'rally-1', service: 'game' }).hops).toEqual([publish, crossing]);
    expect(seen({ chain: 'rally' }).hops).toEqual([]);
  });
});

describe('the dead letters of a line', () => {
  const floor = aFloor();
  const queuesOf = (id: string) => deadQueuesOf(floor, floor.edges.find((edge) => edge.id === id) as never);

  it('lie in the queue that it leads to when it is one of what failed', () => {
    expect(queuesOf('buries')).toEqual([FLOOR_ARN.dead]);
    expect(queuesOf('publishes')).toEqual([]);
  });
});
