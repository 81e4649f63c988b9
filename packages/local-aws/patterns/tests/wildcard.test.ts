import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { areTooComplex, compileWildcard } from '../wildcard.ts';

const wildcard = (pattern: string) => compileWildcard(pattern, (reason) => new Error(reason));
const escaped = (text: string) => text.replace(/[\\*]/g, '\\$&');
const text = (maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'b', '*', '\\'), maxLength });

/** Tries everything that a star may stand for. */
function fitsByTrying(pattern: (string | null)[], value: string): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return value === '';
  if (first !== null) return value[0] === first && fitsByTrying(rest, value.slice(1));
  return fitsByTrying(rest, value) || (value !== '' && fitsByTrying(pattern, value.slice(1)));
}

describe('a wildcard', () => {
  it('matches what a matcher that tries everything matches', () => {
    // Few letters, so that what stands between stars overlaps in the text.
    const literals = fc
      .array(text(4), { minLength: 1, maxLength: 5 })
      .filter((parts) => !parts.slice(1, -1).includes(''));
    fc.assert(
      fc.property(literals, text(12), fc.array(text(3), { maxLength: 5 }), (parts, other, between) => {
        const wanted = parts.flatMap((part, index) => (index === 0 ? [...part] : [null, ...part]));
        const alike = parts.map((part, index) => `${part}${between[index] ?? ''}`).join('');
        const { matches } = wildcard(parts.map(escaped).join('*'));

        const overlapping = parts.reduce(
          (value, part) => (value.endsWith(part[0] ?? '') ? value.slice(0, -1) : value) + part,
        );
        for (const value of [other, alike, parts.join(''), overlapping])
          expect(matches(value)).toBe(fitsByTrying(wanted, value));
      }),
      { numRuns: 500 },
    );
  });

  it('takes no longer for texts that were made to slow it down', () => {
    const long = 'a'.repeat(1_000_000);

    expect(wildcard('*a*a*a*a*a*a*a*a*b').matches(long)).toBe(false);
    expect(wildcard(`*${'a'.repeat(1000)}b${'a'.repeat(1000)}*`).matches(long)).toBe(false);
    expect(wildcard(`*${'a'.repeat(1000)}*b*`).matches(long)).toBe(false);
  });
});

describe('the wildcards of a field', () => {
  it.each([
    [false, ['arn:aws:events:*:*:event-bus/*']],
    [false, ['*/*/*/*']],
    [false, ['*.bif', '*.tiff', '*.tif', '*.svs']],
    [false, ['*/datasync/*.bif', '*/datasync/*.tif']],
    [true, ['*/datasync/*.bif', '*/datasync/*.tiff', '*/datasync/*.tif', '*/datasync/*.svs']],
    [true, ['*:*:*:*:*:event-bus/*']],
    [true, Array.from({ length: 11 }, (_, index) => `file-${index}-*`)],
    [false, Array.from({ length: 11 }, () => 'file-*')],
    [false, [`*${'a'.repeat(9)}b`]],
    [true, [`*${'a'.repeat(10)}b`]],
    [false, [`${'a'.repeat(200)}*`]],
    [true, ['ab*', `*${'ba'.repeat(20)}*`]],
  ])('are too complex together: %s, for %j', (expected, patterns) => {
    expect(areTooComplex(patterns.map(wildcard))).toBe(expected);
  });

  it('are refused or taken in a moment, however they were chosen', () => {
    const nested = ['a', 'ab', 'aba', 'abab'].map((head) => `${head}*${'ab'.repeat(250)}*${'ba'.repeat(200)}`);

    expect(areTooComplex(nested.map(wildcard))).toBe(true);
    expect(areTooComplex([wildcard(`${Array.from({ length: 400 }, (_, index) => `*${index}`).join('')}`)])).toBe(true);
  });
});
