import { createRequire } from 'node:module';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type ExpressionParser, rememberExpressions } from '../expressions.ts';

const require = createRequire(import.meta.url);
/** dynalite's own, before the engine has them remember. */
const parse = (require('dynalite/db/conditionParser') as ExpressionParser).parse;
const parseUpdate = (require('dynalite/db/updateParser') as ExpressionParser).parse;
const parserOf = (text: string) => (text.startsWith('SET') ? parseUpdate : parse);

let parser: ExpressionParser;
let calls: number;
beforeEach(() => {
  calls = 0;
  parser = {
    parse(text, options) {
      calls += 1;
      return parserOf(text)(text, options);
    },
  };
  rememberExpressions(parser);
});

const contextOf = (attrNames: Record<string, string>, attrVals: Record<string, Record<string, unknown>>) => ({
  attrNames,
  attrVals,
  unusedAttrNames: Object.fromEntries([...Object.keys(attrNames), '#left'].map((name) => [name, true])),
  unusedAttrVals: Object.fromEntries([...Object.keys(attrVals), ':left'].map((name) => [name, true])),
  isReserved: () => false,
  compare: (_comparison: string, low: { N: string }, high: { N: string }) => Number(low.N) > Number(high.N),
});

const EXPRESSIONS = [
  'attribute_not_exists(#a) OR (#a = :x AND (b < :y OR contains(c, :x)))',
  'size(#a) > :y AND NOT begins_with(c[1].d, :x)',
  'a IN (:x, :y)',
  'SET #a = if_not_exists(b, :y) + :y, c.d[0] = list_append(c.e, :l) REMOVE f ADD g :y',
  'SET #a = :x',
];

describe('an expression that is remembered', () => {
  it.each(EXPRESSIONS)('reads as if it were parsed anew, with the values of each time: %s', (text) => {
    for (const [x, y] of [
      ['one', '1'],
      ['two', '2'],
      ['one', '3'],
    ] as const) {
      const shared = { N: y };
      const context = () =>
        contextOf({ '#a': 'name' }, { ':x': { S: x }, ':y': shared, ':z': shared, ':l': { L: [{ S: x }] } });
      const [expected, actual] = [context(), context()];

      expect(parser.parse(text, { context: actual })).toEqual(parserOf(text)(text, { context: expected }));
      expect(actual).toMatchObject({
        unusedAttrNames: expected.unusedAttrNames,
        unusedAttrVals: expected.unusedAttrVals,
      });
      expect(actual.unusedAttrVals).not.toHaveProperty(text.includes(':x') ? ':x' : ':y');
    }
    expect(calls).toBe(1);
  });

  it('is another one with other names, other types of values, or as a condition on keys', () => {
    const of = (name: string, value: Record<string, unknown>, more = {}) =>
      parser.parse('#a = :x', { context: { ...contextOf({ '#a': name }, { ':x': value }), ...more } });

    expect(of('one', { S: 'x' })).not.toEqual(of('two', { S: 'x' }));
    of('one', { N: '1' });
    of('one', { S: 'x' }, { isKeyCondition: true });

    expect(calls).toBe(4);
  });

  it('is parsed anew where its values decide, and where it is wrong', () => {
    const between = (low: string) =>
      parser.parse('a BETWEEN :x AND :y', { context: contextOf({}, { ':x': { N: low }, ':y': { N: '5' } }) });

    expect(typeof between('1')).toBe('object');
    expect(between('9')).toContain('upper bound to be greater than or equal to lower bound');
    expect(parser.parse('a = :missing', { context: contextOf({}, {}) })).toContain(':missing');
  });

  it('gives each call a copy of its own', () => {
    const context = () => contextOf({}, { ':x': { N: '1' } });
    const first = parser.parse('a = :x', { context: context() }) as { pathHeads: Record<string, unknown> };
    first.pathHeads.spoilt = true;

    expect(parser.parse('a = :x', { context: context() })).not.toHaveProperty('pathHeads.spoilt');
  });

  it('is forgotten when others have filled the memory, and not remembered where its names alone would', () => {
    const withNames = (name: string) =>
      parser.parse('#a = :x', { context: contextOf({ '#a': name }, { ':x': { N: '1' } }) });
    const long = 'n'.repeat(19_000);

    for (let count = 0; count < 49; count += 1) withNames(`${long}${count}`);
    withNames(`${long}0`);
    expect(calls).toBe(49);
    for (let count = 49; count < 98; count += 1) withNames(`${long}${count}`);
    withNames(`${long}0`);
    expect(calls).toBe(99);

    withNames('n'.repeat(20_000));
    withNames('n'.repeat(20_000));
    expect(calls).toBe(101);
  });
});
