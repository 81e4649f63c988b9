import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareKeys, type ListQuery, listPage } from '../list.ts';

const KEYS = ['a', 'b/1', 'b/2', 'b/c/3', 'b0', 'd/', 'e'].sort(compareKeys);
const query = (more: Partial<ListQuery>): ListQuery => ({ prefix: '', delimiter: '', after: '', max: 1000, ...more });

describe('a page of a list', () => {
  it.each([
    ['everything', {}, KEYS, [], false],
    ['what begins so', { prefix: 'b/' }, ['b/1', 'b/2', 'b/c/3'], [], false],
    ['a folder, and the folders in it once each', { prefix: 'b/', delimiter: '/' }, ['b/1', 'b/2'], ['b/c/'], false],
    ['the top', { delimiter: '/' }, ['a', 'b0', 'e'], ['b/', 'd/'], false],
    ['what comes after a key', { after: 'b/2' }, ['b/c/3', 'b0', 'd/', 'e'], [], false],
    ['what comes after a common prefix', { delimiter: '/', after: 'b/' }, ['b0', 'e'], ['d/'], false],
    ['what comes after a key of a folder', { delimiter: '/', after: 'b/1' }, ['b0', 'e'], ['d/'], false],
    ['as much as is asked for', { max: 2 }, ['a', 'b/1'], [], true],
    ['common prefixes as one each', { delimiter: '/', max: 2 }, ['a'], ['b/'], true],
    ['nothing', { max: 0 }, [], [], false],
  ] as const)('is %s', (_what, more, keys, prefixes, isTruncated) => {
    expect(listPage(KEYS, query(more))).toMatchObject({ keys, prefixes, isTruncated });
  });

  it('goes on where the one before ended, with nothing missing and nothing twice', () => {
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '-', 'ä', '😀'), minLength: 1, maxLength: 6 });
    const cases = fc.record({
      keys: fc.uniqueArray(key, { maxLength: 20 }),
      delimiter: fc.constantFrom('', '/', 'a'),
      prefix: fc.constantFrom('', 'a', 'a/'),
      max: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(cases, ({ keys, delimiter, prefix, max }) => {
        const sorted = [...keys].sort(compareKeys);
        const whole = listPage(sorted, query({ prefix, delimiter }));
        const found: string[] = [];
        let page = listPage(sorted, query({ prefix, delimiter, max }));
        for (;;) {
          found.push(...[...page.keys, ...page.prefixes].sort(compareKeys));
          if (!page.isTruncated) break;
          page = listPage(sorted, query({ prefix, delimiter, max, after: page.last ?? '' }));
        }
        expect(found).toEqual([...whole.keys, ...whole.prefixes].sort(compareKeys));
      }),
    );
  });

  it('has the order of bytes in UTF-8', () => {
    expect(['\uffee', '😀', 'z', 'Z', 'é'].sort(compareKeys)).toEqual(['Z', 'z', 'é', '\uffee', '😀']);
  });
});
