import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../core/errors.ts';
import { compilePattern, type Dialect } from '../pattern.ts';

const matches = (pattern: unknown, event: unknown, dialect: Dialect = 'events') =>
  compilePattern(pattern, dialect).matches(event).matched;

/** The error with which `pattern` is refused. */
function refusal(pattern: unknown, dialect: Dialect = 'events'): AwsError {
  try {
    compilePattern(pattern, dialect);
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
  throw new Error(`accepted: ${JSON.stringify(pattern)}`);
}

describe('each operator decides as AWS documents it', () => {
  it.each<[string, unknown, unknown, boolean]>([
    ['an equal string', ['a'], 'a', true],
    ['a string in other letters', ['a'], 'A', false],
    ['an equal number', [300], 3.0e2, true],
    ['a number against its text', [300], '300', false],
    ['a boolean', [true], true, true],
    ['null', [null], null, true],
    ['null against an empty string', [null], '', false],
    ['the empty string', [''], '', true],
    ['the second of two values', ['a', 'b'], 'b', true],
    ['an element of an array', ['b'], ['a', 'b'], true],
    ['no element of an array', ['c'], ['a', 'b'], false],
    ['a prefix', [{ prefix: 'us-' }], 'us-east-1', true],
    ['another prefix', [{ prefix: 'us-' }], 'eu-west-1', false],
    ['the empty prefix against text', [{ prefix: '' }], 'any', true],
    ['the empty prefix against a number', [{ prefix: '' }], 1, false],
    ['a prefix in any letters', [{ prefix: { 'equals-ignore-case': 'EventB' } }], 'eventbridge', true],
    ['a suffix', [{ suffix: '.png' }], 'cat.png', true],
    ['a suffix in any letters', [{ suffix: { 'equals-ignore-case': '.PNG' } }], 'cat.png', true],
    ['equal but for the letters', [{ 'equals-ignore-case': 'alice' }], 'ALICE', true],
    ['anything but a value', [{ 'anything-but': 'a' }], 'b', true],
    ['anything but that value', [{ 'anything-but': 'a' }], 'a', false],
    ['anything but null is not asked', [{ 'anything-but': 'a' }], null, true],
    ['anything but, absent', [{ 'anything-but': 'a' }], undefined, false],
    ['anything but a list', [{ 'anything-but': [1, 2] }], 2, false],
    ['anything but a prefix', [{ 'anything-but': { prefix: 'a' } }], 'bat', true],
    ['anything but one of two prefixes', [{ 'anything-but': { prefix: ['a', 'b'] } }], 'bat', false],
    ['anything but a suffix', [{ 'anything-but': { suffix: '.png' } }], 'cat.png', false],
    ['anything but a wildcard', [{ 'anything-but': { wildcard: '*/lib/*' } }], 'a/lib/b', false],
    ['anything but, letters ignored', [{ 'anything-but': { 'equals-ignore-case': ['A', 'B'] } }], 'b', false],
    ['a number above', [{ numeric: ['>', 10] }], 11, true],
    ['a number at an open bound', [{ numeric: ['>', 10] }], 10, false],
    ['a number in a range', [{ numeric: ['>=', 10, '<', 20] }], 10, true],
    ['a number at the open top', [{ numeric: ['>=', 10, '<', 20] }], 20, false],
    ['a numeric text', [{ numeric: ['=', 10] }], '10', false],
    ['what exists', [{ exists: true }], 0, true],
    ['what is null exists', [{ exists: true }], null, true],
    ['an object is no value', [{ exists: true }], { b: 1 }, false],
    ['an empty array is no value', [{ exists: true }], [], false],
    ['what holds fields only does not exist', [{ exists: false }], { b: 1 }, true],
    ['null alone against another value', [null], 0, false],
    ['null or anything but, absent', [null, { 'anything-but': 'a' }], undefined, false],
    ['anything but a text, a number', [{ 'anything-but': 'a' }], 1, true],
    ['the empty suffix against text', [{ suffix: '' }], 'any', true],
    ['the empty wildcard against text', [{ wildcard: '' }], 'any', false],
    ['a number against its text in an item', [{ numeric: ['>', 1] }], '42', false],
    ['a field of one of several objects', [1], [[1], [2]], true],
    ['what is absent', [{ exists: false }], undefined, true],
    ['what should be absent', [{ exists: false }], 'here', false],
    ['absent or a value', [{ exists: false }, 'here'], 'here', true],
    ['an address in a network', [{ cidr: '10.0.0.0/24' }], '10.0.0.255', true],
    ['an address outside', [{ cidr: '10.0.0.0/24' }], '10.0.1.0', false],
    ['an IPv6 address', [{ cidr: '2001:db8::/32' }], '2001:db8::1', true],
    ['no address at all', [{ cidr: '10.0.0.0/24' }], 'ten', false],
    ['a wildcard', [{ wildcard: 'a*c*e' }], 'abcde', true],
    ['a wildcard that does not reach the end', [{ wildcard: 'a*c' }], 'abcd', false],
    ['an escaped star', [{ wildcard: 'a\\*c' }], 'a*c', true],
    ['an escaped star against another', [{ wildcard: 'a\\*c' }], 'abc', false],
    ['a dot is a dot', [{ wildcard: 'a.c*' }], 'abc', false],
  ])('%s', (_title, values, value, expected) => {
    expect(matches({ field: values }, value === undefined ? {} : { field: value })).toBe(expected);
  });
});

describe('fields', () => {
  it('must all match', () => {
    const pattern = { source: ['arcade'], detail: { kind: ['stroke'] } };

    expect(matches(pattern, { source: 'arcade', detail: { kind: 'stroke', n: 1 } })).toBe(true);
    expect(matches(pattern, { source: 'arcade', detail: { kind: 'let' } })).toBe(false);
  });

  it('must match in one element of an array of objects', () => {
    const pattern = { items: { id: [1], colour: ['red'] } };

    expect(matches(pattern, { items: [{ id: 2 }, { id: 1, colour: 'red' }] })).toBe(true);
    expect(
      matches(pattern, {
        items: [
          { id: 1, colour: 'blue' },
          { id: 2, colour: 'red' },
        ],
      }),
    ).toBe(false);
  });

  it('that must not exist may be missing together with what holds them', () => {
    expect(matches({ detail: { reason: [{ exists: false }] } }, {})).toBe(true);
    expect(matches({ detail: { reason: [{ exists: false }] } }, { detail: [{}, { reason: 'x' }] })).toBe(false);
  });

  it('that JSON has twice count as last said', () => {
    expect(matches('{"a":["x"],"a":["y"]}', { a: 'y' })).toBe(true);
    expect(matches('{"a":["x"],"a":["y"]}', { a: 'x' })).toBe(false);
  });

  it('match an empty filter policy always; a rule must ask for something', () => {
    expect(matches({}, { any: 1 }, 'sns-body')).toBe(true);
    expect(refusal({}).message).toContain('Empty objects are not allowed');
  });

  it.each<[string, unknown, unknown, boolean]>([
    ['in the event', { a: { b: [1] } }, { 'a.b': 1 }, true],
    ['in the pattern', { 'a.b': [1] }, { a: { b: 1 } }, true],
    ['in both, at different dots', { 'a.b': { c: [1] } }, { a: { 'b.c': 1 } }, true],
    ['and another value does not match', { 'a.b': [1] }, { a: { b: 2 } }, false],
    ['in fields that must match in one element', { 'a.b': [1], 'a.c': [2] }, { a: [{ b: 1 }, { c: 2 }] }, false],
    ['in fields of one element', { 'a.b': [1], 'a.c': [2] }, { a: [{ b: 0 }, { b: 1, c: 2 }] }, true],
    ['from several names of an event', { a: { b: [1], c: [2] } }, { 'a.b': 1, a: { c: 2 } }, true],
    ['from several names with several values', { a: { b: [2] } }, { 'a.b': 1, a: { b: 2 } }, true],
    ['in what must not exist', { a: { b: [{ exists: false }] } }, { 'a.b': 1 }, false],
    ['and what is written twice counts as last said', { 'a.b': [1], a: { b: [2] } }, { a: { b: 1 } }, false],
  ])('join at dots %s', (_title, pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected);
    expect(matches(pattern, event, 'sns-body')).toBe(expected);
  });

  it('of message attributes do not join: their names may hold dots', () => {
    expect(matches({ 'a.b': [{ exists: true }] }, { 'a.b': 1 }, 'sns-attributes')).toBe(true);
    expect(matches({ 'a.b': [{ exists: false }] }, { 'a.b': 1 }, 'sns-attributes')).toBe(false);
  });

  it('that objects inherit do not count', () => {
    expect(matches({ constructor: { name: ['Object'] } }, {})).toBe(false);
  });
});

describe('$or', () => {
  const pattern = { source: ['a'], $or: [{ x: [1] }, { detail: { y: [{ numeric: ['>', 2] }] } }] };

  it('matches by any alternative, together with the other fields', () => {
    expect(matches(pattern, { source: 'a', x: 1 })).toBe(true);
    expect(matches(pattern, { source: 'a', detail: { y: 3 } })).toBe(true);
    expect(matches(pattern, { source: 'b', x: 1 })).toBe(false);
  });

  it('names the fields of all alternatives when none matches', () => {
    expect(compilePattern(pattern, 'events').matches({ source: 'a', x: 2 })).toEqual({
      matched: false,
      field: 'x',
      reason: 'no alternative of $or: x: 2 is none of 1; detail.y: absent is none of {"numeric":[">",2]}',
    });
  });

  it('is an ordinary field when operators stand in it', () => {
    expect(matches({ $or: [{ prefix: 'a' }, { prefix: 'b' }] }, { $or: 'bat' })).toBe(true);
  });
});

describe('a mismatch', () => {
  it('names the field that decided, what it was and what was wanted', () => {
    const pattern = compilePattern({ detail: { price: [{ numeric: ['>', 10] }, 'free'] } }, 'events');

    expect(pattern.matches({ detail: { price: 9 } })).toEqual({
      matched: false,
      field: 'detail.price',
      reason: '9 is none of {"numeric":[">",10]}, "free"',
    });
  });

  it('says that the event is no object', () => {
    expect(compilePattern({ a: ['b'] }, 'sns-body').matches('text')).toMatchObject({ reason: 'not a JSON object' });
  });
});

describe('a malformed pattern is refused', () => {
  it.each<[unknown, string]>([
    ['{', 'failed to parse JSON.'],
    [[], 'Filter is not an object'],
    [{ a: 'b' }, '"a" must be an object or an array\n at [Source: (String)"{"a":"b"}"; line: 1, column: 7]'],
    [{ a: { b: [] } }, 'Empty arrays are not allowed'],
    [{ a: {} }, 'Empty objects are not allowed'],
    [{ a: [['b']] }, 'Match value must be String, number, true, false, or null'],
    [{ a: [{}] }, 'Match expression name not found'],
    [{ a: [{ prefix: 'a', suffix: 'b' }] }, 'Only one key allowed in match expression'],
    [{ a: [{ like: 'b' }] }, 'Unrecognized match type like'],
    [{ a: [{ EXISTS: true }] }, 'Unrecognized match type EXISTS'],
    [{ a: [{ prefix: 1 }] }, 'prefix match pattern must be a string'],
    [{ a: [{ wildcard: ['a*'] }] }, 'wildcard match pattern must be a string'],
    [{ a: [{ exists: 'yes' }] }, 'exists match pattern must be either true or false.'],
    [{ a: [{ 'anything-but': [1, 'a'] }] }, 'mixed type is not supported'],
    [{ a: [{ 'anything-but': [] }] }, 'Empty arrays are not allowed'],
    [{ a: [{ 'anything-but': [null] }] }, 'Inside anything but list, start|null|boolean is not supported.'],
    [{ a: [{ 'anything-but': ['a', true] }] }, 'Inside anything but list, start|null|boolean is not supported.'],
    [{ a: [{ 'anything-but': null }] }, 'Value of anything-but must be an array or single string/number value.'],
    [{ a: [{ 'anything-but': { prefix: 1 } }] }, 'prefix/suffix match pattern must be a string'],
    [{ a: [{ 'anything-but': { cidr: '10.0.0.0/8' } }] }, 'Unsupported anything-but pattern: cidr'],
    [{ a: [{ 'anything-but': { prefix: '' } }] }, 'Null prefix/suffix not allowed'],
    [{ a: [{ numeric: '>3' }] }, 'Value of numeric must be an array.'],
    [{ a: [{ numeric: ['>', 0, '>', 0] }] }, 'Bad numeric range operator: >'],
    [{ a: [{ numeric: ['>', 0, '<'] }] }, 'Value of < must be numeric'],
    [{ a: [{ numeric: ['!', 3] }] }, 'Unrecognized numeric range operator: !'],
    [{ a: [{ numeric: ['=', '3'] }] }, 'Value of equals must be numeric'],
    [{ a: [{ numeric: ['<', 3, '>', 1] }] }, 'Too many elements in numeric expression'],
    [{ a: [{ numeric: ['>', 3, '<', 1] }] }, 'Bottom must be less than top'],
    [{ a: [{ numeric: ['>', 3, '<', 5, '<'] }] }, 'Too many terms in numeric range expression'],
    [{ a: [{ cidr: ['10.0.0.0/8'] }] }, 'prefix match pattern must be a string'],
    [{ a: [{ cidr: '10.0.0.0/a' }] }, 'Malformed CIDR, mask bits must be an integer'],
    [{ a: [{ cidr: '10.0.0.0' }] }, "Malformed CIDR, one '/' required"],
    [{ a: [{ cidr: '10.0.0/8' }] }, 'Nonstandard IP address: 10.0.0'],
    [{ a: [{ cidr: '10.0.0.0/33' }] }, 'mask bits must not exceed'],
    [{ a: [{ wildcard: 'a**' }] }, 'Consecutive wildcard characters at pos 2'],
    [{ a: [{ wildcard: 'a\\b' }] }, 'Invalid escape character at pos 2'],
    [{ a: [{ wildcard: '*:*:*:*:*:event-bus/*' }] }, 'Rule is too complex - try using fewer wildcard characters'],
    [{ a: ['x'.repeat(2048)] }, 'more than 2048'],
  ])('%j', (pattern, message) => {
    expect(refusal(pattern)).toMatchObject({
      code: 'InvalidEventPatternException',
      message: expect.stringContaining(message),
    });
  });
});

describe('each service has its own dialect', () => {
  it.each<[Dialect, unknown, string, string]>([
    ['sns-body', { a: [{ wildcard: 'a*' }] }, 'InvalidParameter', 'Unrecognized match type wildcard'],
    [
      'sns-body',
      { a: [{ 'anything-but': { suffix: 'a' } }] },
      'InvalidParameter',
      'Unsupported anything-but pattern: suffix',
    ],
    ['sns-body', { a: [{ prefix: { 'equals-ignore-case': 'a' } }] }, 'InvalidParameter', 'prefix match pattern must'],
    ['sns-attributes', { a: { b: ['c'] } }, 'InvalidParameter', 'does not support nested filter policy'],
    ['sns-body', { a: [1], b: [1], c: [1], d: [1], e: [1], f: [1] }, 'InvalidParameter', 'more than 5 keys'],
    ['sns-body', { a: { b: Array(76).fill('x') } }, 'InvalidParameter', 'too complex'],
    ['lambda', { body: { a: [{ cidr: '10.0.0.0/8' }] } }, 'InvalidParameterValueException', 'match type cidr'],
    ['lambda', null, 'InvalidParameterValueException', 'Invalid filter pattern definition.'],
    ['lambda', '"text"', 'InvalidParameterValueException', 'Invalid filter pattern definition.'],
    ['lambda', { a: 'b' }, 'InvalidParameterValueException', 'Invalid filter pattern definition.'],
    ['lambda', { a: [] }, 'InvalidParameterValueException', 'Invalid filter pattern definition.'],
    ['lambda', { a: [{ 'anything-but': { prefix: 'a' } }] }, 'InvalidParameterValueException', 'anything-but pattern'],
  ])('%s refuses %j', (dialect, pattern, code, message) => {
    expect(refusal(pattern, dialect)).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('SNS takes 150 combinations: 3 x 4 values, two levels deep', () => {
    const policy = { a: { b: { c: ['1', '2', '3', '4'] } }, d: { e: ['1', '2', '3'] } };

    expect(matches(policy, { a: { b: { c: '4' } }, d: { e: '1' } }, 'sns-body')).toBe(true);
  });
});

describe('time and depth are bounded', () => {
  it('when each of very many elements is asked for a field that is elsewhere', () => {
    const items = [...Array.from({ length: 200_000 }, () => ({})), { x: 'here' }];

    expect(matches({ items: { x: [{ exists: false }] } }, { items })).toBe(false);
  });

  it('when a message is thousands of arrays deep', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}{"b":1}${']'.repeat(100_000)}`);

    expect(matches({ a: [{ exists: false }] }, { a: deep })).toBe(true);
    expect(matches({ a: { b: [1] } }, { a: deep }, 'sns-body')).toBe(true);
    expect(compilePattern({ a: ['c'] }, 'sns-body').matches({ a: deep })).toMatchObject({
      reason: 'an array is none of "c"',
    });
  });

  it('when a pattern is thousands of objects deep', () => {
    const policy = `${'{"a":'.repeat(20_000)}["b"]${'}'.repeat(20_000)}`;

    expect(refusal(policy, 'sns-body').message).toContain('failed to parse JSON');
  });
});
