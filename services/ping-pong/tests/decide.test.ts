import { describe, expect, it } from '@jest/globals';
import {
  afterStroke,
  type Circumstances,
  type Decision,
  decideOnBall,
  decideOnServeCall,
  decideOnTick,
  isPlayable,
  strokeOn,
} from '../domain/decide.ts';
import { type Match, newMatch } from '../domain/match.ts';
import { served as afterServe, ball, call, circumstances, hitOf, letOf } from './parts.ts';

const misses = { random: () => 0 };

const tick = { id: 'tick-1' };

function matchAfter(decision: Decision): Match {
  if (decision.kind !== 'move') throw new Error(`expected a move, got ${decision.kind}`);
  return decision.match;
}

/** Ping has just served. */
const served = (overrides: Partial<Circumstances> = {}) =>
  matchAfter(decideOnTick(newMatch(), tick, circumstances({ player: 'ping', requestId: 'serve', ...overrides })));
const withScore = (ping: number, pong: number): Match => {
  const match = served();
  return { ...match, game: { ...match.game, score: { ping, pong } } };
};

describe('a ball that comes over', () => {
  it('is hit back: the next stroke, caused by this one, in the same chain', () => {
    const arriving = ball(1, 'ping');

    const after = matchAfter(decideOnBall(served(), arriving, circumstances()));

    expect(after.rally).toMatchObject({ number: 1, strokes: 2, inPlay: true, lastStrokeAtMs: 1_000_000 });
    expect(after.outbox.ball).toMatchObject({
      causationId: arriving.id,
      correlationId: 'chain',
      detail: { rally: 1, stroke: 2, by: 'pong' },
    });
  });

  it.each([
    ['a stroke that is past', ball(1, 'ping', 1), 2],
    ['a stroke yet to come', ball(3, 'ping'), 1],
    ['another rally', ball(1, 'ping', 2), 1],
    ["one's own stroke", ball(2, 'pong'), 2],
  ])('is left alone when it is %s', (_what, arriving, strokes) => {
    const match = served();

    const decision = decideOnBall({ ...match, rally: { ...match.rally, strokes } }, arriving, circumstances());

    expect(decision.kind).toBe('ignore');
  });

  it('that is missed is a point for the opponent, and the next serve is called', () => {
    const match = { ...served(), rally: { ...served().rally, ralliesLeft: 2 } };

    const after = matchAfter(decideOnBall(match, ball(1, 'ping'), circumstances(misses)));

    expect(after).toMatchObject({ game: { score: { ping: 1, pong: 0 } }, rally: { inPlay: false, strokes: 1 } });
    expect(after.lastPoints).toMatchObject([{ rally: 1, strokes: 1, winner: 'ping', score: { ping: 1, pong: 0 } }]);
    expect(after.outbox.announcements.map(({ type, detail }) => [type, detail])).toEqual([
      ['ping_pong.point_scored', { rally: 1, strokes: 1, winner: 'ping', game: 1, score: { ping: 1, pong: 0 } }],
    ]);
    expect(after.outbox.call?.detail).toEqual({ rally: 2, server: 'ping', ralliesLeft: 1 });
  });

  it('that is missed leads to events of the same chain, caused by the ball, and to a move at that time', () => {
    const arriving = ball(1, 'ping');
    const match = { ...served(), rally: { ...served().rally, ralliesLeft: 2 } };

    const { move, outbox } = matchAfter(decideOnBall(match, arriving, circumstances(misses)));

    expect(move).toEqual({ requestId: 'request-1', causeId: arriving.id, atMs: 1_000_000 });
    for (const event of [...outbox.announcements, outbox.call]) {
      expect(event).toMatchObject({ causationId: arriving.id, correlationId: 'chain' });
    }
  });

  it('that is missed adds to the latest eight points', () => {
    const point = { rally: 1, strokes: 1, winner: 'ping', game: 1, score: { ping: 1, pong: 0 } } as const;
    const lastPoints = Array.from({ length: 8 }, (_, at) => ({ ...point, atMs: at }));

    const after = matchAfter(decideOnBall({ ...served(), lastPoints }, ball(1, 'ping'), circumstances(misses)));

    expect(after.lastPoints.map(({ atMs }) => atMs)).toEqual([1, 2, 3, 4, 5, 6, 7, 1_000_000]);
  });

  it('that decides a game announces it, and the next game begins with the other server', () => {
    const after = matchAfter(decideOnBall(withScore(10, 4), ball(1, 'ping'), circumstances(misses)));

    expect(after).toMatchObject({
      game: { number: 2, firstServer: 'pong', score: { ping: 0, pong: 0 } },
      gamesWon: { ping: 1, pong: 0 },
    });
    expect(after.outbox.announcements[1]).toMatchObject({
      type: 'ping_pong.game_won',
      detail: { game: 1, winner: 'ping', score: { ping: 11, pong: 4 }, games: { ping: 1, pong: 0 } },
    });
  });
});

describe('chance', () => {
  it('that is nought never misses, and that is one always does', () => {
    const nought = circumstances({ random: () => 0, settings: { ...circumstances().settings, missProbability: 0 } });
    const one = circumstances({ random: () => 0.999, settings: { ...circumstances().settings, missProbability: 1 } });

    expect(matchAfter(decideOnBall(served(), ball(1, 'ping'), nought)).rally.strokes).toBe(2);
    expect(strokeOn(ball(1, 'ping'), nought)?.stroke).toBe(2);
    expect(matchAfter(decideOnBall(served(), ball(1, 'ping'), one)).rally.inPlay).toBe(false);
    expect(strokeOn(ball(1, 'ping'), one)).toBeUndefined();
  });
});

describe('a stroke without a look at the match', () => {
  const arriving = ball(3, 'ping');

  it('says all that it needs and changes: who must have served, by which event, and the ball that follows', () => {
    const hit = strokeOn(arriving, circumstances());

    expect(hit).toEqual({
      rally: 1,
      stroke: 4,
      by: 'pong',
      server: 'ping',
      move: { requestId: 'request-1', causeId: arriving.id, atMs: 1_000_000 },
      ball: expect.objectContaining({
        causationId: arriving.id,
        correlationId: 'chain',
        detail: { rally: 1, stroke: 4, by: 'pong' },
      }),
    });
  });

  it.each([
    ["one's own ball", ball(3, 'pong'), {}],
    ['a ball at the limit of strokes', ball(50, 'ping'), {}],
    ['a ball that is missed', arriving, misses],
  ])('is not made for %s', (_what, over, overrides) => {
    expect(strokeOn(over, circumstances(overrides))).toBeUndefined();
  });

  it('is made up to the limit of strokes', () => {
    expect(strokeOn(ball(49, 'ping'), circumstances())?.stroke).toBe(50);
  });

  const playable = afterServe();
  it.each<[string, Match]>([
    ['is over', { ...playable, rally: { ...playable.rally, inPlay: false } }],
    ['is another', { ...playable, rally: { ...playable.rally, number: 2 } }],
    ['is a stroke further', { ...playable, rally: { ...playable.rally, strokes: 2 } }],
    ['was served by the other one', { ...playable, rally: { ...playable.rally, server: 'pong' } }],
    ['has something to announce', { ...playable, outbox: { announcements: [letOf(1)] } }],
  ])('does not fit a rally that %s', (_what, match) => {
    expect(isPlayable(playable, hitOf(2))).toBe(true);
    expect(isPlayable(match, hitOf(2))).toBe(false);
  });

  it('leaves the latest ten strokes of a rally, oldest first', () => {
    const strokes = Array.from({ length: 12 }, (_, at) => at + 2);

    const after = strokes.reduce((match, stroke) => afterStroke(match, hitOf(stroke)), playable);

    expect(after.rally.recentStrokes.map(({ stroke }) => stroke)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    expect(after.rally.recentStrokes.at(-1)).toEqual({ stroke: 13, by: 'ping', atMs: 1013 });
  });
});

it('the match before the first serve is at nought, and ping has won the toss', () => {
  expect(newMatch()).toEqual({
    matchId: 'match',
    version: 0,
    game: { number: 1, firstServer: 'ping', score: { ping: 0, pong: 0 } },
    gamesWon: { ping: 0, pong: 0 },
    rally: {
      number: 0,
      server: 'ping',
      inPlay: false,
      strokes: 0,
      lastStrokeAtMs: 0,
      ralliesLeft: 0,
      recentStrokes: [],
    },
    lastPoints: [],
    move: { requestId: '', causeId: '', atMs: 0 },
    outbox: { announcements: [] },
  });
});

describe('a redelivery', () => {
  const arriving = ball(1, 'ping');
  const after = (nowMs = 1_000_000) => matchAfter(decideOnBall(served(), arriving, circumstances({ nowMs })));

  it('in the same invocation sends the same message again', () => {
    const match = after();

    expect(decideOnBall(match, arriving, circumstances())).toEqual({ kind: 'repeat', match });
  });

  it('in another invocation is a duplicate, and left alone', () => {
    expect(decideOnBall(after(), arriving, circumstances({ requestId: 'request-2' })).kind).toBe('ignore');
  });

  it('in another invocation, when the match has stood still for long, heals it', () => {
    const later = circumstances({ requestId: 'request-2', nowMs: 1_030_000 });

    expect(decideOnBall(after(1_000_000), arriving, later).kind).toBe('repeat');
  });

  it('is left alone when the match has moved on', () => {
    const movedOn = matchAfter(decideOnBall(after(), ball(2, 'pong'), circumstances({ player: 'ping' })));

    expect(decideOnBall(movedOn, arriving, circumstances()).kind).toBe('ignore');
  });

  it('is left alone when everything is known to be published', () => {
    const last = { ...served(), rally: { ...served().rally, ralliesLeft: 0 } };
    const missed = matchAfter(decideOnBall(last, arriving, circumstances(misses)));
    const cleared: Match = { ...missed, outbox: { announcements: [] } };

    expect(decideOnBall(cleared, arriving, circumstances()).kind).toBe('ignore');
  });
});

describe('a call for a serve', () => {
  it('is answered by the serve of the rally that it names', () => {
    const after = matchAfter(decideOnServeCall(newMatch(), call(1, 'ping', 2), circumstances({ player: 'ping' })));

    expect(after.rally).toMatchObject({ number: 1, strokes: 1, inPlay: true, server: 'ping', ralliesLeft: 2 });
    expect(after.rally.recentStrokes).toEqual([{ stroke: 1, by: 'ping', atMs: 1_000_000 }]);
  });

  it('has a rally whose ball was lost played again', () => {
    const later = circumstances({ player: 'ping', nowMs: 1_090_000 });

    const after = matchAfter(decideOnServeCall(served(), call(2, 'ping', 2), later));

    expect(after).toMatchObject({ rally: { number: 1, inPlay: false }, game: { score: { ping: 0, pong: 0 } } });
    expect(after.outbox.announcements).toMatchObject([
      { correlationId: 'chain', detail: { rally: 1, reason: 'ball-lost' } },
    ]);
    expect(after.outbox.call?.detail).toEqual({ rally: 2, server: 'ping', ralliesLeft: 2 });
  });

  it('that comes again in the same invocation sends the serve again', () => {
    const called = call(1, 'ping');
    const match = matchAfter(decideOnServeCall(newMatch(), called, circumstances({ player: 'ping' })));

    expect(decideOnServeCall(match, called, circumstances({ player: 'ping' }))).toEqual({ kind: 'repeat', match });
  });

  it('that comes again in the same invocation sends the call again that followed its let', () => {
    const later = circumstances({ player: 'ping', nowMs: 1_090_000 });
    const called = call(2, 'ping', 2);
    const match = matchAfter(decideOnServeCall(served(), called, later));
    const announced = { ...match, outbox: { ...match.outbox, announcements: [] } };

    expect(decideOnServeCall(announced, called, later)).toEqual({ kind: 'repeat', match: announced });
  });

  it.each([
    ['while a ball is in play', served(), call(2, 'ping'), 'ping', /out of date/],
    [
      'for a rally that is past',
      { ...served(), rally: { ...served().rally, inPlay: false } },
      call(1, 'ping'),
      'ping',
      /out of date/,
    ],
    ['for a rally too far ahead', newMatch(), call(2, 'ping'), 'ping', /out of date/],
    ['when the other player serves', newMatch(), call(1, 'pong'), 'pong', /other player/],
  ] as const)('changes nothing %s, and the log learns why', (_when, match, called, player, reason) => {
    expect(decideOnServeCall(match, called, circumstances({ player }))).toEqual({
      kind: 'ignore',
      reason: expect.stringMatching(reason),
    });
  });
});

describe('the schedule', () => {
  const ping = { player: 'ping' } as const;
  const over = (match: Match): Match => ({ ...match, rally: { ...match.rally, inPlay: false } });

  it("serves when no ball is in play and it is ping's turn", () => {
    expect(served().rally).toMatchObject({ number: 1, server: 'ping', inPlay: true, ralliesLeft: 2 });
  });

  it("has pong called when it is pong's turn", () => {
    const decision = decideOnTick(over(withScore(1, 1)), { id: 'tick-2' }, circumstances(ping));

    const detail = { rally: 2, server: 'pong', ralliesLeft: 2 };
    expect(decision).toMatchObject({
      kind: 'call',
      match: { game: { score: { ping: 1, pong: 1 } } },
      call: { causationId: 'tick-2', correlationId: 'tick-2', detail },
    });
  });

  it('leaves a ball in play alone', () => {
    const later = circumstances({ ...ping, nowMs: 1_089_999 });

    expect(decideOnTick(served(), { id: 'tick-2' }, later)).toEqual({ kind: 'ignore', reason: 'a ball is in play' });
  });

  it('sends again what it has led to when it comes again in the same invocation', () => {
    expect(decideOnTick(served(), tick, circumstances({ ...ping, requestId: 'serve' }))).toEqual({
      kind: 'repeat',
      match: expect.objectContaining({ version: 1 }),
    });
  });

  it('calls a let when nobody has hit the ball for long: no point, the same player serves again', () => {
    const later = circumstances({ ...ping, nowMs: 1_090_000 });

    const after = matchAfter(decideOnTick(served(), { id: 'tick-2' }, later));

    expect(after).toMatchObject({ rally: { number: 1, inPlay: false }, game: { score: { ping: 0, pong: 0 } } });
    expect(after.outbox.announcements.map(({ detail }) => detail)).toEqual([
      { rally: 1, strokes: 1, reason: 'ball-lost' },
    ]);
    expect(after.outbox.call?.detail).toEqual({ rally: 2, server: 'ping', ralliesLeft: 2 });
  });
});
