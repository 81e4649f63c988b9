import { describe, expect, it } from '@jest/globals';
import { compilePattern } from '../pattern.ts';

// The operators as AWS's page describes them, each with what fits and what does not.
// docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html

/** What a field may be asked for; values of the field that fit, and values that do not. `undefined`: there is no such field. */
const OPERATORS: Record<string, { asked: unknown[]; fits: unknown[]; not: unknown[] }> = {
  'a value': {
    asked: ['Alice'],
    fits: ['Alice', ['Bob', 'Alice']],
    not: ['alice', 'Alice ', 1, null, undefined, [], {}],
  },
  'one of several values': { asked: ['a', 1, true], fits: ['a', 1, true, 1.0], not: ['1', 'true', false, 0] },
  'the empty text': { asked: [''], fits: [''], not: [null, ' ', 0, undefined, []] },
  null: { asked: [null], fits: [null, [1, null]], not: ['', 0, false, 'null', undefined, []] },
  prefix: {
    asked: [{ prefix: 'us-' }],
    fits: ['us-', 'us-east-1', ['eu-', 'us-']],
    not: ['US-east', 'a us-', 1, null, undefined],
  },
  'prefix in any letters': {
    asked: [{ prefix: { 'equals-ignore-case': 'EventB' } }],
    fits: ['eventbridge', 'EVENTB'],
    not: ['event', 'bus eventb', 1, null, undefined],
  },
  suffix: { asked: [{ suffix: '.png' }], fits: ['.png', 'a.png'], not: ['a.PNG', 'a.png ', 'png', 1, null, undefined] },
  'suffix in any letters': {
    asked: [{ suffix: { 'equals-ignore-case': '.png' } }],
    fits: ['a.PNG', 'a.pNg'],
    not: ['a.jpg', 1, null, undefined],
  },
  'equals-ignore-case': {
    asked: [{ 'equals-ignore-case': 'alice' }],
    fits: ['ALICE', 'alice'],
    not: ['alic', 'alice ', 1, null, undefined],
  },
  'equals-ignore-case, the empty text': {
    asked: [{ 'equals-ignore-case': '' }],
    fits: [''],
    not: ['a', null, undefined],
  },
  'anything-but a text': {
    asked: [{ 'anything-but': 'initializing' }],
    fits: ['running', 'Initializing', '', 1, null, true],
    not: ['initializing', undefined, {}, []],
  },
  'anything-but a number': { asked: [{ 'anything-but': 123 }], fits: [124, '123', null], not: [123, 123.0, undefined] },
  'anything-but zero': { asked: [{ 'anything-but': 0 }], fits: [1, '0', false], not: [0, undefined] },
  'anything-but texts': {
    asked: [{ 'anything-but': ['stopped', 'overloaded'] }],
    fits: ['running', null],
    not: ['stopped', 'overloaded', undefined],
  },
  'anything-but numbers': { asked: [{ 'anything-but': [100, 200] }], fits: [300, '100'], not: [100, 200, undefined] },
  'anything-but in any letters': {
    asked: [{ 'anything-but': { 'equals-ignore-case': 'initializing' } }],
    fits: ['running', 1, null],
    not: ['INITIALIZING', undefined],
  },
  'anything-but several in any letters': {
    asked: [{ 'anything-but': { 'equals-ignore-case': ['a', 'b'] } }],
    fits: ['c', null],
    not: ['A', 'B', undefined],
  },
  'anything-but a prefix': {
    asked: [{ 'anything-but': { prefix: 'init' } }],
    fits: ['running', 'Init', 123, null],
    not: ['init', 'initializing', undefined],
  },
  'anything-but prefixes': {
    asked: [{ 'anything-but': { prefix: ['init', 'error'] } }],
    fits: ['running', 123, null],
    not: ['initial', 'errors', undefined],
  },
  'anything-but a suffix': {
    asked: [{ 'anything-but': { suffix: '.txt' } }],
    fits: ['a.txt.bak', 123, null],
    not: ['a.txt', undefined],
  },
  'anything-but suffixes': {
    asked: [{ 'anything-but': { suffix: ['.txt', '.rtf'] } }],
    fits: ['a.jpg', null],
    not: ['a.txt', 'a.rtf', undefined],
  },
  'anything-but a wildcard': {
    asked: [{ 'anything-but': { wildcard: '*/lib/*' } }],
    fits: ['/bin/a', 'lib', 123, null],
    not: ['/a/lib/b', '/lib/', undefined],
  },
  'anything-but wildcards': {
    asked: [{ 'anything-but': { wildcard: ['*/lib/*', '*/bin/*'] } }],
    fits: ['/dev/a', null],
    not: ['/a/lib/b', '/a/bin/b', undefined],
  },
  'numeric =': {
    asked: [{ numeric: ['=', 301.8] }],
    fits: [301.8, 3.018e2],
    not: [301.80001, '301.8', null, undefined],
  },
  'numeric <': { asked: [{ numeric: ['<', 10] }], fits: [9.999, -5e9], not: [10, 11, -5.1e9, '9', undefined] },
  'numeric <=': { asked: [{ numeric: ['<=', 10] }], fits: [10, 9], not: [10.1, '10', undefined] },
  'numeric >': { asked: [{ numeric: ['>', 10] }], fits: [10.1, 5e9], not: [10, 5.1e9, true, undefined] },
  'numeric >=': { asked: [{ numeric: ['>=', 10] }], fits: [10], not: [9, null, undefined] },
  'numeric between': { asked: [{ numeric: ['>', 0, '<=', 5] }], fits: [5, 0.1], not: [0, 5.1, undefined] },
  cidr: {
    asked: [{ cidr: '10.0.0.0/24' }],
    fits: ['10.0.0.0', '10.0.0.255'],
    not: ['10.0.1.0', '2001:db8::1', 'ten', 10, undefined],
  },
  'cidr of IPv6': {
    asked: [{ cidr: '2001:db8:1234:1a00::/64' }],
    fits: ['2001:db8:1234:1a00::', '2001:0db8:1234:1a00:0000:0000:0000:0001'],
    not: ['2001:db8:1234:1a01::', '10.0.0.1', undefined],
  },
  exists: { asked: [{ exists: true }], fits: ['', 0, false, null, [1]], not: [undefined, {}, { a: 1 }, []] },
  'exists: false': { asked: [{ exists: false }], fits: [undefined, {}, { a: 1 }, []], not: ['', 0, null, [1]] },
  wildcard: {
    asked: [{ wildcard: 'dir/*.png' }],
    fits: ['dir/.png', 'dir/a/b.png'],
    not: ['dir/a.png.bak', 'a/dir/b.png', 1, null, undefined],
  },
  'wildcard with several stars': {
    asked: [{ wildcard: '*Amazon*Bridge*' }],
    fits: ['AmazonBridge', 'an Amazon EventBridge bus'],
    not: ['BridgeAmazon', undefined],
  },
  'wildcard with its own characters': {
    asked: [{ wildcard: 'a\\*b\\\\c' }],
    fits: ['a*b\\c'],
    not: ['axb\\c', undefined],
  },
  'several operators, any of which': {
    asked: ['x', { prefix: 'y' }, { numeric: ['>', 5] }, { exists: false }],
    fits: ['x', 'yes', 6, undefined],
    not: ['z', 5, null],
  },
};

describe('an operator asks for', () => {
  it.each(Object.entries(OPERATORS))('%s', (_what, { asked, fits, not }) => {
    const pattern = compilePattern({ detail: { field: asked } }, 'events');
    const fitting = (values: unknown[]) =>
      values.filter((field) => pattern.matches({ detail: field === undefined ? {} : { field } }).matched);

    expect(fitting(fits)).toEqual(fits);
    expect(fitting(not)).toEqual([]);
  });
});

describe('fields together', () => {
  const people = [
    { first: 'John', last: 'Doe', tags: ['a', 'b'] },
    { first: 'Anna', last: 'Jones', tags: ['c'], city: { name: 'Oslo' } },
  ];

  it.each<[what: string, pattern: object, event: object, fits: boolean]>([
    ['must all fit', { location: ['New York'], day: ['Monday'] }, { location: 'New York', day: 'Tuesday' }, false],
    [
      'any of $or',
      { $or: [{ location: ['New York'] }, { day: ['Monday'] }] },
      { location: 'Oslo', day: 'Monday' },
      true,
    ],
    ['none of $or', { $or: [{ location: ['New York'] }, { day: ['Monday'] }] }, { location: 'Oslo' }, false],
    ['$or beside others', { a: [1], $or: [{ b: [1] }, { c: [{ exists: false }] }] }, { a: 1, b: 2 }, true],
    ['$or inside', { detail: { a: [1], $or: [{ b: [1] }, { c: [1] }] } }, { detail: { a: 1, c: 1 } }, true],
    ['$or in $or', { $or: [{ a: [1] }, { b: [1], $or: [{ c: [1] }, { d: [1] }] }] }, { b: 1, d: 1 }, true],
    ['$or in $or, not whole', { $or: [{ a: [1] }, { b: [1], $or: [{ c: [1] }, { d: [1] }] }] }, { b: 1 }, false],
    [
      'two $or at different depths',
      { $or: [{ a: [1] }, { b: [1] }], d: { $or: [{ x: [1] }, { y: [1] }] } },
      { b: 1, d: { y: 1 } },
      true,
    ],
    ['an element of an array of objects', { people: { first: ['Anna'] } }, { people }, true],
    ['two fields of one element', { people: { first: ['Anna'], last: ['Jones'] } }, { people }, true],
    ['two fields of different elements', { people: { first: ['Anna'], last: ['Doe'] } }, { people }, false],
    ['a list in an element', { people: { first: ['John'], tags: ['b'] } }, { people }, true],
    ['a list in another element', { people: { first: ['John'], tags: ['c'] } }, { people }, false],
    ['deeper in an element', { people: { last: ['Jones'], city: { name: ['Oslo'] } } }, { people }, true],
    ['deeper in another element', { people: { last: ['Doe'], city: { name: ['Oslo'] } } }, { people }, false],
    [
      'arrays in arrays',
      { people: { first: ['Anna'], last: ['Jones'] } },
      { people: [[people[0]], [people[1]]] },
      true,
    ],
    ['arrays of different fields', { a: { x: [1] }, b: { y: [2] } }, { a: [{ x: 0 }, { x: 1 }], b: [{ y: 2 }] }, true],
    ['what no element has', { people: { age: [{ exists: false }] } }, { people }, true],
    ['what one element has', { people: { city: { name: [{ exists: false }] } } }, { people }, false],
    ['names that differ in their letters', { Detail: ['a'] }, { detail: 'a' }, false],
    [
      'a name with a dot in the event',
      { detail: { 'state.status': ['on'] } },
      { detail: { state: { status: 'on' } } },
      true,
    ],
    [
      'a dotted name in the pattern',
      { detail: { state: { status: ['on'] } } },
      { detail: { 'state.status': 'on' } },
      true,
    ],
  ])('%s', (_what, pattern, event, fits) => {
    expect(compilePattern(pattern, 'events').matches(event).matched).toBe(fits);
  });
});
