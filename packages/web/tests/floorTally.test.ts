import type { FloorGraph } from '@arcade/networks/wire/graph';
import { describe, expect, it } from '@jest/globals';
import { createTally } from '../src/floor/tally.ts';
import type { Hop } from '../src/lib/journal.ts';
import { placesOf } from '../src/wire/places.ts';

const nodeOf = (id: string, family: 'function' | 'message', arn: string) => ({
  ...{ id, label: id, service: 'shop', kind: family === 'function' ? 'function' : 'topic', family },
  ...{ x: 0, y: 0, width: 80, height: 34, themes: [], logicalIds: [], arns: [arn] },
});
const edgeOf = (id: string, from: string, to: string, isFailure = false) => ({
  ...{ id, from, to, line: 'event', isFailure, sentences: [], points: [] },
});

const graph = {
  ...{ version: 1, service: 'floor', title: '', width: 0, height: 0, groups: [], themes: [], services: [] },
  nodes: [
    nodeOf('shop/sell', 'function', 'arn:sell'),
    nodeOf('shop/news', 'message', 'arn:news'),
    nodeOf('paper/print', 'function', 'arn:print'),
    nodeOf('paper/letters', 'message', 'arn:letters'),
  ],
  edges: [
    edgeOf('publishes', 'shop/sell', 'shop/news'),
    edgeOf('tells', 'shop/news', 'paper/print'),
    edgeOf('gives up', 'shop/news', 'paper/letters', true),
  ],
} as unknown as FloorGraph;

const hop = (more: Partial<Hop>): Hop => ({
  ...{ seq: 1, atMs: 0, kind: 'delivery', service: 'sns', action: 'deliver', outcome: 'ok' },
  ...more,
});

describe('the figures of the floor’s edges', () => {
  it('count a call once, although it is told twice, and take its time from its end', () => {
    const tally = createTally(placesOf(graph));
    const call = { kind: 'call', action: 'Publish', from: 'arn:sell', to: 'arn:news' } as const;

    tally.take([hop({ ...call, seq: 1, outcome: 'begun' }), hop({ ...call, seq: 2, began: 1, durationMs: 7 })]);

    expect(tally.of('publishes')).toEqual({
      ...{ edge: 'publishes', from: 'shop/sell', to: 'shop/news' },
      ...{ count: 1, failed: 0, dead: 0, medianMs: 7 },
    });
  });

  it('tell what failed and what was given up apart, and have the middle of the times', () => {
    const tally = createTally(placesOf(graph));
    const delivery = { from: 'arn:news', to: 'arn:print' };

    tally.take([3, 90, 5].map((durationMs) => hop({ ...delivery, durationMs })));
    tally.take([hop({ ...delivery, outcome: 'error' })]);
    tally.take([hop({ kind: 'dead-letter', from: 'arn:news', to: 'arn:letters' })]);

    expect(tally.of('tells')).toMatchObject({ count: 4, failed: 1, dead: 0, medianMs: 5 });
    expect(tally.of('gives up')).toMatchObject({ count: 1, failed: 0, dead: 1, medianMs: undefined });
    expect(tally.latest()?.edge).toBe('gives up');
    expect(tally.all().map(({ edge }) => edge)).toEqual(['tells', 'gives up']);
  });

  it('count a condition that did not hold as an outcome, and not as a failure', () => {
    const tally = createTally(placesOf(graph));
    const write = { kind: 'call', action: 'UpdateItem', from: 'arn:sell', to: 'arn:news' } as const;
    const error = { code: 'ConditionalCheckFailedException', message: 'The conditional request failed' };

    tally.take([
      hop({ ...write, seq: 1, outcome: 'begun' }),
      hop({ ...write, seq: 2, began: 1, outcome: 'error', error }),
    ]);

    expect(tally.of('publishes')).toMatchObject({ count: 1, failed: 0 });
  });

  it('leave out what is not on the floor', () => {
    const tally = createTally(placesOf(graph));

    tally.take([hop({ from: 'arn:news', to: 'arn:elsewhere' }), hop({ kind: 'schedule', to: 'arn:sell' })]);

    expect([tally.all(), tally.latest()]).toEqual([[], undefined]);
  });
});
