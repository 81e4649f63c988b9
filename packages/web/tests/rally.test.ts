import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Hop } from '../src/lib/journal.ts';
import { labelOf } from '../src/ping-pong/ballEvents.ts';
import { type Known, nothingKnown } from '../src/ping-pong/known.ts';
import type { Match, Tally } from '../src/ping-pong/match.ts';
import { scoreOf } from '../src/ping-pong/middle.ts';
import { learn } from '../src/ping-pong/rally.ts';
import { call, crash, gameWon, hit, hop, invocation, letCalled, match, point } from './pingPongHops.ts';

const NOW_MS = 5_000_000;
const hears = (known: Known, ...hops: Hop[]) =>
  learn(known, { kind: 'heard', hops, isPast: false, nowMs: NOW_MS, clockAheadMs: 0 });
const asks = (known: Known, answer: Match) => learn(known, { kind: 'asked', match: answer, nowMs: NOW_MS });

describe('what a hop carries', () => {
  it.each([
    ['stroke 7', hit(1, 7)],
    ['serve', call(2)],
    ['point', point(1, 'ping', { ping: 1, pong: 0 })],
    ['let', letCalled(1, 3)],
    [undefined, invocation('ping', 'r')],
    [undefined, hop({ kind: 'delivery', detail: { message: 'ping' } })],
    [undefined, hop({ kind: 'delivery', detail: { message: '{"id":"1","type":"mafia.killed","detail":{}}' } })],
    [
      undefined,
      hop({ kind: 'delivery', detail: { message: '{"id":"1","type":"ping_pong.ball_hit","detail":{"rally":"x"}}' } }),
    ],
    [undefined, { ...hit(1, 1), outcome: 'error' as const }],
  ])('is %s', (label, carrier) => {
    expect(labelOf(carrier)).toBe(label);
  });
});

describe('the rally', () => {
  it('is where the latest stroke is, however late and often others come', () => {
    const known = hears(nothingKnown, hit(2, 1), hit(2, 2), hit(2, 1), hit(1, 9));

    expect(known).toMatchObject({ rally: 2, strokes: 2, server: 'pong', end: undefined });
    expect(known.seen.map(({ stroke }) => stroke)).toEqual([1, 2]);
  });

  it('begins with its own strokes alone: nothing of the last one is left', () => {
    const before = hears(nothingKnown, hit(1, 1), hit(1, 2), point(1, 'pong', { ping: 0, pong: 1 }), call(2));

    const known = hears(before, hit(2, 1));

    expect(known).toMatchObject({ rally: 2, strokes: 1, end: undefined, isCalled: false });
    expect(known.seen).toHaveLength(1);
  });

  it('ends with the point although the API has not heard of it', () => {
    const before = hears(nothingKnown, hit(1, 1), hit(1, 2), point(1, 'pong', { ping: 0, pong: 1 }, { strokes: 2 }));

    const known = asks(before, match({ rally: { number: 1, inPlay: true, strokes: 2 } }));

    expect(known.end).toEqual({ winner: 'pong' });
    expect(scoreOf(known)).toEqual({ ping: 0, pong: 1 });
  });

  it('is read from the API alone where there is no journal', () => {
    const strokes = [1, 2, 3].map((stroke) => ({
      stroke,
      by: stroke % 2 ? ('ping' as const) : ('pong' as const),
      at: '2030-01-01T00:00:00Z',
    }));
    const playing = asks(
      nothingKnown,
      match({ rally: { number: 4, inPlay: true, strokes: 3, recentStrokes: strokes } }),
    );
    const lastPoints = [
      { rally: 4, strokes: 3, winner: 'ping' as const, game: 1, score: { ping: 1, pong: 0 }, at: '' },
    ];
    const over = asks(playing, match({ score: { ping: 1, pong: 0 }, rally: { number: 4, strokes: 3 }, lastPoints }));

    expect(playing).toMatchObject({ rally: 4, strokes: 3, end: undefined });
    expect(playing.seen).toHaveLength(3);
    expect(over.end).toEqual({ winner: 'ping' });
  });

  it('names the next server when the call comes, and is no rally yet', () => {
    const known = hears(nothingKnown, hit(1, 1), letCalled(1, 1), call(2, 'ping'));

    expect(known).toMatchObject({ rally: 1, isCalled: true, server: 'ping', end: { letBecause: 'ball-lost' } });
  });

  it('is over also when the call for the next serve came before the news of its end', () => {
    const known = hears(nothingKnown, hit(1, 1), call(2), point(1, 'ping', { ping: 1, pong: 0 }));

    expect(known).toMatchObject({ end: { winner: 'ping' }, isCalled: true, server: 'pong' });
  });

  it('starts over when the API tells of an earlier rally for good: its table was emptied', () => {
    let known = hears(nothingKnown, hit(9, 1), point(9, 'ping', { ping: 7, pong: 3 }));
    for (let answer = 0; answer < 6; answer += 1)
      known = asks(known, match({ rally: { number: 1, inPlay: true, strokes: 1 } }));

    expect(known).toMatchObject({ rally: 1, strokes: 1 });
    expect(scoreOf(known)).toEqual({ ping: 0, pong: 0 });
  });
});

describe('the score', () => {
  it('follows the announcement that carries it, also when its rally is long over', () => {
    const known = hears(nothingKnown, hit(2, 1), point(1, 'ping', { ping: 1, pong: 0 }));

    expect(scoreOf(known)).toEqual({ ping: 1, pong: 0 });
    expect(known).toMatchObject({ rally: 2, end: undefined });
  });

  it('does not go back to an older answer of the API', () => {
    const known = asks(
      hears(nothingKnown, point(3, 'ping', { ping: 3, pong: 1 })),
      match({ score: { ping: 2, pong: 1 } }),
    );

    expect(scoreOf(known)).toEqual({ ping: 3, pong: 1 });
  });

  it.each(['the announcements in order', 'the game before its point', 'the API between them'])(
    'of a game that was won stays to be read until the next serve (%s)',
    (order) => {
      const final = { ping: 11, pong: 7 };
      const games = { ping: 1, pong: 0 };
      const [lastPoint, won] = [point(18, 'ping', final, { strokes: 1 }), gameWon(1, 'ping', final, games)];
      const lastPoints = [{ rally: 18, strokes: 1, winner: 'ping' as const, game: 1, score: final, at: '' }];
      const answer = match({ game: 2, games, server: 'pong', rally: { number: 18, strokes: 1 }, lastPoints });
      const playing = hears(nothingKnown, hit(18, 1));

      const over =
        order === 'the announcements in order'
          ? hears(playing, lastPoint, won)
          : order === 'the game before its point'
            ? hears(playing, won, lastPoint)
            : hears(asks(hears(playing, lastPoint), answer), won);

      expect(scoreOf(over)).toEqual(final);
      expect(asks(over, answer)).toMatchObject({ server: 'pong', games });
      expect(scoreOf(asks(over, answer))).toEqual(final);
      expect(scoreOf(hears(over, hit(19, 1)))).toEqual({ ping: 0, pong: 0 });
    },
  );

  it('never goes back, whatever comes twice, late, in any order, and from whom', () => {
    // One match, told by the wire and by the API; what is heard is any selection of it, in any order.
    const told: (Hop | Match)[] = [];
    const score: Tally = { ping: 0, pong: 0 };
    for (let rally = 1; rally <= 12; rally += 1) {
      const winner = rally % 3 === 0 ? 'pong' : 'ping';
      told.push(call(rally), hit(rally, 1), hit(rally, 2));
      told.push(match({ score: { ...score }, rally: { number: rally, inPlay: true, strokes: 2 } }));
      score[winner] += 1;
      told.push(point(rally, winner, { ...score }, { strokes: 2 }));
      const lastPoints = [{ rally, strokes: 2, winner, game: 1, score: { ...score }, at: '' } as const];
      told.push(match({ score: { ...score }, rally: { number: rally, strokes: 2 }, lastPoints }));
    }
    const total = (known: Known) => (scoreOf(known)?.ping ?? 0) + (scoreOf(known)?.pong ?? 0);
    /** A few places early or late, as things come over two topics and a network. */
    const shuffled = fc.array(fc.tuple(fc.nat(told.length - 1), fc.nat(8)), { minLength: 5, maxLength: 80 });

    fc.assert(
      fc.property(shuffled, (picks) => {
        // Nobody gets one answer again and again: an API that stays behind is believed.
        const answered = new Set<unknown>();
        const isFirst = (news: unknown) => !answered.has(news) && answered.add(news);
        const heard = picks
          .map(([index, late]) => ({ at: index + late, news: told[index] }))
          .sort((one, two) => one.at - two.at);
        let known = nothingKnown;
        let most = 0;
        for (const { news } of heard) {
          if (!news || ('rally' in news && !isFirst(news))) continue;
          known = 'seq' in news ? hears(known, news) : asks(known, news);
          const carried =
            'seq' in news ? (/"score":{"ping":(\d+),"pong":(\d+)}/.exec(String(news.detail?.message)) ?? []) : [];
          most = Math.max(most, Number(carried[1] ?? 0) + Number(carried[2] ?? 0), total(known));
          expect(total(known)).toBe(most);
        }
      }),
    );
  });
});

describe('a ball that comes twice', () => {
  it('is a ghost: it moves nothing and counts nothing', () => {
    const once = hears(nothingKnown, hit(1, 1), hit(1, 2));

    const twice = hears(once, hit(1, 2));

    expect(twice.ghosts).toMatchObject([{ rally: 1, stroke: 2, by: 'pong' }]);
    expect(twice.ghostsSeen).toBe(1);
    expect({ ...twice, ghosts: [], ghostsSeen: 0 }).toEqual(once);
  });

  it('is none when it only happened before the page looked, or is a call', () => {
    const heard = { kind: 'heard', isPast: true, nowMs: NOW_MS, clockAheadMs: 0 } as const;
    const past = learn(nothingKnown, { ...heard, hops: [hit(1, 1), hit(1, 1)] });

    expect(past.ghosts).toEqual([]);
    expect(hears(past, call(2), call(2)).ghosts).toEqual([]);
    expect(hears(past, hit(1, 1)).ghosts).toHaveLength(1);
  });

  it('is gone when it has faded, and few are kept', () => {
    const one = hears(nothingKnown, hit(1, 1), hit(1, 1));
    const ghost = one.ghosts[0]?.id ?? 0;

    expect(learn(one, { kind: 'faded', ghost }).ghosts).toEqual([]);
    expect(hears(one, ...Array.from({ length: 50 }, () => hit(1, 1))).ghosts.length).toBeLessThanOrEqual(4);
  });
});

describe('a player that crashes', () => {
  it('leaves the ball where it is until the retry, whose time is known', () => {
    const known = hears(nothingKnown, hit(1, 1), crash('pong', 'r1'));

    expect(known).toMatchObject({ isStuck: true, retries: [{ player: 'pong', dueAtMs: NOW_MS + 60_000 }] });
  });

  it('is no longer waited for when it is tried again, or when the ball moves', () => {
    const stuck = hears(nothingKnown, hit(1, 1), crash('pong', 'r1'));

    expect(hears(stuck, invocation('pong', 'r1', { outcome: 'begun', detail: { attempt: 2 } })).retries).toEqual([]);
    expect(hears(stuck, hit(1, 2))).toMatchObject({ isStuck: false, retries: [{ requestId: 'r1' }] });
    expect(hears(stuck, letCalled(1, 1)).isStuck).toBe(false);
  });

  it('of before the page looked is due when it was due then, by the page’s own clock', () => {
    const hops = [hit(1, 1), { ...crash('pong', 'r1'), atMs: NOW_MS - 90_000 - 50_000 }];
    const heard = { kind: 'heard', hops, isPast: true, nowMs: NOW_MS, clockAheadMs: 90_000 } as const;

    expect(learn(nothingKnown, heard).retries).toMatchObject([{ dueAtMs: NOW_MS + 10_000 }]);
  });

  it('does not hold up another service', () => {
    const to = 'arn:aws:lambda:eu-west-1:000000000000:function:mafia-local-vote';

    expect(hears(nothingKnown, { ...crash('pong', 'r1'), to })).toEqual(nothingKnown);
  });
});
