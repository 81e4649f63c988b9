import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Scaling, StreamShards, Traffic } from '../domain/ports.ts';
import { DAY_MS, nextShards, scale, wantedShards } from '../domain/scale.ts';
import { NOW_MS, sessionOf } from './parts.ts';

const QUIET: Traffic = { recordsPerSecond: 0, bytesPerSecond: 0, refused: 0 };
const LIMITS = { leastShards: 1, mostShards: 100, statusEveryMs: 300 };
const MINUTE_MS = 60_000;

describe('as many shards are wanted', () => {
  it.each<[string, number, Partial<Traffic>, object, number]>([
    ['as there are to be at least, while nobody plays', 0, {}, { leastShards: 2 }, 2],
    ['as 200 seats can fill to seven tenths at a status each 300 ms', 200, {}, {}, 1],
    ['as 210 can, which is just that', 210, {}, {}, 1],
    ['as 211 can, of which one shard has not room enough', 211, {}, {}, 2],
    ['as 2,000 can', 2000, {}, {}, 10],
    ['as 200 can that send each 100 ms', 200, {}, { statusEveryMs: 100 }, 3],
    ['as there may be at the most', 200_000, {}, {}, 100],
    ['as the records of late fill, where those are more', 200, { recordsPerSecond: 2101 }, {}, 4],
    ['as the bytes of late fill, where those are more', 200, { bytesPerSecond: 1_500_000 }, {}, 3],
    ['as a byte more takes than five hold', 0, { bytesPerSecond: 3_670_017 }, {}, 6],
    ['and one more than there are, where records were refused', 0, { refused: 1 }, {}, 6],
  ])('%s', (_what, seats, traffic, limits, expected) => {
    const sessions = seats > 0 ? [{ seats: seats - 1 }, { seats: 1 }] : [];

    expect(wantedShards(sessions, { ...QUIET, ...traffic }, 5, { ...LIMITS, ...limits })).toBe(expected);
  });
});

describe('the next number of shards', () => {
  const agoMs = (...minutes: number[]) => minutes.map((ago) => NOW_MS - ago * MINUTE_MS);

  it.each<[string, number, number, number[], number | undefined]>([
    ['is what is wanted', 2, 3, [], 3],
    ['is at most twice as many', 2, 9, [], 4],
    ['is at least half as many', 9, 1, [], 5],
    ['is none where there are as many', 3, 3, [], undefined],
    ['grows at once after it has grown', 2, 4, agoMs(1), 4],
    ['shrinks a quarter of an hour after it was set', 4, 2, agoMs(15), 2],
    ['does not shrink before', 4, 2, agoMs(14.9), undefined],
    ['grows for the tenth time in 24 hours', 2, 4, agoMs(...Array(9).fill(60)), 4],
    ['does not for the eleventh', 2, 4, agoMs(...Array(10).fill(60)), undefined],
    ['does again when 24 hours have passed', 2, 4, agoMs(1440, ...Array(9).fill(60)), 4],
    ['shrinks for the fourth time', 4, 2, agoMs(...Array(3).fill(60)), 2],
    ['keeps what is left then for growing', 4, 2, agoMs(...Array(4).fill(60)), undefined],
  ])('%s', (_what, open, wanted, scaledAtMs, expected) => {
    expect(nextShards(open, wanted, scaledAtMs, NOW_MS)).toBe(expected);
  });

  it('is never set more than ten times a day, nor beyond double or half, whatever is wanted', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 64 }), { maxLength: 400 }), (wishes) => {
        let open = 1;
        const set: number[] = [];
        for (const [index, wanted] of wishes.entries()) {
          const nowMs = NOW_MS + index * 7 * MINUTE_MS;
          const next = nextShards(open, wanted, set, nowMs);
          if (next === undefined) continue;
          expect(next !== open && next <= open * 2 && next >= open / 2).toBe(true);
          open = next;
          set.push(nowMs);
          expect(set.filter((atMs) => nowMs - atMs < DAY_MS).length).toBeLessThanOrEqual(10);
        }
      }),
    );
  });
});

describe('a run', () => {
  function run(
    stream: Partial<{ open: number; isActive: boolean; answer: 'done' | 'busy' | 'spent' }>,
    scaled: number[] = [],
  ) {
    const { open = 1, isActive = true, answer = 'done' } = stream;
    const set: number[] = [];
    const asked: [number, number][] = [];
    const since: number[] = [];
    const kept: Scaling[] = [];
    const shards: StreamShards = {
      describe: async () => ({ open, isActive }),
      async traffic(nowMs, refusedSinceMs) {
        asked.push([nowMs, refusedSinceMs]);
        return QUIET;
      },
      async set(count) {
        set.push(count);
        return answer;
      },
    };
    async function* sessions() {
      yield { ...sessionOf({ seats: 9000, closedAtMs: NOW_MS }), settledBlocks: 0 };
      yield { ...sessionOf({ seats: 900, isSynchronized: true }), settledBlocks: 0 };
    }
    const outcome = scale({
      ...LIMITS,
      now: () => NOW_MS,
      sessions: { unsettled: sessions },
      scalings: {
        async since(atMs) {
          since.push(atMs);
          return scaled;
        },
        keep: async (scaling) => void kept.push(scaling),
      },
      stream: shards,
    });
    return outcome.then((result) => ({ ...result, set, kept, asked, since }));
  }

  it('sets the number for a session that has not started yet, and keeps when it did', async () => {
    expect(await run({ open: 3 })).toMatchObject({
      open: 3,
      wanted: 5,
      outcome: { from: 3, to: 5 },
      set: [5],
      kept: [{ atMs: NOW_MS, from: 3, to: 5 }],
    });
  });

  it('asks how often it was set in the 24 hours before', async () => {
    expect((await run({})).since).toEqual([NOW_MS - DAY_MS]);
  });

  it('asks what was refused since it was last set: what was before has been answered by that', async () => {
    const { asked } = await run({}, [NOW_MS - 2 * MINUTE_MS, NOW_MS - MINUTE_MS]);

    expect(asked).toEqual([[NOW_MS, NOW_MS - MINUTE_MS]]);
  });

  it.each([
    ['leaves a stream alone that is being changed', { isActive: false }, [], 'busy', []],
    ['lets it be when somebody else has just changed it', { answer: 'busy' as const }, [], 'busy', [2]],
    ['says that it can be set no more today, by its own count', {}, Array(10).fill(NOW_MS - 1), 'spent', []],
    ['and by what Kinesis says', { answer: 'spent' as const }, [], 'spent', [2]],
    ['does nothing where there are shards enough', { open: 5 }, [], 'kept', []],
  ])('%s', async (_what, stream, scaled, outcome, set) => {
    const open = 'open' in stream ? stream.open : 1;
    expect(await run(stream, scaled)).toMatchObject({ open, wanted: 5, outcome, set, kept: [] });
  });
});
