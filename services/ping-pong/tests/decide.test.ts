import { describe, expect, it } from '@jest/globals';
import { type Circumstances, type Decision, decideOnBall, decideOnServeCall, decideOnTick } from '../domain/decide.ts';
import { type Match, newMatch } from '../domain/match.ts';
import { ball, call, circumstances } from './parts.ts';

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
  });

  it('has a rally whose ball was lost played again', () => {
    const later = circumstances({ player: 'ping', nowMs: 1_090_000 });

    const after = matchAfter(decideOnServeCall(served(), call(2, 'ping', 2), later));

    expect(after).toMatchObject({ rally: { number: 1, inPlay: false }, game: { score: { ping: 0, pong: 0 } } });
    expect(after.outbox.announcements).toMatchObject([{ detail: { rally: 1, reason: 'ball-lost' } }]);
    expect(after.outbox.call?.detail).toEqual({ rally: 2, server: 'ping', ralliesLeft: 2 });
  });

  it.each([
    ['while a ball is in play', served(), call(2, 'ping'), 'ping'],
    ['for a rally that is past', { ...served(), rally: { ...served().rally, inPlay: false } }, call(1, 'ping'), 'ping'],
    ['for a rally too far ahead', newMatch(), call(2, 'ping'), 'ping'],
    ['when the other player serves', newMatch(), call(1, 'pong'), 'pong'],
  ] as const)('changes nothing %s', (_when, match, called, player) => {
    expect(decideOnServeCall(match, called, circumstances({ player })).kind).toBe('ignore');
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

    expect(decision).toMatchObject({ kind: 'call', call: { detail: { rally: 2, server: 'pong', ralliesLeft: 2 } } });
  });

  it('leaves a ball in play alone', () => {
    const later = circumstances({ ...ping, nowMs: 1_089_999 });

    expect(decideOnTick(served(), { id: 'tick-2' }, later).kind).toBe('ignore');
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
