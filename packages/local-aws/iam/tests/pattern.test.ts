import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { processorTime } from '../../core/tests/processorTime.ts';
import { compilePattern, type PatternKind } from '../pattern.ts';
import { requestKeys } from '../requestKeys.ts';
import { NOW_MS, PONG, TOPIC } from './asking.ts';

const keys = requestKeys(PONG, { action: 'sns:Publish', resource: TOPIC }, NOW_MS);

const fits = (pattern: string, text: string, kind: PatternKind = { wildcards: true }) =>
  compilePattern(pattern, kind, true)(keys)?.(text);

/** A glob by its definition, slowly: the head fits and the rest does, whatever `*` stands for. */
function fitsSlowly(pattern: string, text: string): boolean {
  const [head, tail] = [pattern[0], pattern.slice(1)];
  if (head === undefined) return text === '';
  if (head === '*') return fitsSlowly(tail, text) || (text !== '' && fitsSlowly(pattern, text.slice(1)));
  return text !== '' && (head === '?' || head === text[0]) && fitsSlowly(tail, text.slice(1));
}

/** AWS compares each of the six parts of an ARN by itself; the last may hold colons. */
function fitsArnSlowly(pattern: string, text: string): boolean {
  const parts = (arn: string) =>
    /^(?:([^:]*):)(?:([^:]*):)(?:([^:]*):)(?:([^:]*):)(?:([^:]*):)(.*)$/s.exec(arn)?.slice(1);
  const [wanted, found] = [parts(pattern) ?? pattern.split(':'), parts(text) ?? text.split(':')];
  return wanted.length === found.length && wanted.every((part, index) => fitsSlowly(part, found[index] ?? ''));
}

const text = fc.stringMatching(/^[ab\n]{0,10}$/);
const pattern = fc.stringMatching(/^[ab*?]{0,8}$/);

describe('a pattern', () => {
  it('fits what it fits by definition', () => {
    fc.assert(
      fc.property(pattern, text, (wanted, found) => {
        expect(fits(wanted, found)).toBe(fitsSlowly(wanted, found));
      }),
      { numRuns: 500 },
    );
  });

  it('fits each part of an ARN by itself', () => {
    const arn = (part: fc.Arbitrary<string>) =>
      fc.array(part, { minLength: 4, maxLength: 8 }).map((parts) => parts.join(':'));
    const wanted = arn(fc.constantFrom('a', 'b', '*', '?', 'a*', ''));
    const found = arn(fc.constantFrom('a', 'b', 'ab', ''));
    fc.assert(
      fc.property(wanted, found, (one, other) => {
        fc.pre(one !== '*');
        expect(fits(one, other, { wildcards: true, arn: true })).toBe(fitsArnSlowly(one, other));
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, PatternKind]>([
    ['a text', { wildcards: true }],
    ['an action', { wildcards: true, ignoreCase: true }],
    ['an ARN', { wildcards: true, arn: true }],
  ])('of many wildcards is as quick as any with %s that nearly fits', (_what, kind) => {
    const start = kind.arn ? 'a:a:a:a:a:' : '';
    const nearly = `${start}${'a'.repeat(600)}`;
    const tookMs = processorTime();

    for (const wildcards of [4, 250]) {
      expect(fits(`${start}${'*a'.repeat(wildcards)}*b`, nearly, kind)).toBe(false);
      expect(fits(`${start}${'*a'.repeat(wildcards)}*b`, `${nearly}b`, kind)).toBe(true);
    }

    // A regular expression takes ten seconds for four, and longer than there is time for the rest.
    expect(tookMs()).toBeLessThan(5000);
  });

  it('of nothing but the beginnings of variables is read at once', () => {
    const wanted = '${'.repeat(200_000);
    const tookMs = processorTime();

    expect(fits(wanted, wanted)).toBe(true);

    expect(tookMs()).toBeLessThan(5000);
  });
});
