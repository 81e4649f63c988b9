import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ballsInSight,
  countsIn,
  type Game,
  inSight,
  LEAVING_MS,
  learn,
  type News,
  nextChangeMs,
  undecided,
} from '../src/fakemon/known.ts';
import type { Told } from '../src/fakemon/messages.ts';
import type { Verdict } from '../src/fakemon/shapes.ts';
import { clockHeard, serverTime } from '../src/lib/serverClock.ts';
import { after, capture, START_MS, sighting, taken, thrown, told, world } from './fakemonNews.ts';

/** Who is on the screen: `f1`, and `f1 leaves`. */
const seen = (game: Game, afterMs = 0) =>
  inSight(game, START_MS + afterMs).map(({ fakemonId, isLeaving }) => `${fakemonId}${isLeaving ? ' leaves' : ''}`);

const decided = (attemptId: string, verdict: Verdict, more: object = {}, afterMs = 0): News =>
  told({ type: 'decided', attemptId, fakemonId: 'f1', verdict, ...more } as Omit<Told, 'id'>, afterMs);

describe('the world that is known', () => {
  it('shows whoever has appeared and not expired, by the service’s clock', () => {
    const game = after(
      world([sighting(), sighting({ fakemonId: 'f2', appearsAtMs: START_MS + 5_000 })], 0, { aheadMs: 3_000 }),
    );

    expect(seen(game, 1_999)).toEqual(['f1']);
    expect(seen(game, 2_000)).toEqual(['f1', 'f2']);
    expect(seen(game, 57_000)).toEqual(['f1 leaves', 'f2 leaves']);
    expect(seen(game, 57_000 + LEAVING_MS)).toEqual([]);
  });

  it('lets one go with its last unit, and not before', () => {
    const game = after(world([sighting({ units: 2 })]), taken(1, 100));

    expect(seen(game, 100)).toEqual(['f1']);
    expect(inSight(game, START_MS + 100)[0]?.unitsLeft).toBe(1);
    expect(seen(learn(game, taken(0, 200)), 200)).toEqual(['f1 leaves']);
    expect(seen(learn(game, taken(0, 200)), 200 + LEAVING_MS)).toEqual([]);
  });

  it('never gets units back from news that come late', () => {
    const game = after(
      world([sighting({ units: 3 })]),
      taken(1, 100),
      taken(2, 150),
      world([sighting({ units: 3 })], 200),
    );

    expect(inSight(game, START_MS + 200)[0]?.unitsLeft).toBe(1);
  });

  it('is not filled again by an answer that was made before the last unit went', () => {
    const game = after(world([sighting()]), taken(0, 100), world([sighting()], 900));

    expect(seen(game, 900)).toEqual([]);
  });

  it('lets go who is missing in an answer, but not who came by event while it was on its way', () => {
    const before = after(world([sighting()]));
    const event = told({ type: 'appeared', sighting: sighting({ fakemonId: 'f2' }) } as Omit<Told, 'id'>, 4_000);

    const game = [event, world([], 5_000, { tookMs: 500 })].reduce(learn, before);

    expect(seen(game, 5_000)).toEqual(['f1 leaves', 'f2']);
  });

  it('does not show anybody go who was over before the page heard of them', () => {
    const over = sighting({ expiresAtMs: START_MS - 100 });
    const none = sighting({ fakemonId: 'f2', units: 1, unitsLeft: 0 });

    expect(seen(after(world([over, none])))).toEqual([]);
  });

  it('counts an event once however often it comes', () => {
    const game = after(world([sighting({ units: 3 })]), taken(2, 0, 'e1'), taken(2, 0, 'e1'));

    expect(game.unitsTaken).toBe(1);
  });

  it('forgets who has long gone', () => {
    const game = after(world([sighting()]), world([], 200_000));

    expect(game.fakemon.size).toBe(0);
  });

  it('says when it looks different next, although nobody tells anything', () => {
    const game = after(world([sighting({ appearsAtMs: START_MS + 1_000 })]));

    expect(nextChangeMs(game, START_MS)).toBe(START_MS + 1_000);
    expect(nextChangeMs(game, START_MS + 1_000)).toBe(START_MS + 60_000);
    expect(nextChangeMs(game, START_MS + 60_000)).toBe(START_MS + 60_000 + LEAVING_MS);
    expect(nextChangeMs(game, START_MS + 70_000)).toBeUndefined();
    // The age of a throw that is under way, by the second.
    expect(nextChangeMs(after(thrown('a')), START_MS + 2_300)).toBe(START_MS + 3_000);
  });

  it('comes out the same in whatever order the news of one fakémon arrive, once all have', () => {
    const all = [
      world([sighting({ units: 3 })], 0),
      taken(2, 10),
      taken(1, 20),
      told({ type: 'appeared', sighting: sighting({ units: 3 }) } as Omit<Told, 'id'>, 5),
      taken(0, 30),
    ];
    // What is told of one that nobody has heard of yet is told again by the world.
    const last = world([], 40_000);

    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (news) => {
        const game = after(...news, last);
        return inSight(game, START_MS + 41_000).length === 0 && game.unitsTaken === 3;
      }),
    );
  });
});

describe('a throw', () => {
  const takenByBen: Verdict = { outcome: 'taken', lateMs: 38, takenBy: 'ben' };

  it('is under way until its outcome is told, and its ball is seen a while longer', () => {
    const game = after(world([sighting()]), thrown('a'), decided('a', { outcome: 'dodged' }, {}, 500));

    expect(undecided(after(thrown('a'))).map(({ attemptId }) => attemptId)).toEqual(['a']);
    expect(undecided(game)).toEqual([]);
    expect(ballsInSight(game, START_MS + 600)).toHaveLength(1);
    expect(ballsInSight(game, nextChangeMs(game, START_MS + 600) ?? 0)).toEqual([]);
  });

  it('has one outcome: the first that is told, by whomever', () => {
    const byAnswer: News = {
      kind: 'decided',
      nowMs: START_MS + 900,
      attemptId: 'a',
      verdict: { outcome: 'gone', lateMs: 1 },
    };

    const game = after(thrown('a'), decided('a', takenByBen), byAnswer, decided('a', { outcome: 'captured' }));

    expect(game.throws[0]?.verdict).toEqual(takenByBen);
  });

  it('that the page had given up on has the outcome that is told after all', () => {
    const lost: News = {
      kind: 'decided',
      nowMs: START_MS,
      attemptId: 'a',
      verdict: { outcome: 'refused', why: 'No answer' },
    };

    const game = after(thrown('a'), lost, decided('a', takenByBen));

    expect(game.throws[0]?.verdict).toEqual(takenByBen);
  });

  it('adds what it captured to the collection once, whether the event, the answer or the collection tells it first', () => {
    const event = decided('a', { outcome: 'captured' }, { capture: capture('a') });
    const answer: News = { kind: 'decided', nowMs: START_MS, attemptId: 'a', verdict: { outcome: 'captured' } };
    const list: News = { kind: 'collection', captures: [capture('a'), capture('b', { capturedAtMs: 5 })] };

    for (const order of [
      [event, answer, list],
      [answer, list, event],
      [list, event, answer],
    ]) {
      const { captures } = after(thrown('a'), ...order);
      expect(captures?.map(({ attemptId }) => attemptId)).toEqual(['a', 'b']);
      expect(countsIn(captures).get('zaplet')).toBe(2);
    }
  });

  it('of another tab adds to the collection as well, and is no ball here', () => {
    const game = after(decided('other', { outcome: 'captured' }, { capture: capture('other') }));

    expect(game.captures).toHaveLength(1);
    expect(game.throws).toEqual([]);
  });

  it('is nobody’s any more when somebody else plays', () => {
    const game = after(
      world([sighting()]),
      thrown('a'),
      { kind: 'collection', captures: [capture('x')] },
      { kind: 'player' },
    );

    expect(game).toMatchObject({ throws: [], captures: undefined });
    expect(seen(game)).toEqual(['f1']);
  });
});

describe('the service’s clock', () => {
  it('is told by the quickest answer, as it was half way', () => {
    const slow = clockHeard(undefined, { nowMs: 10_500, sentAtMs: 0, receivedAtMs: 800 });
    const quick = clockHeard(slow, { nowMs: 11_020, sentAtMs: 1_000, receivedAtMs: 1_040 });
    const slower = clockHeard(quick, { nowMs: 13_000, sentAtMs: 2_000, receivedAtMs: 2_900 });

    expect(serverTime(slow, 0)).toBe(10_100);
    expect(serverTime(quick, 0)).toBe(10_000);
    expect(slower).toBe(quick);
  });

  it('is told anew after a minute', () => {
    const quick = clockHeard(undefined, { nowMs: 0, sentAtMs: 0, receivedAtMs: 10 });

    expect(clockHeard(quick, { nowMs: 0, sentAtMs: 60_000, receivedAtMs: 60_500 })).not.toBe(quick);
  });
});
