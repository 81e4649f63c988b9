import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { blocksOf, firstBlockOf, slotOf } from '../domain/seats.ts';
import { NOW_MS, sessionOf } from './parts.ts';

it('a session has its seats in blocks, the last of which may be smaller, from wherever one looks first', () => {
  const session = sessionOf({ sessionId: 's', seats: 450 });

  expect([...blocksOf(session, 200)]).toEqual([
    { block: 's#0', capacity: 200 },
    { block: 's#1', capacity: 200 },
    { block: 's#2', capacity: 50 },
  ]);
  expect([...blocksOf(session, 200, 4)].map(({ block }) => block)).toEqual(['s#1', 's#2', 's#0']);
});

it('blocks have as many seats as the session, each of them one at least', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 300 }), fc.nat(), (seats, per, first) => {
      const blocks = [...blocksOf(sessionOf({ seats }), per, first)];

      expect(blocks.reduce((sum, { capacity }) => sum + capacity, 0)).toBe(seats);
      expect(new Set(blocks.map(({ block }) => block)).size).toBe(blocks.length);
      for (const { capacity } of blocks) expect(capacity > 0 && capacity <= per).toBe(true);
    }),
  );
});

it('players look at different blocks first', () => {
  const first = Array.from({ length: 1000 }, () => firstBlockOf(crypto.randomUUID()) % 10);

  for (let n = 0; n < 10; n += 1) expect(first.filter((one) => one === n).length).toBeGreaterThan(50);
});

it('a slot is never later than what is in it, and 15 seconds long', () => {
  expect([0, 14_999, 15_000].map((ms) => slotOf(NOW_MS + ms) - NOW_MS)).toEqual([0, 0, 15_000]);
});
