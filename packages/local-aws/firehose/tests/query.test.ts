import { describe, expect, it } from '@jest/globals';
import { compileQuery } from '../query.ts';

const find = (query: string, record: unknown) =>
  compileQuery(query).find(Buffer.from(typeof record === 'string' ? record : JSON.stringify(record)));

describe('a query of simple paths', () => {
  const record = { a: { b: 'x', 'a b': 7, list: [{ c: true }] }, '0': 'zero' };
  it.each([
    ['{k: .a.b}', { k: 'x' }],
    [' { k : .a.b , "the list": .a.list[0].c } ', { k: 'x', 'the list': 'true' }],
    ['{k: .a["a b"], l: .["a"]["b"]}', { k: '7', l: 'x' }],
  ])('%s finds what is there', (query, found) => {
    expect(find(query, record)).toEqual(found);
  });
  it.each([
    ['nothing', '{k: .none}', record],
    ['nothing on the way', '{k: .none.b}', record],
    ['what every object has', '{k: .constructor.name}', record],
    ['what every list has', '{k: .a.list.length}', record],
    ['a member of an object by number', '{k: .[0]}', record],
    ['an object', '{k: .a}', record],
    ['an empty text', '{k: .e}', { e: '' }],
    ['null', '{k: .e}', { e: null }],
  ])('refuses %s', (_what, query, value) => {
    expect(() => find(query, value)).toThrow('partitionKeys values must not be null or empty');
  });
  it.each(['no JSON', '{"a":'])('refuses the record %s', (value) => {
    expect(() => find('{k: .a}', value)).toThrow('Non JSON record provided');
  });
  it.each([
    ['.a.b', 'no object'],
    ['{k: .a | tostring}', 'a pipe'],
    ['{k: .at[0:10]}', 'a slice'],
    ['{k: (.a)}', 'parentheses'],
    ['{k: .a // "x"}', 'an alternative'],
    ['{k: .a?}', 'what may be missing'],
    ['{k: "x"}', 'a text'],
    ['{k: .a, k: .b}', 'a name twice'],
    ['{k: .a,}', 'a comma too many'],
    ['{}', 'nothing'],
  ])('%s (%s) is refused when it is deployed', (query) => {
    expect(() => compileQuery(query)).toThrow(/simple path|twice/);
  });
});
