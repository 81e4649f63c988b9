import type { Standing } from '@arcade/events/contracts/space-invaders';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rankOf } from '../domain/rank.ts';

const someone = fc.record({
  score: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 999_999_999 })),
  lives: fc.integer({ min: 0, max: 3 }),
  shots: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 999_999 })),
  name: fc.constantFrom('Ada', 'Ada.1', 'ada', 'Zoë', 'bob', '日本'),
});
type Someone = Omit<Standing, 'level'> & { name: string };

/** The order of the board, as it is told of. */
function compared(one: Someone, other: Someone): number {
  return (
    other.score - one.score ||
    other.lives - one.lives ||
    one.shots - other.shots ||
    Buffer.compare(Buffer.from(one.name), Buffer.from(other.name))
  );
}

describe('rankOf', () => {
  it('sorts by score, lives, shots and nickname', () => {
    fc.assert(
      fc.property(someone, someone, (one, other) => {
        const [a, b] = [Buffer.from(rankOf(one, one.name)), Buffer.from(rankOf(other, other.name))];
        expect(Math.sign(Buffer.compare(a, b))).toBe(Math.sign(compared(one, other)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is the same text for the same standing, of one width before the name', () => {
    expect(rankOf({ score: 15, lives: 2, shots: 4 }, 'Ann')).toBe('999999984.1.000004.Ann');
    expect(rankOf({ score: 999_999_999, lives: 0, shots: 999_999 }, 'Ann')).toBe('000000000.3.999999.Ann');
  });
});
