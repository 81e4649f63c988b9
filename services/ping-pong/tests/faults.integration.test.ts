import { describe, it } from '@jest/globals';
import { expectFaultyStrokes, FAULTY_STROKES_MS } from './faulty.ts';

describe('with 20 % duplicates, delays and crashes', () => {
  // The simulation in protocol.test.ts plays ten seeds of 1,000 strokes; here it is the bundles as they deploy, for as long as
  // it takes to meet each kind of fault some twenty times. Five seeds of 1,000 are played in faults.long.test.ts.
  it(
    '300 strokes keep one ball, and a score that equals the points announced',
    () => expectFaultyStrokes(300, 1),
    FAULTY_STROKES_MS,
  );
});
