import { describe, expect, it } from '@jest/globals';
import { createFlow, type Flow, HOP_MS, pointAt } from '../src/wire/flow.ts';
import { placesOf } from '../src/wire/places.ts';
import { showingOf } from '../src/wire/showing.ts';
import { ARN, delivery, ended, hop, publish, rallyGraph, run, write } from './wireFixtures.ts';

const places = placesOf(rallyGraph);
const show = (flow: Flow, of: ReturnType<typeof hop>, atMs: number) =>
  flow.show(showingOf(of, places), of.traceId, atMs);
const failureLine = rallyGraph.edges.find(({ isFailure }) => isFailure);

describe('a token', () => {
  it('takes 240 ms from end to end, whatever the hop took', () => {
    const flow = createFlow();
    show(flow, publish({ durationMs: 9_000 }), 1_000);

    const xs = [1_000, 1_120, 1_239, 1_240].map((atMs) => flow.at(atMs).tokens[0]?.x);

    expect(HOP_MS).toBe(240);
    expect(xs[0]).toBe(250);
    expect(xs[1]).toBe(350);
    expect(xs[2]).toBeCloseTo(449, 0);
    expect(xs[3]).toBeUndefined();
  });

  it('starts when the one before it in its chain has arrived', () => {
    const flow = createFlow();
    show(flow, publish(), 1_000);
    show(flow, delivery(), 1_003);

    expect(flow.at(1_100).tokens).toHaveLength(1);
    expect(flow.at(1_241).tokens).toEqual([expect.objectContaining({ family: 'message' })]);
    expect(flow.at(1_241).tokens[0]?.x).toBeCloseTo(450, -1);
  });

  it('does not wait for another chain', () => {
    const flow = createFlow();
    show(flow, publish({ traceId: 'one' }), 1_000);
    show(flow, delivery({ traceId: 'other' }), 1_003);

    expect(flow.at(1_050).tokens).toHaveLength(2);
  });

  it('is never behind by more than two hops, however long the chain', () => {
    const flow = createFlow();
    let atMs = 1_000;
    for (let stroke = 0; stroke < 40; stroke += 1, atMs += 100) {
      show(flow, publish(), atMs);
      show(flow, delivery(), atMs);
      show(flow, publish({ from: ARN.pongSession, to: ARN.pongTopic }), atMs);
      show(flow, delivery({ from: ARN.pongTopic, to: ARN.ping }), atMs);
    }

    expect(flow.at(atMs + 3 * HOP_MS).tokens).toEqual([]);
  });

  it('dies half way where no filter lets it in, and is hollow where it is a repeat', () => {
    const flow = createFlow();
    show(flow, delivery({ kind: 'no-match', detail: { copy: 2 } }), 0);

    expect(flow.at(200).tokens[0]).toMatchObject({ x: 550, isGhost: true, end: 'dies' });
    expect(flow.at(200).tokens[0]?.opacity).toBeCloseTo(1 / 3);
  });

  it('goes backwards along a line that is drawn the other way round', () => {
    const flow = createFlow();
    show(flow, hop({ service: 'dynamodb', from: ARN.table, to: ARN.pong }), 0);

    expect([0, 60].map((atMs) => flow.at(atMs).tokens[0]?.x)).toEqual([850, 800]);
  });

  it('fails where it arrives, when it was refused', () => {
    const flow = createFlow();
    show(flow, delivery({ outcome: 'error' }), 0);

    expect([100, 250].map((atMs) => flow.at(atMs).lookOf('pong'))).toEqual(['quiet', 'failed']);
  });

  it('is lit where it comes from and where it arrives', () => {
    const flow = createFlow();
    show(flow, publish(), 0);

    expect([10, 250].map((atMs) => flow.at(atMs).lookOf('pingTopic'))).toEqual(['quiet', 'lit']);
    expect([10, 500].map((atMs) => flow.at(atMs).lookOf('ping'))).toEqual(['lit', 'quiet']);
  });

  it('goes along each piece of its line at the same speed', () => {
    const points = [
      { x: 0, y: 0 },
      { x: 30, y: 0 },
      { x: 30, y: 10 },
    ];

    expect([0, 0.5, 0.75, 1].map((part) => pointAt(points, part))).toEqual([
      { x: 0, y: 0 },
      { x: 20, y: 0 },
      { x: 30, y: 0 },
      { x: 30, y: 10 },
    ]);
  });
});

describe('a function', () => {
  it('glows from its begin to its end', () => {
    const flow = createFlow();
    const begun = run();
    show(flow, begun, 0);

    expect(flow.at(60_000).lookOf('pong')).toBe('running');
    show(flow, ended(begun, { durationMs: 412 }), 60_000);

    expect(flow.at(60_001).lookOf('pong')).toBe('lit');
    expect(flow.at(61_000).lookOf('pong')).toBe('quiet');
    expect(flow.at(61_000).tookMs('pong')).toBe(412);
  });

  it('does not flicker when it runs again and again for a moment only', () => {
    const flow = createFlow();
    const looks = new Set<string>();
    for (let atMs = 0; atMs < 1_000; atMs += 50) {
      const begun = run();
      show(flow, begun, atMs);
      show(flow, ended(begun), atMs + 3);
      looks.add(flow.at(atMs + 4).lookOf('pong')).add(flow.at(atMs + 49).lookOf('pong'));
    }

    expect([...looks]).toEqual(['running']);
  });

  it('glows until the last of its runs has ended', () => {
    const flow = createFlow();
    const [one, other] = [run(), run()];
    show(flow, one, 0);
    show(flow, other, 0);
    show(flow, ended(one), 10);

    expect(flow.at(5_000).lookOf('pong')).toBe('running');
  });

  it('stops glowing when hops were missed, as its end may be among them', () => {
    const flow = createFlow();
    show(flow, run(), 0);
    flow.forgetRuns();

    expect(flow.at(1_000).lookOf('pong')).toBe('quiet');
  });

  it('fails in sight, for 600 ms, and is marked where the fault plan has struck', () => {
    const flow = createFlow();
    const begun = run();
    show(flow, begun, 0);
    show(flow, hop({ kind: 'fault', action: 'crash-during', to: ARN.pong }), 5);

    expect(flow.at(10).lookOf('pong')).toBe('struck');
    show(flow, ended(begun, { outcome: 'error', error: { code: 'Runtime.ExitError', message: '' } }), 20);

    expect([21, 619, 621].map((atMs) => flow.at(atMs).lookOf('pong'))).toEqual(['failed', 'failed', 'quiet']);
  });
});

describe('an edge', () => {
  it('says how many a second above twelve, and draws no further tokens meanwhile', () => {
    const flow = createFlow();
    for (let index = 0; index < 37; index += 1) show(flow, publish(), 1_000 + index * 10);

    const picture = flow.at(1_370);

    expect(picture.rateOf('ping pingTopic')).toBe(37);
    expect(picture.tokens.length).toBeLessThanOrEqual(12);
    // Nothing is lit any more, but the number still changes.
    expect(flow.at(2_100).isMoving).toBe(true);
    expect(flow.at(2_600).rateOf('ping pingTopic')).toBeUndefined();
  });

  it('draws every token up to twelve a second', () => {
    const flow = createFlow();
    for (let index = 0; index < 12; index += 1) show(flow, publish({ traceId: `${index}` }), 1_000 + index);

    expect(flow.at(1_100).tokens).toHaveLength(12);
    expect(flow.at(1_100).rateOf('ping pingTopic')).toBeUndefined();
  });

  it('of failures is there only after something has failed', () => {
    if (!failureLine) throw new Error('the drawing has a line of failures');
    const flow = createFlow();

    expect(flow.at(0).isShown(failureLine)).toBe(false);
    show(flow, hop({ kind: 'dead-letter', service: 'lambda', from: ARN.pong, to: ARN.queue }), 0);

    expect(flow.at(1).isShown(failureLine)).toBe(true);
    expect(flow.at(8_001).isShown(failureLine)).toBe(false);
  });
});

describe('the picture', () => {
  it('rests when nothing is to be seen any more', () => {
    const flow = createFlow();
    show(flow, publish(), 0);

    expect(flow.at(100).isMoving).toBe(true);
    expect(flow.at(1_500).isMoving).toBe(false);
  });

  it('has nothing that travels where stillness is wanted: nodes light up at once', () => {
    const flow = createFlow({ isStill: true });
    show(flow, publish(), 0);

    expect(flow.at(1).tokens).toEqual([]);
    expect(flow.at(1).lookOf('pingTopic')).toBe('lit');
  });

  it('looks at the nodes of the latest messages, and at reads beside them only when there are none', () => {
    const flow = createFlow();
    show(flow, publish(), 0);
    show(flow, write({ from: ARN.pingSession, action: 'GetItem' }), 100);

    expect(flow.at(101).focus.map(({ id }) => id)).toEqual(['ping', 'pingTopic']);
    show(flow, write(), 5_000);

    expect(flow.at(5_001).focus.map(({ id }) => id)).toEqual(['pong', 'matchTable', 'ping']);
  });

  it('keeps a bounded number of things, however much is shown', () => {
    const flow = createFlow();
    const hops = [publish(), delivery(), run(), write()].map((one) => showingOf(one, places));
    for (let index = 0; index < 100_000; index += 1) {
      const showing = hops[index % hops.length] ?? {};
      const begins = showing.begins && { ...showing.begins, seq: index };
      flow.show({ ...showing, ...(begins && { begins }) }, `chain ${index}`, index);
    }

    expect(flow.size()).toBeLessThan(2_000);
  });
});
