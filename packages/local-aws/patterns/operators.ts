import { BlockList, isIP } from 'node:net';
import type { DialectRules } from './dialects.ts';
import type { Place } from './places.ts';
import { compileWildcard, type Wildcard } from './wildcard.ts';

/** A value at the end of a path: what patterns are held against. */
export type Leaf = string | number | boolean | null;

/** One entry of a list of values: a test, and how a person would say it. */
export interface LeafTest {
  /** Undefined for `{ "exists": false }`, which no value can fulfil. */
  test: ((value: Leaf) => boolean) | undefined;
  says: string;
  /** For a plain value, which must be the same. */
  value?: Leaf;
  /** For `{ "wildcard": "..." }`. */
  wildcard?: Wildcard;
}

/** All operators of the language. */
export const OPERATORS: ReadonlySet<string> = new Set([
  'prefix',
  'suffix',
  'equals-ignore-case',
  'anything-but',
  'numeric',
  'exists',
  'cidr',
  'wildcard',
]);

/** The dialect's error, and where in the pattern it is. */
type Refuse = (reason: string, place?: Place) => Error;

/** Whether it is a plain JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether it is a JSON value without members. */
export function isLeaf(value: unknown): value is Leaf {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Understands one entry of a list of values. Throws the dialect's error when it is malformed. */
export function compileLeafTest(list: unknown[], index: number, rules: DialectRules, refuse: Refuse): LeafTest {
  const entry = list[index];
  if (isLeaf(entry)) return { test: (value) => value === entry, says: JSON.stringify(entry), value: entry };
  if (!isObject(entry))
    throw refuse('Match value must be String, number, true, false, or null', { holder: list, key: index });
  const operator = onlyKey(entry, refuse);
  const operand = { holder: entry, key: operator };
  if (!rules.operators.has(operator)) throw refuse(`Unrecognized match type ${operator}`, operand);
  const says = JSON.stringify(entry);
  if (operator === 'exists') {
    const wanted = entry[operator];
    if (typeof wanted !== 'boolean') throw refuse('exists match pattern must be either true or false.', operand);
    return { test: wanted ? () => true : undefined, says };
  }
  if (operator === 'wildcard') {
    const wildcard = wildcardAt(operand, refuse);
    return { test: onText(wildcard.matches), says, wildcard };
  }
  return { test: compileOperator(operator, operand, rules, refuse), says };
}

function onlyKey(expression: Record<string, unknown>, refuse: Refuse): string {
  const [first, second] = Object.keys(expression);
  if (first === undefined) throw refuse('Match expression name not found', { holder: expression });
  if (second !== undefined)
    throw refuse('Only one key allowed in match expression', { holder: expression, key: second });
  return first;
}

/** What stands at a place. */
type Operand = Place & { key: string | number };

const valueAt = ({ holder, key }: Operand): unknown => (holder as Record<string | number, unknown>)[key];

function compileOperator(operator: string, operand: Operand, rules: DialectRules, refuse: Refuse): Test {
  switch (operator) {
    case 'prefix':
    case 'suffix':
      return affix(operator, operand, rules.ignoreCaseInsideAffixes, refuse);
    case 'equals-ignore-case':
      return equalsIgnoreCase(textAt(operator, operand, refuse));
    case 'cidr':
      return cidr(operand, refuse);
    case 'numeric':
      return numeric(operand, rules.largestNumber, refuse);
    default:
      return anythingBut(operand, rules, refuse);
  }
}

function textAt(operator: string, operand: Operand, refuse: Refuse): string {
  const value = valueAt(operand);
  if (typeof value !== 'string') throw refuse(`${operator} match pattern must be a string`, operand);
  return value;
}

function wildcardAt(operand: Operand, refuse: Refuse): Wildcard {
  const text = textAt('wildcard', operand, refuse);
  return compileWildcard(text, (reason) => refuse(reason, { ...operand, isRead: true }));
}

type Test = (value: Leaf) => boolean;

const onText =
  (test: (value: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value);

const equalsIgnoreCase = (wanted: string): Test => {
  const lower = wanted.toLowerCase();
  return onText((value) => value.toLowerCase() === lower);
};

function affix(operator: 'prefix' | 'suffix', operand: Operand, ignoreCaseAllowed: boolean, refuse: Refuse): Test {
  const method = operator === 'prefix' ? 'startsWith' : 'endsWith';
  const nested = valueAt(operand);
  if (isObject(nested) && ignoreCaseAllowed) {
    const key = onlyKey(nested, refuse);
    const inner = { holder: nested, key };
    if (key !== 'equals-ignore-case') throw refuse(`Unsupported ${operator} pattern: ${key}`, inner);
    const lower = textAt(key, inner, refuse).toLowerCase();
    return onText((value) => value.toLowerCase()[method](lower));
  }
  const text = textAt(operator, operand, refuse);
  return onText((value) => value[method](text));
}

function cidr(operand: Operand, refuse: Refuse): Test {
  const text = valueAt(operand);
  // AWS's message says "prefix" here too.
  if (typeof text !== 'string') throw refuse('prefix match pattern must be a string', operand);
  const [address = '', bits, ...rest] = text.split('/');
  if (bits === undefined || rest.length > 0) throw refuse("Malformed CIDR, one '/' required");
  if (!/^\d+$/.test(bits)) throw refuse('Malformed CIDR, mask bits must be an integer');
  const version = isIP(address);
  if (version === 0) throw refuse(`Nonstandard IP address: ${address}`);
  if (Number(bits) > (version === 4 ? 32 : 128)) throw refuse('Malformed CIDR, mask bits must not exceed the address');
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(address, Number(bits), family);
  return onText((value) => isIP(value) === version && block.check(value, family));
}

const COMPARE: Record<string, (value: number, bound: number) => boolean> = {
  '=': (value, bound) => value === bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
};

function numeric(operand: Operand, largest = Number.POSITIVE_INFINITY, refuse: Refuse): Test {
  const terms = valueAt(operand);
  if (!Array.isArray(terms)) throw refuse('Value of numeric must be an array.', operand);
  const test = rangeOf(terms, refuse);
  const isBeyond = (bound: unknown) => typeof bound === 'number' && Math.abs(bound) > largest;
  if (terms.some(isBeyond)) {
    const shown = largest.toExponential(1).replace('e+', 'E');
    throw refuse(`Value must be between -${shown} and ${shown}, inclusive`, { holder: terms });
  }
  return (value) => typeof value === 'number' && Math.abs(value) <= largest && test(value);
}

function rangeOf(terms: unknown[], refuse: Refuse): (value: number) => boolean {
  const [operator, bound, upperOperator, top] = terms;
  // What is missing is seen at the end of the list.
  const at = (key: number, isRead = false): Place =>
    key < terms.length ? { holder: terms, key, isRead } : { holder: terms };
  if (typeof operator !== 'string')
    throw refuse(`Invalid member in numeric match: ${JSON.stringify(operator) ?? ']'}`, at(0));
  const compare = COMPARE[operator];
  if (!compare) throw refuse(`Unrecognized numeric range operator: ${operator}`, at(1));
  if (typeof bound !== 'number')
    throw refuse(`Value of ${operator === '=' ? 'equals' : operator} must be numeric`, at(1));
  if (terms.length === 2) return (value) => compare(value, bound);

  if (operator !== '>' && operator !== '>=') throw refuse('Too many elements in numeric expression', at(2));
  if (typeof upperOperator !== 'string')
    throw refuse(`Bad value in numeric range: ${JSON.stringify(upperOperator)}`, at(2, true));
  if (upperOperator !== '<' && upperOperator !== '<=')
    throw refuse(`Bad numeric range operator: ${upperOperator}`, at(2, true));
  if (typeof top !== 'number') throw refuse(`Value of ${upperOperator} must be numeric`, at(3));
  if (terms.length > 4) throw refuse('Too many terms in numeric range expression', at(4));
  if (bound >= top) throw refuse('Bottom must be less than top', { holder: terms });
  const below = upperOperator === '<' ? (value: number) => value < top : (value: number) => value <= top;
  return (value) => compare(value, bound) && below(value);
}

const NO_VALUE = 'Value of anything-but must be an array or single string/number value.';

function anythingBut(operand: Operand, rules: DialectRules, refuse: Refuse): Test {
  const unwanted = valueAt(operand);
  if (isObject(unwanted)) return anythingButOperator(unwanted, rules, refuse);
  if (!Array.isArray(unwanted)) {
    if (typeof unwanted !== 'string' && typeof unwanted !== 'number') throw refuse(NO_VALUE, operand);
    return (value) => value !== unwanted;
  }
  if (unwanted.length === 0) throw refuse('Empty arrays are not allowed', { holder: unwanted });
  const foreign = unwanted.findIndex((value) => typeof value !== 'string' && typeof value !== 'number');
  if (foreign >= 0) {
    const reason = 'Inside anything but list, start|null|boolean is not supported.';
    throw refuse(reason, { holder: unwanted, key: foreign, isTwice: true });
  }
  if (new Set(unwanted.map((value) => typeof value)).size > 1) {
    const reason = 'Inside anything but list, either all values are number or string, mixed type is not supported';
    throw refuse(reason, { holder: unwanted });
  }
  const values = new Set<unknown>(unwanted);
  return (value) => !values.has(value);
}

/** What may stand inside `anything-but`; each takes a text or a list of them. */
function anythingButOperator(expression: Record<string, unknown>, rules: DialectRules, refuse: Refuse): Test {
  const operator = onlyKey(expression, refuse);
  const operand = { holder: expression, key: operator };
  if (!rules.insideAnythingBut.has(operator)) throw refuse(`Unsupported anything-but pattern: ${operator}`, operand);
  const inner = valueAt(operand);
  if (isObject(inner)) throw refuse(NO_VALUE, operand);
  const compile = INSIDE_ANYTHING_BUT[operator];
  if (!compile) throw new TypeError(`no operator inside anything-but: ${operator}`);
  if (!Array.isArray(inner)) {
    const test = compile(operand, refuse);
    return (value) => !test(value);
  }
  if (inner.length === 0) throw refuse('Empty arrays are not allowed', { holder: inner });
  const tests = inner.map((_text, key) => compile({ holder: inner, key, isTwice: true }, refuse));
  return (value) => !tests.some((test) => test(value));
}

const affixInside =
  (method: 'startsWith' | 'endsWith') =>
  (operand: Operand, refuse: Refuse): Test => {
    const text = valueAt(operand);
    if (typeof text !== 'string') throw refuse('prefix/suffix match pattern must be a string', operand);
    if (text === '') throw refuse('Null prefix/suffix not allowed', { ...operand, isRead: true });
    return onText((value) => value[method](text));
  };

const INSIDE_ANYTHING_BUT: Readonly<Record<string, (operand: Operand, refuse: Refuse) => Test>> = {
  prefix: affixInside('startsWith'),
  suffix: affixInside('endsWith'),
  'equals-ignore-case': (operand, refuse) => {
    const text = valueAt(operand);
    if (typeof text === 'string') return equalsIgnoreCase(text);
    const reason = 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.';
    throw refuse(reason, operand);
  },
  wildcard: (operand, refuse) => onText(wildcardAt(operand, refuse).matches),
};
