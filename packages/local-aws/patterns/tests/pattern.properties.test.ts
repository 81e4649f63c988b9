import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AwsError } from '../../core/errors.ts';
import { compilePattern } from '../pattern.ts';

const name = fc.string({ minLength: 1, maxLength: 4 }).filter((text) => text !== '$or' && text !== '__proto__');
const leaf = fc.oneof(fc.string({ maxLength: 6 }), fc.integer(), fc.boolean(), fc.constant(null));
const event = fc.dictionary(
  name,
  fc.oneof(leaf, fc.array(leaf, { minLength: 1, maxLength: 3 }), fc.dictionary(name, leaf, { minKeys: 1, maxKeys: 3 })),
  { minKeys: 1, maxKeys: 4 },
);

/** The pattern that asks for exactly the values of an event. */
function patternOf(value: unknown): unknown {
  if (Array.isArray(value)) return [value[0]];
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, patternOf(inner)]));
  }
  return [value];
}

const matched = (values: unknown[], value: unknown) =>
  compilePattern({ field: values }, 'events').matches({ field: value }).matched;

describe('laws of patterns', () => {
  it('an event matches the pattern of its own values', () => {
    fc.assert(
      fc.property(event, (sample) => {
        expect(compilePattern(patternOf(sample), 'events').matches(sample)).toEqual({ matched: true });
      }),
    );
  });

  it('what the pattern does not name never changes the result', () => {
    fc.assert(
      fc.property(event, event, leaf, (pattern, sample, extra) => {
        const compiled = compilePattern(patternOf(pattern), 'events');

        expect(compiled.matches({ ...sample, 'not in the pattern': extra }).matched).toBe(
          compiled.matches(sample).matched,
        );
      }),
    );
  });

  it('anything-but is the opposite of its list, for every single value', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 }), { minLength: 1 }), leaf, (list, value) => {
        expect(matched([{ 'anything-but': list }], value)).toBe(!matched(list, value));
      }),
    );
  });

  it('exists: true and exists: false never agree', () => {
    fc.assert(
      fc.property(event, name, (sample, key) => {
        const [present, absent] = [true, false].map(
          (exists) => compilePattern({ [key]: [{ exists }] }, 'events').matches(sample).matched,
        );

        expect(present).toBe(!absent);
      }),
    );
  });

  it('a numeric range is the conjunction of its two bounds', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 1000 }), fc.integer(), (bottom, width, value) => {
        const both =
          matched([{ numeric: ['>', bottom] }], value) && matched([{ numeric: ['<=', bottom + width] }], value);

        expect(matched([{ numeric: ['>', bottom, '<=', bottom + width] }], value)).toBe(both);
      }),
    );
  });

  it('a wildcard of prefix and suffix agrees with prefix and suffix on texts long enough for both', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '(') });
    fc.assert(
      fc.property(text, text, text, (prefix, suffix, value) => {
        fc.pre(value.length >= prefix.length + suffix.length);
        const both = matched([{ prefix }], value) && matched([{ suffix }], value);

        expect(matched([{ wildcard: `${prefix}*${suffix}` }], value)).toBe(both);
      }),
    );
  });

  it('$or of two patterns matches when one of them does', () => {
    fc.assert(
      fc.property(leaf, leaf, leaf, leaf, (wantedA, wantedB, a, b) => {
        const parts = [{ a: [wantedA] }, { b: [wantedB] }];
        const either = parts.some((part) => compilePattern(part, 'events').matches({ a, b }).matched);

        expect(compilePattern({ $or: parts }, 'events').matches({ a, b }).matched).toBe(either);
      }),
    );
  });

  it('any JSON is either compiled or refused with an error of the service, in every dialect', () => {
    const dialect = fc.constantFrom(
      'events' as const,
      'sns-attributes' as const,
      'sns-body' as const,
      'lambda' as const,
    );
    fc.assert(
      fc.property(fc.jsonValue(), event, dialect, (pattern, sample, whose) => {
        try {
          expect(typeof compilePattern(pattern, whose).matches(sample).matched).toBe('boolean');
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError);
        }
      }),
    );
  });
});
