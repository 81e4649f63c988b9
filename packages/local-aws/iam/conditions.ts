import { BlockList, isIP } from 'node:net';
import { compilePattern, type Matcher, type PatternKind } from './pattern.ts';
import type { RequestKeys } from './requestKeys.ts';

/** One line of a `Condition` block, ready to be asked. */
export type Condition = (keys: RequestKeys) => boolean;

/** Compares one value of the request with one value of the policy. */
type Comparison = (wanted: string, variables: boolean) => (keys: RequestKeys) => Matcher | undefined;

const byPattern =
  (kind: PatternKind): Comparison =>
  (wanted, variables) =>
    compilePattern(wanted, kind, variables);

/** Values that are read by `parse` before they are compared; policy variables make no sense in them. */
const byValue =
  <T>(parse: (text: string) => T | undefined, holds: (found: T, wanted: T) => boolean): Comparison =>
  (wanted) =>
  () => {
    const limit = parse(wanted);
    if (limit === undefined) return () => false;
    return (text) => {
      const found = parse(text);
      return found !== undefined && holds(found, limit);
    };
  };

const numberOf = (text: string) => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined);

/** A date in ISO 8601 or in seconds since the epoch, as milliseconds. */
const dateOf = (text: string) => {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? undefined : parsed;
};

const booleanOf = (text: string) => (/^(true|false)$/i.test(text) ? text.toLowerCase() : undefined);

const ORDERINGS: Record<string, (found: number, wanted: number) => boolean> = {
  Equals: (found, wanted) => found === wanted,
  LessThan: (found, wanted) => found < wanted,
  LessThanEquals: (found, wanted) => found <= wanted,
  GreaterThan: (found, wanted) => found > wanted,
  GreaterThanEquals: (found, wanted) => found >= wanted,
};

function orderings(prefix: string, parse: (text: string) => number | undefined): [string, Comparison][] {
  return Object.entries(ORDERINGS).map(([name, holds]) => [`${prefix}${name}`, byValue(parse, holds)]);
}

const ipAddress: Comparison = (wanted) => {
  const [address = '', bits] = wanted.split('/');
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  const prefix = Number(bits ?? most);
  if (version === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > most) return () => () => false;
  const range = new BlockList();
  range.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  return () => (text) => isIP(text) !== 0 && range.check(text, isIP(text) === 4 ? 'ipv4' : 'ipv6');
};

/** The operators that hold when a value fits one of those in the policy. */
const POSITIVE = new Map<string, Comparison>([
  ['StringEquals', byPattern({ wildcards: false })],
  ['StringEqualsIgnoreCase', byPattern({ wildcards: false, ignoreCase: true })],
  ['StringLike', byPattern({ wildcards: true })],
  // The two ARN operators are one: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
  ['ArnEquals', byPattern({ wildcards: true, arn: true })],
  ['ArnLike', byPattern({ wildcards: true, arn: true })],
  ['Bool', byValue(booleanOf, (found, wanted) => found === wanted)],
  ['IpAddress', ipAddress],
  ...orderings('Numeric', numberOf),
  ...orderings('Date', dateOf),
]);

/** The operators that hold when a value fits none of those in the policy, by the one they negate. */
const NEGATIVE = new Map<string, string>([
  ['StringNotEquals', 'StringEquals'],
  ['StringNotEqualsIgnoreCase', 'StringEqualsIgnoreCase'],
  ['StringNotLike', 'StringLike'],
  ['ArnNotEquals', 'ArnEquals'],
  ['ArnNotLike', 'ArnLike'],
  ['NotIpAddress', 'IpAddress'],
  ['NumericNotEquals', 'NumericEquals'],
  ['DateNotEquals', 'DateEquals'],
]);

/** All condition operators that are executed, without the prefixes `ForAllValues:`, `ForAnyValue:` and the suffix `IfExists`. */
export const CONDITION_OPERATORS: readonly string[] = [...POSITIVE.keys(), ...NEGATIVE.keys(), 'Null'];

const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

/**
 * Compiles one line of a `Condition` block: `operator` as it stands there (`ForAnyValue:StringLikeIfExists`), the key,
 * and the values that the policy lists. Undefined when the operator is not known.
 */
export function compileCondition(
  operator: string,
  key: string,
  wanted: readonly string[],
  variables: boolean,
): Condition | undefined {
  const [, quantifier, name = '', ifExists] = OPERATOR.exec(operator) ?? [];
  if (name === 'Null') {
    const mustBeAbsent = wanted.some((value) => value.toLowerCase() === 'true');
    return (keys) => (keys.all(key) === undefined) === mustBeAbsent;
  }
  const negated = NEGATIVE.get(name);
  const comparison = POSITIVE.get(negated ?? name);
  if (!comparison) return undefined;
  const patterns = wanted.map((value) => comparison(value, variables));
  const whenAbsent = ifExists !== undefined || (quantifier ? quantifier === 'ForAllValues' : negated !== undefined);
  const forEvery = quantifier ? quantifier === 'ForAllValues' : negated !== undefined;

  return (keys) => {
    const values = keys.all(key);
    if (values === undefined || values.length === 0) return whenAbsent;
    const fits = (value: string) => patterns.some((pattern) => pattern(keys)?.(value)) !== (negated !== undefined);
    return forEvery ? values.every(fits) : values.some(fits);
  };
}
