import { describe, expect, it } from '@jest/globals';
import type { Hop } from '../src/lib/journal.ts';
import { type Known, nothingKnown, type Stroke } from '../src/ping-pong/known.ts';
import { counted } from '../src/ping-pong/match.ts';
import { middleOf, retryIn } from '../src/ping-pong/middle.ts';
import { learn } from '../src/ping-pong/rally.ts';
import { flightMs, TABLE, tableOf as tableAt } from '../src/ping-pong/tableView.ts';
import { call, crash, gameWon, hit, invocation, letCalled, match, point } from './pingPongHops.ts';

const NOW_MS = 5_000_000;
const heard = (...hops: Hop[]): Known =>
  learn(nothingKnown, { kind: 'heard', hops, isPast: false, nowMs: NOW_MS, clockAheadMs: 0 });
const tableOf = (known: Known) => tableAt(known, NOW_MS);
const playing = [hit(1, 1), hit(1, 2), hit(1, 3)];
const missed = [...playing, point(1, 'ping', { ping: 1, pong: 0 }, { strokes: 3 })];

describe('the table', () => {
  it('has a ball that flies from the bat that struck to the other, which waits for it there', () => {
    const { balls, bats, trails } = tableOf(heard(...playing));

    const last = trails.at(-1);
    expect(balls).toEqual([{ rally: 1, look: 'flying', at: last?.to }]);
    expect(bats.pong.at.y).toBe(last?.to.y);
    expect(bats.ping).toEqual({ at: { x: bats.ping.at.x, y: last?.from.y }, isLit: true });
  });

  it('draws a trail for each of the latest strokes, in its player’s colour, one beginning where the other ended', () => {
    const { trails } = tableOf(heard(...playing));

    expect(trails.map(({ by }) => by)).toEqual(['ping', 'pong', 'ping']);
    expect(trails[1]?.from).toEqual(trails[0]?.to);
    expect(trails[2]?.from).toEqual(trails[1]?.to);
  });

  it('draws a miss: the ball goes on past the bat, which is beside it', () => {
    const before = tableOf(heard(...playing)).trails.at(-1);
    const { balls, bats, trails } = tableOf(heard(...missed));

    const [ball] = balls;
    expect(ball).toMatchObject({ rally: 1, look: 'missed' });
    expect(ball?.at.x).toBeGreaterThan(bats.pong.at.x);
    expect(Math.abs(bats.pong.at.y - (before?.to.y ?? 0))).toBeGreaterThan(14 + 5);
    expect(trails.at(-1)).toMatchObject({ from: before?.to, to: ball?.at, by: 'ping' });
  });

  it('has the next ball at its server’s bat once the rally is over: another one, the missed one does not come back', () => {
    const { balls, bats } = tableOf(heard(...missed, call(2, 'ping')));

    expect(balls.map(({ rally, look }) => [rally, look])).toEqual([
      [1, 'missed'],
      [2, 'resting'],
    ]);
    expect(balls[1]?.at.x).toBeLessThan(TABLE.width / 2);
    expect(bats.ping.at.y).toBe(balls[1]?.at.y);
  });

  it('leaves the ball lying when a player has crashed, and after a let', () => {
    expect(tableOf(heard(...playing, crash('pong', 'r'))).balls).toMatchObject([{ rally: 1, look: 'lost' }]);
    expect(tableOf(heard(...playing, letCalled(1, 3))).balls[0]).toMatchObject({ rally: 1, look: 'lost' });
  });

  it('leaves it lying also when nobody has hit it for long, nobody knows why', () => {
    const known = heard(...playing);

    expect(tableAt(known, NOW_MS + 2_000).balls).toMatchObject([{ look: 'flying' }]);
    expect(tableAt(known, NOW_MS + 4_000).balls).toMatchObject([{ look: 'lost' }]);
    expect(middleOf(known, NOW_MS + 4_000)).toEqual({ first: 'rally 1 · stroke 3', second: 'waiting for pong' });
  });

  it('sends a ghost the way that its ball went, as far as the bat', () => {
    const { ghosts, balls, trails } = tableOf(heard(...playing, hit(1, 2)));

    expect(ghosts).toMatchObject([{ by: 'pong', from: trails[1]?.from, to: { y: trails[1]?.to.y } }]);
    expect(ghosts[0]?.to.x).toBeLessThan(0);
    expect(balls).toHaveLength(1);
  });

  it('marks the ball’s way by places that can light up one after the other, past the bat as well', () => {
    for (const hops of [playing, missed]) {
      const { steps, trails } = tableOf(heard(...hops));
      expect(steps[0]).toEqual(trails.at(-1)?.from);
      expect(steps.at(-1)).toEqual(trails.at(-1)?.to);
      expect(steps.length).toBeGreaterThan(2);
    }
  });

  it('stays within the table’s width for every stroke', () => {
    for (let stroke = 1; stroke < 200; stroke += 1) {
      const y = tableOf(heard(hit(3, stroke))).balls[0]?.at.y ?? -1;
      expect(y).toBeGreaterThan(10);
      expect(y).toBeLessThan(TABLE.height - 10);
    }
  });

  it('has no players before anything is known', () => {
    expect(tableOf(nothingKnown)).toMatchObject({ balls: [], trails: [], ghosts: [] });
  });
});

describe('the flight', () => {
  const stroke = (number: number, atMs: number): Stroke => ({ stroke: number, by: 'ping', atMs });

  it('takes as long as the strokes are apart, within what an eye can follow', () => {
    expect(flightMs([stroke(1, 0), stroke(2, 300)])).toBe(300);
    expect(flightMs([stroke(1, 0), stroke(2, 1)])).toBe(60);
    expect(flightMs([stroke(1, 0), stroke(2, 9_000)])).toBe(900);
    expect(flightMs([stroke(1, 0), stroke(3, 300)])).toBe(400);
  });
});

describe('what stands between the numerals', () => {
  const standing = match({ game: 3, games: { ping: 1, pong: 1 } });
  const known = (...hops: Hop[]) =>
    learn(learn(nothingKnown, { kind: 'asked', match: standing, nowMs: NOW_MS }), {
      kind: 'heard',
      hops,
      isPast: false,
      nowMs: NOW_MS,
      clockAheadMs: 0,
    });

  it.each([
    ['nothing before anything is known', nothingKnown, '', ''],
    ['who begins', known(), 'no ball in play', 'game 3 · ping serves'],
    ['the rally and the stroke', known(...playing), 'rally 1 · stroke 3', 'game 3 · ping serves'],
    [
      'whose point it was',
      known(hit(1, 1), point(1, 'ping', { ping: 1, pong: 0 }, { strokes: 1, game: 3 }), call(2)),
      'point to ping',
      'after 1 stroke · pong serves',
    ],
    [
      'whose game it was, with its score',
      known(
        hit(1, 1),
        point(1, 'ping', { ping: 11, pong: 9 }, { game: 3 }),
        gameWon(3, 'ping', { ping: 11, pong: 9 }, { ping: 2, pong: 1 }),
      ),
      'game to ping',
      '11 : 9',
    ],
    ['why nobody scored', known(...playing, letCalled(1, 3)), 'let · ball lost', 'after 3 strokes'],
    [
      'who crashed, and when it is tried again',
      known(...playing, crash('pong', 'r', 58_000)),
      'pong crashed',
      'tries again in 58 s',
    ],
  ])('is %s', (_what, state, first, second) => {
    expect(middleOf(state, NOW_MS)).toEqual({ first, second });
  });

  it('counts down to the retry, also when the rally goes on without it, and forgets one that never came', () => {
    const served = known(...playing, crash('pong', 'r'), letCalled(1, 3), hit(2, 1));

    expect(retryIn(served, NOW_MS + 1_000)).toBe('pong tries again in 59 s');
    expect(retryIn(served, NOW_MS + 60_500)).toBe('pong tries again now');
    expect(retryIn(served, NOW_MS + 90_000)).toBe('');
    expect(middleOf(served, NOW_MS)).toMatchObject({ first: 'rally 2 · stroke 1' });
  });

  it('says for a while that a retry came', () => {
    const again = invocation('pong', 'r', { outcome: 'begun', detail: { attempt: 2 } });
    const state = known(...playing, crash('pong', 'r'), again);

    expect(retryIn(state, NOW_MS + 1_000)).toBe('pong was tried again');
    expect(retryIn(state, NOW_MS + 20_000)).toBe('');
  });

  it('speaks of one stroke and of two strokes', () => {
    expect([0, 1, 2].map((count) => counted(count, 'stroke'))).toEqual(['0 strokes', '1 stroke', '2 strokes']);
  });
});
