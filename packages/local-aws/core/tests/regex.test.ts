import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Regex } from '../regex/regex.ts';

const fits = (pattern: string, text: string) => new Regex(pattern).fits(text);

/** Expressions that mean the same to JavaScript. */
const expression = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\d', '^', '$', '\\b', '(?=a)', '(?!b)', ''),
    fc.tuple(tie('any'), tie('any')).map(([one, other]) => one + other),
    fc.tuple(tie('any'), tie('any')).map(([one, other]) => `(?:${one}|${other})`),
    tie('any').map((one) => `(${one})`),
    fc
      .tuple(tie('any'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '*?', '+?'))
      .map(([one, how]) => `(?:${one})${how}`),
  ),
})).any;
const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', ' '), maxLength: 12 });

describe('a regular expression', () => {
  it('fits what JavaScript says that it fits', () => {
    fc.assert(
      fc.property(expression, text, (pattern, subject) => {
        expect(fits(pattern, subject)).toBe(new RegExp(`^(?:${pattern})$`).test(subject));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['n+', 'Ann and Anna', 1, 3, ['nn']],
    ['(a)(b)?', 'xa', 1, 2, ['a', 'a', undefined]],
    ['(\\w+)@(?<host>\\w+)', 'to ann@home', 3, 11, ['ann@home', 'ann', 'home']],
    ['a*?b', 'aab', 0, 3, ['aab']],
    ['(a|ab)(c|bcd)', 'abcd', 0, 4, ['abcd', 'a', 'bcd']],
    ['[$]0', '$1 $0', 3, 5, ['$0']],
    ['', 'x', 0, 0, ['']],
  ])('%s is found in %s from %s to %s', (pattern, subject, start, end, groups) => {
    expect(new Regex(pattern).find(subject)).toEqual({ start, end, groups });
  });

  it.each([
    ['[a-z&&[^aeiou]]+', 'xyz', 'xaz'],
    ['[a-c[x-z]]+', 'abyz', 'm'],
    ['\\p{Alpha}+\\p{L}', 'abé', 'a1é'],
    ['(?i)post|GET', 'Get', 'PUT'],
    ['a(?i:b)c', 'aBc', 'aBC'],
    ['\\Qa.b\\E', 'a.b', 'axb'],
    ['(?s)a.b', 'a\nb', 'a\n'],
    ['\\x41\\u0042\\t', 'AB\t', 'ABt'],
    ['.', '😀', '😀😀'],
    ['\\[4\\d{2}\\].*', '[404] no', '[504] no'],
    ['(?=.*[A-Z])(?=.*\\d).{4,}', 'Abc1', 'abc1'],
  ])('%s is read as Java reads it', (pattern, fitting, other) => {
    expect([fits(pattern, fitting), fits(pattern, other)]).toEqual([true, false]);
  });

  it.each(['(a+)+b', '(a|aa)+b', '(a*)*b', '(.*a){12}b', '(?=(a+)+b)a*'])(
    '%s takes no more steps than the text is long, times the pattern',
    (pattern) => {
      let steps = 0;
      const found = new Regex(pattern).fits('a'.repeat(2000), (more) => {
        steps += more;
      });

      expect(found).toBe(false);
      expect(steps).toBeLessThan(2000 * 150);
    },
  );

  it.each([
    ['(a)\\1', 'references to groups'],
    ['(?<=a)b', 'lookbehinds'],
    ['a++', 'possessive'],
    ['a{2000}', 'a repetition of {2000,2000}'],
    ['((a{100}){100}){100}', 'too large'],
    ['(a', 'unclosed group'],
    ['a)', 'unmatched )'],
    ['[a', 'unclosed character class'],
    ['[b-a]', 'an illegal character range'],
    ['*a', 'a quantifier behind nothing'],
    ['\\y', 'the escape \\y'],
    ['a\\', 'it ends in the middle'],
    ['\\p{Nope}', 'unknown character property {Nope}'],
  ])('%s is refused: %s', (pattern, reason) => {
    expect(() => new Regex(pattern)).toThrow(reason);
  });
});
