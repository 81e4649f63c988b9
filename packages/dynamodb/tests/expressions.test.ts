import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  and,
  between,
  changeText,
  conditionText,
  equal,
  exists,
  less,
  missing,
  not,
  or,
  Placeholders,
} from '../expressions.ts';

/** The text with its placeholders put back: readable, and proof that each points where it should. */
function readable(text: (placeholders: Placeholders) => string): string {
  const placeholders = new Placeholders();
  const written = text(placeholders);
  const { ExpressionAttributeNames = {}, ExpressionAttributeValues = {} } = placeholders.members();
  return written
    .replace(/#\d+/g, (name) => ExpressionAttributeNames[name] ?? '?')
    .replace(/:\d+/g, (value) => JSON.stringify(ExpressionAttributeValues[value]));
}

describe('conditions', () => {
  it.each([
    [equal('version', 3), 'version = 3'],
    [and(exists('id'), missing('endedAt')), 'attribute_exists(id) AND attribute_not_exists(endedAt)'],
    [or(less('score.ping', 11), not(equal('status', 'over'))), 'score.ping < 11 OR NOT (status = "over")'],
    [
      and(or(exists('a'), exists('b')), exists('c')),
      '(attribute_exists(a) OR attribute_exists(b)) AND attribute_exists(c)',
    ],
    [
      or(and(exists('a'), exists('b')), exists('c')),
      'attribute_exists(a) AND attribute_exists(b) OR attribute_exists(c)',
    ],
    [and(between('at', 1, 2), exists('c')), 'at BETWEEN 1 AND 2 AND attribute_exists(c)'],
    [not(and(exists('a'), exists('b'))), 'NOT (attribute_exists(a) AND attribute_exists(b))'],
    [between('at', 1, 2), 'at BETWEEN 1 AND 2'],
    [equal('points[0].winner', 'ping'), 'points[0].winner = "ping"'],
  ])('%j is written as %s', (condition, text) => {
    expect(readable((placeholders) => conditionText(condition, placeholders))).toBe(text);
  });

  it('keeps every name and value out of the text', () => {
    const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,20}$/);
    fc.assert(
      fc.property(word, word, fc.string(), (first, second, value) => {
        const placeholders = new Placeholders();

        const text = conditionText(equal(`${first}.${second}`, value), placeholders);

        expect(text).toMatch(/^#\d\.#\d = :0$/);
        expect(Object.values(placeholders.members().ExpressionAttributeNames ?? {})).toEqual([
          ...new Set([first, second]),
        ]);
      }),
    );
  });
});

describe('changes', () => {
  it('puts each kind of change into its clause', () => {
    const change = {
      set: { turn: 'ping', skipped: undefined },
      setIfMissing: { createdAt: 1 },
      append: { points: ['p'] },
      add: { version: 1 },
      remove: ['endedAt'],
    };

    expect(readable((placeholders) => changeText(change, placeholders))).toBe(
      'SET turn = "ping", createdAt = if_not_exists(createdAt, 1), points = list_append(if_not_exists(points, []), ["p"])' +
        ' ADD version 1 REMOVE endedAt',
    );
  });

  it('refuses a change of nothing, which DynamoDB would refuse too', () => {
    expect(() => changeText({ set: { a: undefined } }, new Placeholders())).toThrow(TypeError);
  });
});

describe('placeholders', () => {
  it('leaves the members out when there are none', () => {
    expect(new Placeholders().members()).toEqual({});
  });
});
