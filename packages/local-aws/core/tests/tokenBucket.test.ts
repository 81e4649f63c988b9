import { describe, expect, it } from '@jest/globals';
import { TokenBucket } from '../tokenBucket.ts';

const HOUR_MS = 3_600_000;
const NOON_MS = 12 * HOUR_MS;

describe('a bucket of tokens', () => {
  it('has its burst at once, and its rate from then on', () => {
    const bucket = new TokenBucket({ rate: 10, burst: 2 }, NOON_MS);
    const atMs = [0, 0, 0, 99, 100, 100, 10_000, 10_000, 10_000];

    const goes = atMs.map((sinceMs) => bucket.take(NOON_MS + sinceMs));

    expect(goes).toEqual([true, true, false, false, true, false, true, true, false]);
  });

  it('loses nothing by a clock that goes back, and fills again from there', () => {
    const bucket = new TokenBucket({ rate: 10, burst: 2 }, NOON_MS);
    const earlierMs = NOON_MS - HOUR_MS;
    const atMs = [NOON_MS, earlierMs, earlierMs, earlierMs + 100];

    expect(atMs.map((nowMs) => bucket.take(nowMs))).toEqual([true, true, false, true]);
  });
});
