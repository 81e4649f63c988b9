import { BlockList, isIP } from 'node:net';
import type { DialectRules } from './dialects.ts';
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

type Refuse = (reason: string) => Error;

/** Whether it is a plain JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether it is a JSON value without members. */
export function isLeaf(value: unknown): value is Leaf {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Understands one entry of a list of values. Throws the dialect's error when it is malformed. */
export function compileLeafTest(entry: unknown, rules: DialectRules, refuse: Refuse): LeafTest {
  if (isLeaf(entry)) return { test: (value) => value === entry, says: JSON.stringify(entry), value: entry };
  if (!isObject(entry)) throw refuse('Match value must be String, number, true, false, or null');
  const [operator, operand] = onlyEntry(entry, refuse);
  if (!rules.operators.has(operator)) throw refuse(`Unrecognized match type ${operator}`);
  const says = JSON.stringify(entry);
  if (operator === 'exists') {
    if (typeof operand !== 'boolean') throw refuse('exists match pattern must be either true or false.');
    return { test: operand ? () => true : undefined, says };
  }
  if (operator === 'wildcard') {
    const wildcard = compileWildcard(textOf(operator, operand, refuse), refuse);
    return { test: onText(wildcard.matches), says, wildcard };
  }
  return { test: compileOperator(operator, operand, rules, refuse), says };
}

function onlyEntry(expression: Record<string, unknown>, refuse: Refuse): [string, unknown] {
  const [first, ...others] = Object.entries(expression);
  if (!first) throw refuse('Match expression name not found');
  if (others.length > 0) throw refuse('Only one key allowed in match expression');
  return first;
}

function compileOperator(operator: string, operand: unknown, rules: DialectRules, refuse: Refuse) {
  switch (operator) {
    case 'prefix':
    case 'suffix':
      return affix(operator, operand, rules.ignoreCaseInsideAffixes, refuse);
    case 'equals-ignore-case':
      return equalsIgnoreCase(textOf(operator, operand, refuse));
    case 'wildcard':
      return onText(compileWildcard(textOf(operator, operand, refuse), refuse).matches);
    case 'cidr':
      return cidr(operand, refuse);
    case 'numeric':
      return numeric(operand, refuse);
    default:
      return anythingBut(operand, rules, refuse);
  }
}

function textOf(operator: string, operand: unknown, refuse: Refuse): string {
  if (typeof operand !== 'string') throw refuse(`${operator} match pattern must be a string`);
  return operand;
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

function affix(operator: 'prefix' | 'suffix', operand: unknown, ignoreCaseAllowed: boolean, refuse: Refuse): Test {
  const method = operator === 'prefix' ? 'startsWith' : 'endsWith';
  if (isObject(operand) && ignoreCaseAllowed) {
    const [inner, text] = onlyEntry(operand, refuse);
    if (inner !== 'equals-ignore-case') throw refuse(`Unsupported ${operator} pattern: ${inner}`);
    const lower = textOf('equals-ignore-case', text, refuse).toLowerCase();
    return onText((value) => value.toLowerCase()[method](lower));
  }
  const text = textOf(operator, operand, refuse);
  return onText((value) => value[method](text));
}

function cidr(operand: unknown, refuse: Refuse): Test {
  // AWS's message says "prefix" here too.
  if (typeof operand !== 'string') throw refuse('prefix match pattern must be a string');
  const [address = '', bits, ...rest] = operand.split('/');
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

function numeric(operand: unknown, refuse: Refuse): Test {
  if (!Array.isArray(operand)) throw refuse('Value of numeric must be an array.');
  const [operator, bound, upperOperator, top, ...rest]: unknown[] = operand;
  if (typeof operator !== 'string') throw refuse(`Invalid member in numeric match: ${JSON.stringify(operator) ?? ']'}`);
  const compare = COMPARE[operator];
  if (!compare) throw refuse(`Unrecognized numeric range operator: ${operator}`);
  if (typeof bound !== 'number') throw refuse(`Value of ${operator === '=' ? 'equals' : operator} must be numeric`);
  if (operand.length === 2) return (value) => typeof value === 'number' && compare(value, bound);

  if (operator !== '>' && operator !== '>=') throw refuse('Too many elements in numeric expression');
  if (typeof upperOperator !== 'string') throw refuse(`Bad value in numeric range: ${JSON.stringify(upperOperator)}`);
  if (upperOperator !== '<' && upperOperator !== '<=') throw refuse(`Bad numeric range operator: ${upperOperator}`);
  if (typeof top !== 'number') throw refuse(`Value of ${upperOperator} must be numeric`);
  if (rest.length > 0) throw refuse('Too many terms in numeric range expression');
  if (bound >= top) throw refuse('Bottom must be less than top');
  const below = upperOperator === '<' ? (value: number) => value < top : (value: number) => value <= top;
  return (value) => typeof value === 'number' && compare(value, bound) && below(value);
}

function anythingBut(operand: unknown, rules: DialectRules, refuse: Refuse): Test {
  if (isObject(operand)) return anythingButOperator(operand, rules, refuse);
  const values: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (values.length === 0) throw refuse('Empty arrays are not allowed');
  const types = new Set(values.map((value) => typeof value));
  const [type] = types;
  if (Array.isArray(operand) && values.some((value) => typeof value === 'boolean' || typeof value === 'object')) {
    throw refuse('Inside anything but list, start|null|boolean is not supported.');
  }
  if (types.size !== 1 || (type !== 'string' && type !== 'number')) {
    throw refuse(
      Array.isArray(operand)
        ? 'Inside anything but list, either all values are number or string, mixed type is not supported'
        : 'Value of anything-but must be an array or single string/number value.',
    );
  }
  const unwanted = new Set(values);
  return (value) => !unwanted.has(value);
}

function anythingButOperator(operand: Record<string, unknown>, rules: DialectRules, refuse: Refuse): Test {
  const [operator, inner] = onlyEntry(operand, refuse);
  if (!rules.insideAnythingBut.has(operator)) throw refuse(`Unsupported anything-but pattern: ${operator}`);
  const texts: unknown[] = Array.isArray(inner) ? inner : [inner];
  if (texts.length === 0) throw refuse('Empty arrays are not allowed');
  const unwanted = texts.map((text) => {
    if (operator === 'prefix' || operator === 'suffix') {
      if (typeof text !== 'string') throw refuse('prefix/suffix match pattern must be a string');
      if (text === '') throw refuse('Null prefix/suffix not allowed');
    }
    return compileOperator(operator, textOf(operator, text, refuse), rules, refuse);
  });
  return (value) => !unwanted.some((test) => test(value));
}
