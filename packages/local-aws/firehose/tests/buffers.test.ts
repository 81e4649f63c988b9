import { describe, expect, it } from '@jest/globals';
import { Buffers, type Place } from '../buffers.ts';

const HINTS = { bufferBytes: 10, intervalMs: 1000 };
const ROOM: Place = { partition: { session: 'a' } };
const OTHER: Place = { partition: { session: 'b' } };
const record = (text: string) => ({ data: Buffer.from(text), arrivedAtMs: 0 });
const texts = (buffer?: { records: { data: Buffer }[] }) => buffer?.records.map(({ data }) => data.toString());

describe('buffers', () => {
  it('go when they are as large as hinted, each on its own, in the order of what came', () => {
    const buffers = new Buffers();

    expect(buffers.add(ROOM, record('12345'), 0, HINTS)).toBeUndefined();
    expect(buffers.add(OTHER, record('x'), 0, HINTS)).toBeUndefined();
    expect(texts(buffers.add(ROOM, record('67890'), 0, HINTS))).toEqual(['12345', '67890']);
    expect([buffers.size, buffers.has(ROOM), buffers.has(OTHER)]).toEqual([1, false, true]);
  });

  it('go when their first record is as old as hinted, and not before', () => {
    const buffers = new Buffers();
    buffers.add(ROOM, record('1'), 100, HINTS);
    buffers.add(OTHER, record('2'), 600, HINTS);
    buffers.add(ROOM, record('3'), 1000, HINTS);

    expect(buffers.nextDueMs(HINTS)).toBe(1100);
    expect(buffers.takeDue(1099, HINTS)).toEqual([]);
    expect(buffers.takeDue(1100, HINTS).map(texts)).toEqual([['1', '3']]);
    expect(buffers.nextDueMs(HINTS)).toBe(1600);
  });

  it('go before their time when the largest is asked for', () => {
    const buffers = new Buffers();
    expect(buffers.takeLargest()).toBeUndefined();
    buffers.add(ROOM, record('1'), 0, HINTS);
    buffers.add(OTHER, record('22'), 0, HINTS);

    expect(texts(buffers.takeLargest())).toEqual(['22']);
    expect(texts(buffers.takeLargest())).toEqual(['1']);
    expect(buffers.nextDueMs(HINTS)).toBeUndefined();
  });
});
