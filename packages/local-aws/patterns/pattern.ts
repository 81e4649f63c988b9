import { parseJson } from '../core/boundedJson.ts';
import { DIALECTS, type Dialect, type DialectRules } from './dialects.ts';
import { elementsOf, type Fields, type FieldsOf, hasLeaf, joinedFields, plainFields } from './fields.ts';
import { compileLeafTest, isLeaf, isObject, type LeafTest, OPERATORS } from './operators.ts';
import { type Place, ROOT_PLACE, saidPlace } from './places.ts';
import { areTooComplex } from './wildcard.ts';

export type { Dialect };

/** What a pattern says about an event; when it does not match, the field that decided and why. */
export type MatchResult = { matched: true } | { matched: false; field: string; reason: string };

/** A pattern, ready to be held against events. */
export interface Pattern {
  matches(event: unknown): MatchResult;
}

/** What does not match. The reason is made when somebody asks for it: an array is tried element by element. */
interface Mismatch {
  field: string;
  reason(): string;
}

/** The event that a pattern is held against. */
interface Subject {
  whole: unknown;
  fieldsOf: FieldsOf;
  /** Whether it has a value at the path of a field: looked up once, however many elements ask. */
  found: Map<readonly string[], boolean>;
}

/** Holds one part of a pattern against one object of the event. */
type Matcher = (fields: Fields, subject: Subject) => Mismatch | undefined;

const MATCHED: MatchResult = Object.freeze({ matched: true });

/**
 * Makes a pattern of EventBridge, of an SNS filter policy or of a Lambda filter ready for matching: one language, in which
 * all fields must match, each by any of its values; an array in the event matches when any of its elements does; dots in names join,
 * in the pattern and in the event (`{ "a.b": [1] }` is `{ a: { b: [1] } }`).
 *
 * @param pattern the pattern as JSON text or as the object
 * @param dialect whose pattern it is: which operators it may use, its limits, and the error for a malformed one
 * @throws AwsError `InvalidEventPatternException`, `InvalidParameter` or `InvalidParameterValueException`, naming the field
 *
 * @example
 * compilePattern({ detail: { price: [{ numeric: ['>', 10] }] } }, 'events').matches({ detail: { price: 9 } });
 * // { matched: false, field: 'detail.price', reason: '9 is none of {"numeric":[">",10]}' }
 */
export function compilePattern(pattern: unknown, dialect: Dialect): Pattern {
  const rules = DIALECTS[dialect];
  const { parsed, text } = parse(pattern, rules);
  const counter = { combinations: 1 };
  if (rules.maxKeys !== undefined && Object.keys(parsed).length > rules.maxKeys) {
    throw rules.refuse(`Filter policy can not have more than ${rules.maxKeys} keys`);
  }
  const compiling: Compiling = {
    rules,
    counter,
    refuse: (reason, path, place) => rules.refuse(reason, path.join('.'), place && saidPlace(text, parsed, place)),
  };
  const matcher = compileObject(parsed, [], compiling);
  if (rules.maxCombinations !== undefined && counter.combinations > rules.maxCombinations) {
    throw rules.refuse('Filter policy is too complex');
  }
  const fieldsOf = rules.refuseNested ? plainFields : joinedFields;
  return {
    matches(event) {
      if (!isObject(event)) return { matched: false, field: '', reason: 'not a JSON object' };
      const mismatch = matcher(fieldsOf(event), { whole: event, fieldsOf, found: new Map() });
      return mismatch ? { matched: false, field: mismatch.field, reason: mismatch.reason() } : MATCHED;
    },
  };
}

/** What the parts of a pattern are compiled with. */
interface Compiling {
  rules: DialectRules;
  counter: { combinations: number };
  refuse(reason: string, path: readonly string[], place?: Place): Error;
}

/** The pattern, and its text. */
function parse(pattern: unknown, rules: DialectRules): { parsed: Record<string, unknown>; text: string } {
  let parsed = pattern;
  if (typeof pattern === 'string') {
    try {
      parsed = parseJson(pattern);
    } catch {
      throw rules.refuse('failed to parse JSON.');
    }
  }
  const text = typeof pattern === 'string' ? pattern : (JSON.stringify(parsed) ?? '');
  if (!isObject(parsed)) throw rules.refuse('Filter is not an object', '', saidPlace(text, parsed, ROOT_PLACE));
  const { length } = text;
  if (rules.maxLength !== undefined && length > rules.maxLength) {
    throw rules.refuse(`the pattern has ${length} characters, more than ${rules.maxLength}`);
  }
  return { parsed, text };
}

/** All fields of `pattern` must match. `path` is where it stands. */
function compileObject(pattern: Record<string, unknown>, path: readonly string[], compiling: Compiling): Matcher {
  const { rules, refuse } = compiling;
  const fields = Object.entries(rules.refuseNested ? pattern : withoutDots(pattern)).map(([name, wanted]) => {
    if (name === '$or' && isAlternatives(wanted)) return compileAlternatives(wanted, path, compiling);
    if (!Array.isArray(wanted) && !isObject(wanted))
      throw refuse(`"${name}" must be an object or an array`, [...path, name], { holder: pattern, key: name });
    return compileField(name, wanted, [...path, name], compiling);
  });
  if (fields.length === 0 && (path.length > 0 || rules.refuseEmpty))
    throw refuse('Empty objects are not allowed', path, { holder: pattern });
  return (found, subject) => {
    for (const field of fields) {
      const mismatch = field(found, subject);
      if (mismatch) return mismatch;
    }
    return undefined;
  };
}

/** The pattern with `{ "a.b": ... }` written as `{ a: { b: ... } }`. Of what is said twice of one field the last counts, as in JSON. */
function withoutDots(pattern: Record<string, unknown>): Record<string, unknown> {
  if (!Object.keys(pattern).some((name) => name.includes('.'))) return pattern;
  const nested = new Map<string, unknown>();
  for (const [name, wanted] of Object.entries(pattern)) {
    const dot = name.indexOf('.');
    const first = dot === -1 ? name : name.slice(0, dot);
    const inner = dot === -1 ? wanted : { [name.slice(dot + 1)]: wanted };
    const before = nested.get(first);
    nested.set(first, isObject(before) && isObject(inner) ? { ...before, ...inner } : inner);
  }
  return Object.fromEntries(nested);
}

function compileField(
  name: string,
  wanted: unknown[] | Record<string, unknown>,
  path: readonly string[],
  compiling: Compiling,
): Matcher {
  const { rules, counter, refuse } = compiling;
  if (Array.isArray(wanted)) {
    if (wanted.length === 0) throw refuse('Empty arrays are not allowed', path, { holder: wanted });
    const refuseEntry = (reason: string, place?: Place) => refuse(reason, path, place);
    const tests = wanted.map((_entry, index) => compileLeafTest(wanted, index, rules, refuseEntry));
    if (areTooComplex(tests.flatMap(({ wildcard }) => wildcard ?? []))) {
      throw refuse(
        'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
        path,
      );
    }
    counter.combinations *= wanted.length * path.length;
    return compileValues(name, tests, path);
  }
  const inner = compileObject(wanted, path, compiling);
  if (rules.refuseNested) throw rules.refuseNested();
  return (fields, subject) => matchAnyObject(fields.get(name), inner, subject);
}

/** Arrays of objects match when one element does, as a whole. What is no object is as good as an empty one: all that is asked of it may be that fields do not exist. */
function matchAnyObject(value: unknown, inner: Matcher, subject: Subject): Mismatch | undefined {
  const elements = elementsOf(value);
  let first: Mismatch | undefined;
  for (const element of elements.length > 0 ? elements : [undefined]) {
    const mismatch = inner(subject.fieldsOf(element), subject);
    if (!mismatch) return undefined;
    first ??= mismatch;
  }
  return first;
}

/** Some value of the field must fulfil one of the tests; `{ exists: false }` asks for there to be none in the whole event. */
function compileValues(name: string, tests: LeafTest[], path: readonly string[]): Matcher {
  const field = path.join('.');
  const mayBeAbsent = tests.some(({ test }) => test === undefined);
  // Plain values are looked up, however many there are.
  const plain = new Set(tests.flatMap((test) => ('value' in test ? [test.value] : [])));
  const others = tests.flatMap((test) => ('value' in test || !test.test ? [] : [test.test]));
  const fulfils = (element: unknown) => isLeaf(element) && (plain.has(element) || others.some((test) => test(element)));
  return (fields, subject) => {
    const value = fields.get(name);
    if (Array.isArray(value) ? elementsOf(value).some(fulfils) : fulfils(value)) return undefined;
    if (mayBeAbsent && !isFound(subject, path)) return undefined;
    return { field, reason: () => `${describe(value)} is none of ${tests.map(({ says }) => says).join(', ')}` };
  };
}

function isFound({ whole, fieldsOf, found }: Subject, path: readonly string[]): boolean {
  let isThere = found.get(path);
  if (isThere === undefined) {
    isThere = hasLeaf(whole, path, fieldsOf);
    found.set(path, isThere);
  }
  return isThere;
}

/** A `$or` with less than two objects, or with operators in them, is an ordinary field of that name, as AWS has it. */
function isAlternatives(wanted: unknown): wanted is Record<string, unknown>[] {
  return (
    Array.isArray(wanted) &&
    wanted.length >= 2 &&
    wanted.every((part) => isObject(part) && !Object.keys(part).some((key) => OPERATORS.has(key)))
  );
}

function compileAlternatives(
  alternatives: Record<string, unknown>[],
  path: readonly string[],
  compiling: Compiling,
): Matcher {
  const { counter } = compiling;
  const before = counter.combinations;
  let sum = 0;
  const matchers = alternatives.map((alternative) => {
    counter.combinations = before;
    const matcher = compileObject(alternative, path, compiling);
    sum += counter.combinations;
    return matcher;
  });
  counter.combinations = sum;
  return (fields, subject) => {
    let first: Mismatch | undefined;
    for (const matcher of matchers) {
      const mismatch = matcher(fields, subject);
      if (!mismatch) return undefined;
      first ??= mismatch;
    }
    const reasonOf = (matcher: Matcher) => {
      const { field, reason } = matcher(fields, subject) as Mismatch;
      return `${field}: ${reason()}`;
    };
    return {
      field: first?.field ?? '$or',
      reason: () => `no alternative of $or: ${matchers.map(reasonOf).join('; ')}`,
    };
  };
}

/** How much of a value a reason shows: elements, characters. */
const MOST_SHOWN = 20;
const LONGEST_SHOWN = 60;

function describe(value: unknown): string {
  if (value === undefined) return 'absent';
  const shown = Array.isArray(value) ? value.slice(0, MOST_SHOWN) : value;
  if (!(Array.isArray(shown) ? shown.every(isLeaf) : isLeaf(shown)))
    return Array.isArray(value) ? 'an array' : 'an object';
  const text = JSON.stringify(shown);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
}
