import { describe, expect, it } from '@jest/globals';
import type { Hop } from '../src/lib/journal.ts';
import {
  type BallEvent,
  eventOf,
  flightMs,
  nothingSeen,
  type Stroke,
  see,
  strokesPerSecond,
  wordsFor,
} from '../src/ping-pong/matchView.ts';

const hit = (rally: number, stroke: number, overrides: Partial<BallEvent> = {}): BallEvent => ({
  id: `${rally}-${stroke}`,
  type: 'ping_pong.ball_hit',
  time: new Date(rally * 100_000 + stroke * 500).toISOString(),
  correlationId: 'c',
  detail: { rally, stroke, by: stroke % 2 ? 'ping' : 'pong' },
  ...overrides,
});

const hop = (event: unknown, overrides: Partial<Hop> = {}): Hop => ({
  seq: 1,
  atMs: 0,
  kind: 'delivery',
  service: 'sns',
  action: 'deliver',
  from: 'arn:aws:sns:eu-west-1:000000000000:ping-pong-local-ping',
  outcome: 'ok',
  detail: { message: typeof event === 'string' ? event : JSON.stringify(event) },
  ...overrides,
});

const stroke = (atMs: number, rally = 1, number = 1): Stroke => ({ rally, stroke: number, by: 'ping', atMs });

describe('reading the feed', () => {
  it('finds the event that went over a topic, and the topic', () => {
    expect(eventOf(hop(hit(1, 1)))).toEqual({ event: hit(1, 1), topic: 'ping-pong-local-ping', delivered: true });
  });

  it.each([
    ['another service', hop(hit(1, 1), { service: 'sqs' })],
    ['a refused delivery', hop(hit(1, 1), { outcome: 'error' })],
    ['no JSON', hop('ping')],
    ['a stranger’s event', hop({ ...hit(1, 1), type: 'mafia.killed' })],
    ['no message', { ...hop(''), detail: {} }],
  ])('passes over %s', (_name, entry) => {
    expect(eventOf(entry)).toBeUndefined();
  });
});

describe('the ball', () => {
  const seeAll = (events: BallEvent[]) =>
    events.reduce((live, event) => see(live, { event, topic: 't', delivered: true }), nothingSeen);

  it('goes where the latest stroke sends it', () => {
    expect(seeAll([hit(1, 1), hit(1, 2)]).last).toMatchObject({ rally: 1, stroke: 2, by: 'pong' });
  });

  it('does not go back when a message comes twice or late', () => {
    const live = seeAll([hit(2, 1), hit(2, 2), hit(2, 1), hit(1, 9)]);

    expect(live.last).toMatchObject({ rally: 2, stroke: 2 });
    expect(live.strokes).toHaveLength(2);
    expect(live.messages.map(({ deliveries }) => deliveries)).toEqual([1, 1, 2]);
  });

  it('keeps a bounded number of messages and strokes', () => {
    const live = seeAll(Array.from({ length: 100 }, (_, index) => hit(1, index + 1)));

    expect(live.messages.length).toBeLessThanOrEqual(12);
    expect(live.strokes.length).toBeLessThanOrEqual(20);
  });
});

describe('figures', () => {
  it('counts strokes per second over the latest strokes', () => {
    expect(strokesPerSecond([stroke(0), stroke(500), stroke(1000)], 1100)).toBe(2);
  });

  it('leaves the pause between two rallies out of the speed', () => {
    expect(strokesPerSecond([stroke(0, 1), stroke(9_000, 2), stroke(9_500, 2)], 9_600)).toBe(2);
  });

  it('tells no speed from one stroke or from an old rally', () => {
    expect(strokesPerSecond([stroke(0)], 10)).toBe(0);
    expect(strokesPerSecond([stroke(0), stroke(500)], 60_000)).toBe(0);
  });

  it('flies as long as the strokes are apart, within what an eye can follow', () => {
    expect(flightMs([stroke(0), stroke(300)])).toBe(300);
    expect(flightMs([stroke(0), stroke(1)])).toBe(60);
    expect(flightMs([stroke(0), stroke(9_000)])).toBe(900);
    expect(flightMs([stroke(0, 1), stroke(300, 2)])).toBe(400);
  });
});

describe('words', () => {
  it('tells each event in a sentence', () => {
    expect(wordsFor(hit(3, 2))).toBe('Pong hits the ball, stroke 2 of rally 3');
    expect(
      wordsFor(
        hit(1, 1, {
          type: 'ping_pong.point_scored',
          detail: { winner: 'ping', strokes: 5, score: { ping: 3, pong: 1 } },
        }),
      ),
    ).toBe('Point to Ping after 5 strokes, 3 : 1');
    expect(wordsFor(hit(1, 1, { type: 'ping_pong.let_called', detail: { strokes: 5, reason: 'ball-lost' } }))).toBe(
      'Let after 5 strokes: ball lost',
    );
  });
});
