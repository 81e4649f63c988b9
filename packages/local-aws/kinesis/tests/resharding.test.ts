import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evenStarts, FIRST_KEY, keyAfter, LAST_KEY } from '../hashKeys.ts';
import { evenSteps, resharded } from '../resharding.ts';
import { endOfShard, readSequence, sequenceNumber } from '../sequence.ts';
import type { KeptShard } from '../shard.ts';
import { firstShards } from '../stream.ts';

const NOW_MS = Date.parse('2030-01-01T00:00:00Z');
const open = (shards: readonly KeptShard[]) =>
  shards
    .filter(({ closedAtMs }) => closedAtMs === undefined)
    .sort((left, right) => (left.startingKey < right.startingKey ? -1 : 1));

describe('a new number of shards', () => {
  it('leaves shards of the same size that take every key once, whatever there was before', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), counts, (first, targets) => {
        let shards = firstShards(first, NOW_MS);
        for (const [index, count] of targets.entries()) {
          shards = resharded(shards, evenSteps(open(shards), shards.length, count), NOW_MS + index);

          const now = open(shards);
          expect(now.map(({ startingKey }) => startingKey)).toEqual(evenStarts(count));
          expect(now[0]?.startingKey).toBe(FIRST_KEY);
          expect(now.at(-1)?.endingKey).toBe(LAST_KEY);
          for (const [at, shard] of now.slice(1).entries())
            expect(shard.startingKey).toBe(keyAfter(now[at]?.endingKey ?? '', 1n));
        }
        const isYoungerThanParents = ({ number, createdSeconds, parents }: KeptShard) =>
          parents.length <= 2 &&
          parents.every((parent) => parent < number && (shards[parent]?.createdSeconds ?? 0) < createdSeconds);
        expect(shards.every(isYoungerThanParents)).toBe(true);
        expect(shards.map(({ number }) => number)).toEqual(shards.map((_, index) => index));
      }),
    );
  });

  it.each([
    [1, 2, 1],
    [2, 4, 2],
    [4, 2, 2],
    [2, 2, 0],
    [2, 3, 3],
  ])('takes from %i to %i shards %i steps', (from, to, steps) => {
    expect(evenSteps(firstShards(from, NOW_MS), from, to)).toHaveLength(steps);
  });
});

describe('a sequence number', () => {
  const sequence = fc.record({
    shard: fc.integer({ min: 0, max: 10_000 }),
    shardCreatedSeconds: fc.integer({ min: 1_900_000_000, max: 1_900_100_000 }),
    index: fc.integer({ min: 0, max: 2 ** 40 }),
    seconds: fc.integer({ min: 1_900_000_000, max: 1_900_100_000 }),
  });

  it('has 56 digits, tells what it was made of, and is greater for a later shard or a later record', () => {
    fc.assert(
      fc.property(sequence, sequence, (one, other) => {
        const [first, second] = [sequenceNumber(one), sequenceNumber(other)];
        expect(readSequence(first)).toEqual(one);
        expect(first).toMatch(/^\d{56}$/);
        expect(first < endOfShard(one)).toBe(true);
        if (one.shardCreatedSeconds < other.shardCreatedSeconds) expect(first < second).toBe(true);
        const next = sequenceNumber({ ...one, index: one.index + 1, seconds: one.seconds - 5 });
        expect(first < next).toBe(true);
      }),
    );
  });

  it.each(['', '1', 'x'.repeat(56), '9'.repeat(56)])('is none when it reads %p', (text) => {
    expect(readSequence(text)).toBeUndefined();
  });
});
