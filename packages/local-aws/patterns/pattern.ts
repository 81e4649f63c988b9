import { parseJson } from '../core/boundedJson.ts';
import { DIALECTS, type Dialect, type DialectRules } from './dialects.ts';
import { compileLeafTest, isLeaf, isObject, type LeafTest, OPERATORS } from './operators.ts';

export type { Dialect };

/** What a pattern says about an event; when it does not match, the field that decided and why. */
export type MatchResult = { matched: true } | { matched: false; field: string; reason: string };

/** A pattern, ready to be held against events. */
export interface Pattern {
  matches(event: unknown): MatchResult;
}

type Mismatch = Extract<MatchResult, { matched: false }>;

/** Holds one part of a pattern against one object of the event. `root` is the whole event. */
type Matcher = (object: Record<string, unknown>, root: unknown) => Mismatch | undefined;

const MATCHED: MatchResult = Object.freeze({ matched: true });

/**
 * Makes a pattern of EventBridge, of an SNS filter policy or of a Lambda filter ready for matching: one language, in which
 * all fields must match, each by any of its values; an array in the event matches when any of its elements does.
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
  const parsed = parse(pattern, rules);
  const counter = { combinations: 1 };
  if (rules.maxKeys !== undefined && Object.keys(parsed).length > rules.maxKeys) {
    throw rules.refuse(`Filter policy can not have more than ${rules.maxKeys} keys`);
  }
  const matcher = compileObject(parsed, [], rules, counter);
  if (rules.maxCombinations !== undefined && counter.combinations > rules.maxCombinations) {
    throw rules.refuse('Filter policy is too complex');
  }
  return {
    matches: (event) =>
      (isObject(event) ? matcher(event, event) : { matched: false, field: '', reason: 'not a JSON object' }) ?? MATCHED,
  };
}

function parse(pattern: unknown, rules: DialectRules): Record<string, unknown> {
  let parsed = pattern;
  if (typeof pattern === 'string') {
    try {
      parsed = parseJson(pattern);
    } catch {
      throw rules.refuse('failed to parse JSON.');
    }
  }
  if (!isObject(parsed)) throw rules.refuse('Filter is not an object');
  const length = typeof pattern === 'string' ? pattern.length : JSON.stringify(parsed).length;
  if (rules.maxLength !== undefined && length > rules.maxLength) {
    throw rules.refuse(`the pattern has ${length} characters, more than ${rules.maxLength}`);
  }
  return parsed;
}

/** All fields of `pattern` must match. `path` is where it stands. */
function compileObject(
  pattern: Record<string, unknown>,
  path: readonly string[],
  rules: DialectRules,
  counter: { combinations: number },
): Matcher {
  const fields = Object.entries(pattern).map(([name, wanted]) => {
    if (name === '$or' && isAlternatives(wanted)) return compileAlternatives(wanted, path, rules, counter);
    return compileField(name, wanted, [...path, name], rules, counter);
  });
  if (fields.length === 0 && path.length > 0) throw rules.refuse('Empty objects are not allowed', path.join('.'));
  return (object, root) => {
    for (const field of fields) {
      const mismatch = field(object, root);
      if (mismatch) return mismatch;
    }
    return undefined;
  };
}

function compileField(
  name: string,
  wanted: unknown,
  path: readonly string[],
  rules: DialectRules,
  counter: { combinations: number },
): Matcher {
  const field = path.join('.');
  if (Array.isArray(wanted)) {
    if (wanted.length === 0) throw rules.refuse('Empty arrays are not allowed', field);
    const tests = wanted.map((entry) => compileLeafTest(entry, rules, (reason) => rules.refuse(reason, field)));
    counter.combinations *= wanted.length * path.length;
    return compileValues(name, tests, path);
  }
  if (!isObject(wanted)) throw rules.refuse(`"${name}" must be an object or an array`, field);
  if (!rules.nested) {
    throw rules.refuse('Filter policy scope MessageAttributes does not support nested filter policy', field);
  }
  const inner = compileObject(wanted, path, rules, counter);
  // An absent object is as good as an empty one: all that is asked of it may be that fields do not exist.
  return (object, root) => matchAnyObject(own(object, name), inner, root);
}

/** Arrays of objects match when one element does, as a whole. */
function matchAnyObject(value: unknown, inner: Matcher, root: unknown): Mismatch | undefined {
  if (!Array.isArray(value)) return inner(isObject(value) ? value : {}, root);
  let first: Mismatch | undefined;
  for (const element of value) {
    const mismatch = matchAnyObject(element, inner, root);
    if (!mismatch) return undefined;
    first ??= mismatch;
  }
  return value.length === 0 ? inner({}, root) : first;
}

/** Some value of the field must fulfil one of the tests; `{ exists: false }` asks for there to be none in the whole event. */
function compileValues(name: string, tests: LeafTest[], path: readonly string[]): Matcher {
  const field = path.join('.');
  const wanted = tests.map((test) => test.says).join(', ');
  const mayBeAbsent = tests.some(({ test }) => test === undefined);
  return (object, root) => {
    const value = own(object, name);
    if (anyLeaf(value, tests)) return undefined;
    if (mayBeAbsent && !hasLeaf(root, path)) return undefined;
    return { matched: false, field, reason: `${describe(value)} is none of ${wanted}` };
  };
}

function anyLeaf(value: unknown, tests: LeafTest[]): boolean {
  if (Array.isArray(value)) return value.some((element) => anyLeaf(element, tests));
  return isLeaf(value) && tests.some(({ test }) => test?.(value));
}

const own = (object: Record<string, unknown>, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** Whether there is a value (not an object) at `path`, in any element of the arrays on the way. */
function hasLeaf(value: unknown, path: readonly string[]): boolean {
  if (Array.isArray(value)) return value.some((element) => hasLeaf(element, path));
  const [name, ...rest] = path;
  if (name === undefined) return isLeaf(value);
  return isObject(value) && Object.hasOwn(value, name) && hasLeaf(value[name], rest);
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
  rules: DialectRules,
  counter: { combinations: number },
): Matcher {
  const before = counter.combinations;
  let sum = 0;
  const matchers = alternatives.map((alternative) => {
    counter.combinations = before;
    const matcher = compileObject(alternative, path, rules, counter);
    sum += counter.combinations;
    return matcher;
  });
  counter.combinations = sum;
  return (object, root) => {
    const mismatches: Mismatch[] = [];
    for (const matcher of matchers) {
      const mismatch = matcher(object, root);
      if (!mismatch) return undefined;
      mismatches.push(mismatch);
    }
    return {
      matched: false,
      field: mismatches[0]?.field ?? '$or',
      reason: `no alternative of $or: ${mismatches.map(({ field, reason }) => `${field}: ${reason}`).join('; ')}`,
    };
  };
}

/** The longest a value may be in a reason, in characters. */
const LONGEST_SHOWN = 60;

function describe(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
}
