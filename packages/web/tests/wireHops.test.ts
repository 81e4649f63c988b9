import { describe, expect, it } from '@jest/globals';
import type { Hop } from '../src/lib/journal.ts';
import { createHopRows, MOST_ROWS } from '../src/wire/hopRows.ts';
import { placesOf } from '../src/wire/places.ts';
import { waterfallOf } from '../src/wire/waterfall.ts';
import { ARN, delivery, ended, hop, publish, rallyGraph, run, write } from './wireFixtures.ts';

const places = placesOf(rallyGraph);
const rowsOf = (hops: Hop[], labelOf: (of: Hop) => string | undefined = () => undefined) => {
  const list = createHopRows('ping-pong', rallyGraph, places, labelOf);
  list.take(hops);
  return list.rows();
};

describe('the list of hops', () => {
  it('says from where to where, how long after the one before, and how it ended', () => {
    const [call, brought] = [publish(), delivery()];

    expect(rowsOf([call, ended(call, { durationMs: 1.234 }), brought])).toMatchObject([
      { from: 'ping', to: 'pingTopic', kind: 'topic', family: 'message', sinceMs: undefined, outcome: '1.2 ms' },
      { from: 'pingTopic', to: 'pong', family: 'message', sinceMs: brought.atMs - call.atMs, outcome: '1.0 ms' },
    ]);
  });

  it('has one row for a call, which is told to have ended when it has', () => {
    const call = write();
    const error = { code: 'ConditionalCheckFailedException', message: '' };

    expect(rowsOf([call])).toMatchObject([{ outcome: '…', isFailure: false }]);
    expect(rowsOf([call, ended(call, { outcome: 'error', error })])).toMatchObject([
      { outcome: 'condition', isFailure: true },
    ]);
  });

  it.each([
    ['Runtime.ExitError', 'crash'],
    ['Sandbox.Timedout', 'timeout'],
    ['TooManyRequestsException', 'throttled'],
    ['ContendedMatchError', 'ContendedMatch'],
  ])('says %s in a word', (code, word) => {
    expect(rowsOf([ended(run(), { outcome: 'error', error: { code, message: '' } })])).toMatchObject([
      { outcome: word },
    ]);
  });

  it('does not list a run beside the delivery that brought it, unless it fails or is another attempt', () => {
    const [first, again] = [run(), run({ action: 'retry', detail: { attempt: 2 } })];
    const error = { code: 'Runtime.ExitError', message: '' };

    const copy = run({ detail: { copy: 2 } });

    expect(rowsOf([delivery(), first, ended(first)])).toHaveLength(1);
    expect(rowsOf([delivery({ detail: { copy: 2 } }), copy, ended(copy)])).toHaveLength(1);
    expect(rowsOf([delivery(), first, ended(first, { outcome: 'error', error })])).toHaveLength(2);
    expect(rowsOf([again, ended(again)])).toMatchObject([{ isGhost: true, outcome: '12 ms' }]);
  });

  it('does not list a request beside the run that it makes, unless it is refused', () => {
    const request = hop({
      service: 'apigateway',
      action: 'GET /match',
      outcome: 'begun',
      from: 'client',
      to: ARN.ping,
    });
    const made = run({ from: `${ARN.api}/GET/match`, to: ARN.ping, detail: { type: 'RequestResponse' } });

    expect(rowsOf([request, made, ended(made), ended(request)])).toMatchObject([{ from: 'restApi', to: 'ping' }]);
    const error = { code: 'THROTTLED', message: '' };
    expect(rowsOf([request, ended(request, { outcome: 'error', error })])).toMatchObject([{ outcome: 'THROTTLED' }]);
  });

  it('says what a page knows a hop to carry, and that a repeat is one', () => {
    const label = ({ kind }: Hop) => (kind === 'delivery' ? 'stroke 7' : undefined);

    expect(rowsOf([delivery(), delivery({ detail: { copy: 2 } })], label)).toMatchObject([
      { outcome: 'stroke 7', isGhost: false },
      { outcome: 'stroke 7', isGhost: true },
    ]);
  });

  it('leaves the rows that it has given as they were', () => {
    const list = createHopRows('ping-pong', rallyGraph, places, () => undefined);
    const call = write();
    list.take([call]);
    const given = list.rows();

    list.take([ended(call), delivery()]);

    expect(given).toMatchObject([{ outcome: '…' }]);
    expect(given).toHaveLength(1);
  });

  it('keeps the latest of the service’s own, and no more than it shows', () => {
    const others = hop({ from: 'client', to: 'arn:aws:sns:eu-west-1:000000000000:mafia-local-events' });
    const rows = rowsOf([...Array.from({ length: 500 }, () => delivery()), others]);

    expect(rows).toHaveLength(MOST_ROWS);
    expect(rows.every(({ to }) => to === 'pong')).toBe(true);
  });
});

describe('a waterfall', () => {
  it('puts begins and ends together, in the order of the begins', () => {
    const invocation = run();
    const call = write();
    const callEnd = ended(call, { durationMs: 8 });
    const runEnd = ended(invocation, { durationMs: 412 });

    const { bars, totalMs, others } = waterfallOf([runEnd, callEnd, call, invocation], callEnd.seq, places.nameOf);

    expect(bars).toMatchObject([
      { what: 'pong runs', startMs: 0, durationMs: 412, family: 'function', isChosen: false },
      { what: 'pong UpdateItem matchTable', startMs: 100, durationMs: 8, family: 'store', isChosen: true },
    ]);
    expect([totalMs, others]).toEqual([412, 0]);
  });

  it('tells repeats, failures and what still runs', () => {
    const failed = run({ action: 'retry', detail: { attempt: 2 } });
    const error = { code: 'Runtime.ExitError', message: '' };

    expect(
      waterfallOf([failed, ended(failed, { outcome: 'error', error }), run()], 0, places.nameOf).bars,
    ).toMatchObject([
      { what: 'pong runs again', isGhost: true, isFailure: true, outcome: 'Runtime.ExitError' },
      { what: 'pong runs', isGhost: false, isFailure: false, durationMs: undefined },
    ]);
  });

  it('lets a hop that is written once begin when it began', () => {
    const { bars } = waterfallOf(
      [delivery({ atMs: 1_000 }), delivery({ atMs: 1_050, durationMs: 70 })],
      0,
      places.nameOf,
    );

    expect(bars.map(({ startMs }) => startMs)).toEqual([0, 19]);
  });

  it('lets an end whose begin is forgotten stand for itself', () => {
    expect(waterfallOf([ended(write(), { durationMs: 8 })], 0, places.nameOf).bars).toMatchObject([{ durationMs: 8 }]);
  });

  it('shows sixty around the chosen one, and says how many there are beside', () => {
    const hops = Array.from({ length: 400 }, () => delivery());
    const chosen = hops[300];

    const { bars, others } = waterfallOf(hops, chosen?.seq ?? 0, places.nameOf);

    expect([bars.length, others]).toEqual([60, 340]);
    expect(bars.findIndex(({ isChosen }) => isChosen)).toBe(30);
    expect(bars[0]?.startMs).toBe(0);
  });
});
