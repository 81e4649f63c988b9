import { describe, it } from '@jest/globals';
import { expectFaultyStrokes, FAULTY_STROKES_MS } from './faulty.ts';

describe('with 20 % duplicates, delays and crashes', () => {
  it.each([1, 2, 3, 4, 5])(
    '1,000 strokes keep one ball, and a score that equals the points announced (seed %i)',
    (seed) => expectFaultyStrokes(1000, seed),
    FAULTY_STROKES_MS,
  );
});
