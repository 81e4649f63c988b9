import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JsonBoundsError, parseJson } from '../boundedJson.ts';

const nested = (levels: number) => `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`;

describe('JSON from outside', () => {
  it('is what JSON.parse makes of it, whatever stands in its texts', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.string({ unit: fc.constantFrom('[', '{', '"', '\\', 'a', ',') }),
        (value, text) => {
          const json = JSON.stringify([value, text, { [text]: text }]);

          expect(parseJson(json, { levels: 100 })).toEqual(JSON.parse(json));
          expect(parseJson(JSON.stringify(text), { levels: 0, values: 0 })).toBe(text);
        },
      ),
    );
  });

  it('is refused when it nests deeper than it may, and not when it only has many members', () => {
    expect(parseJson(nested(1000))).toEqual(JSON.parse(nested(1000)));
    expect(() => parseJson(nested(1002))).toThrow(new JsonBoundsError('it nests more than 1000 levels deep'));
    expect(() => parseJson('[[[]]]', { levels: 2 })).toThrow(SyntaxError);
    expect(parseJson(`[${'[[]],'.repeat(2000)}1]`)).toHaveLength(2001);
  });

  it('is refused when it has more values than it may, on however many levels', () => {
    expect(parseJson('[1,{"a":2}]', { values: 3 })).toEqual([1, { a: 2 }]);
    expect(() => parseJson('[1,{"a":2,"b":3}]', { values: 3 })).toThrow(
      new JsonBoundsError('it has more than 3 values'),
    );
    expect(() => parseJson(`[${'{},'.repeat(200_000)}1]`)).toThrow('it has more than 250000 values');
  });

  it('is refused as JSON.parse refuses it when it is none', () => {
    for (const text of ['', '[', '"', '"\\', '{"a"}', ']]]]'])
      expect(() => parseJson(text, { levels: 0 })).toThrow(SyntaxError);
  });
});
