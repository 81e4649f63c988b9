import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OrderedMap } from '../store/orderedMap.ts';

const key = fc.stringMatching(/^[a-c]{1,3}$/);
const bound = fc.option(key, { nil: undefined });

describe('OrderedMap', () => {
  it('gives the same ranges as a sorted list of its entries', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ key, remove: fc.boolean() }), { maxLength: 60 }),
        fc.record({ gt: bound, gte: bound, lt: bound, lte: bound, reverse: fc.boolean() }),
        fc.integer({ min: -1, max: 10 }),
        (writes, bounds, limit) => {
          const map = new OrderedMap<string>();
          const model = new Map<string, string>();
          for (const { key: name, remove } of writes) {
            if (remove) {
              map.delete(name);
              model.delete(name);
            } else {
              map.set(name, name.toUpperCase());
              model.set(name, name.toUpperCase());
            }
          }
          const { gt, gte, lt, lte, reverse } = bounds;
          const expected = [...model.keys()]
            .sort()
            .filter(
              (name) =>
                (gt === undefined || name > gt) &&
                (gte === undefined || name >= gte) &&
                (lt === undefined || name < lt) &&
                (lte === undefined || name <= lte),
            );
          if (reverse) expected.reverse();
          const range = Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined));

          expect(map.keys({ ...range, limit })).toEqual(limit < 0 ? expected : expected.slice(0, limit));
          expect(map.size).toBe(model.size);
        },
      ),
    );
  });

  it('keeps thousands of keys in order while they come and go', () => {
    const map = new OrderedMap<number>();
    const scattered = Array.from({ length: 5000 }, (_, index) => String((index * 7919) % 5000).padStart(4, '0'));
    for (const name of scattered) map.set(name, Number(name));
    for (const name of scattered.filter((_, index) => index % 2 === 0)) map.delete(name);

    const left = scattered.filter((_, index) => index % 2 === 1).sort();

    expect(map.keys()).toEqual(left);
    expect(map.keys({ reverse: true })).toEqual([...left].reverse());
    expect(map.firstKey()).toBe(left[0]);
  });
});
