import { describe, expect, it } from '@jest/globals';
import { ReadLimit } from '../readLimit.ts';

const MB = 1_048_576;

describe('a shard is read', () => {
  it('five times in any second', () => {
    const limit = new ReadLimit();

    const taken = [0, 0, 300, 600, 900, 999, 1000, 1001, 1299, 1300].map((ms) => limit.begin(ms));

    expect(taken).toEqual([true, true, true, true, true, false, true, true, false, true]);
  });

  it.each<[number, number]>([
    [0, 0],
    [1, 0],
    [2, 0],
    [4, 1000],
    [6, 2000],
    [10, 5000],
  ])('again at once after %d MB, or not for %d ms', (megabytes, ms) => {
    const limit = new ReadLimit();
    limit.begin(0);

    limit.gave(megabytes * MB, 0);

    expect([limit.begin(Math.max(ms - 1, 0)), limit.begin(ms + 1)]).toEqual([ms === 0 && megabytes < 2, true]);
  });
});
