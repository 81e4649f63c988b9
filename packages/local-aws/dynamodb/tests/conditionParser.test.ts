import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { conditionParser } from '../changedModules.ts';
import type { ExpressionParser } from '../expressions.ts';

// Nothing here may import the engine, which puts the changed parser into the place of this one.
const own = createRequire(import.meta.url)('dynalite/db/conditionParser') as ExpressionParser;

/** What a parser makes of a condition, with what it takes away from its context. */
function parsed(parser: ExpressionParser, text: string): unknown {
  const context = {
    attrNames: { '#n': 'name', '#toString': 'other' },
    attrVals: { ':a': { S: 'a' }, ':b': { N: '1' }, ':s': { SS: ['a'] } },
    unusedAttrNames: { '#n': true, '#toString': true },
    unusedAttrVals: { ':a': true, ':b': true, ':s': true },
    isReserved: (name: string) => name === 'name',
    compare: () => true,
  };
  try {
    return [parser.parse(text, { context }), context.unusedAttrNames, context.unusedAttrVals];
  } catch (error) {
    return error instanceof Error || (error as Error).name === 'SyntaxError' ? (error as Error).message : error;
  }
}

const { condition } = fc.letrec<{ condition: string; operand: string }>((tie) => {
  const list = (one: fc.Arbitrary<string>, least: number, most: number) =>
    fc.array(one, { minLength: least, maxLength: most }).map((texts) => texts.join(', '));
  const joined = (...parts: (string | fc.Arbitrary<string>)[]) =>
    fc
      .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
      .map((texts) => texts.join(''));
  const seldom = (weight: number, ...texts: string[]) => ({ weight, arbitrary: fc.constantFrom(...texts) });
  const operand = fc.oneof(
    { maxDepth: 3 },
    seldom(12, 'x', 'x.y', 'x[1].y', '#n', '#n.z', 'z', ':a', ':b', ':s'),
    seldom(1, 'name', '#none', ':none', '', 'x.', 'x y'),
    { weight: 3, arbitrary: joined('(', tie('operand'), ')') },
    { weight: 2, arbitrary: joined('size(', tie('operand'), ')') },
    { weight: 1, arbitrary: joined(fc.constantFrom('begins_with', 'nothing'), '(', list(tie('operand'), 1, 2), ')') },
  );
  const condition = fc.oneof(
    { maxDepth: 5 },
    joined(tie('operand'), fc.oneof(seldom(9, ' = ', '<>', ' <= ', '>'), seldom(1, ' ')), tie('operand')),
    joined(fc.constantFrom('attribute_exists', 'attribute_type', 'contains'), '(', list(tie('operand'), 1, 3), ')'),
    joined(tie('operand'), ' BETWEEN ', tie('operand'), ' AND ', tie('operand')),
    joined(tie('operand'), ' IN (', list(tie('operand'), 1, 3), ')'),
    joined('(', tie('condition'), fc.oneof(seldom(9, ')', ' )'), seldom(1, ''))),
    joined('NOT ', tie('condition')),
    joined(tie('condition'), fc.oneof(seldom(9, ' AND ', ' or '), seldom(1, ') AND (')), tie('condition')),
  );
  return { condition, operand };
});

describe('the parser of conditions', () => {
  it('makes of any text what dynalite’s own makes of it', () => {
    const changed = conditionParser();
    fc.assert(
      fc.property(condition, (text) => {
        expect(parsed(changed, text)).toEqual(parsed(own, text));
      }),
      { numRuns: 150 },
    );
  });
});
