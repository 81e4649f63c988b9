import { AwsError } from '../core/errors.ts';

/** Whose pattern it is; they share one language but not all of its words. */
export type Dialect = 'events' | 'sns-attributes' | 'sns-body' | 'lambda';

/** What one service takes, and how it refuses the rest. */
export interface DialectRules {
  /** Operators that may stand in a list of values. */
  operators: ReadonlySet<string>;
  /** Operators that may stand inside `anything-but`. */
  insideAnythingBut: ReadonlySet<string>;
  /** Whether `prefix` and `suffix` take `{ "equals-ignore-case": "..." }`. */
  ignoreCaseInsideAffixes: boolean;
  /** What is said of a field that holds further fields, where it may not. */
  refuseNested?(): AwsError;
  maxKeys?: number;
  /** How many combinations of values a pattern may stand for. */
  maxCombinations?: number;
  /** How long its JSON may be, in characters. */
  maxLength?: number;
  /** The numbers that `numeric` takes, up and down from zero; others in events fit no `numeric`. */
  largestNumber?: number;
  /** Whether a pattern must say something. */
  refuseEmpty?: boolean;
  /** The service's own error. `field` is where it is wrong, `place` the same in AWS's words, where it says so. */
  refuse(reason: string, field?: string, place?: string): AwsError;
}

const COMMON = ['prefix', 'suffix', 'equals-ignore-case', 'anything-but', 'numeric', 'exists'];

const at = (field?: string, place?: string) => place || (field ? ` (at '${field}')` : '');
const refuseForSns = (reason: string, field?: string, place?: string) =>
  new AwsError('InvalidParameter', `Invalid parameter: FilterPolicy: ${reason}${at(field, place)}`);

/** docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html */
const SNS = {
  operators: new Set([...COMMON, 'cidr']),
  insideAnythingBut: new Set(['prefix']),
  ignoreCaseInsideAffixes: false,
  maxKeys: 5,
  maxCombinations: 150,
  maxLength: 262_144,
  refuse: refuseForSns,
};

export const DIALECTS: Record<Dialect, DialectRules> = {
  // docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
  events: {
    operators: new Set([...COMMON, 'cidr', 'wildcard']),
    insideAnythingBut: new Set(['prefix', 'suffix', 'equals-ignore-case', 'wildcard']),
    ignoreCaseInsideAffixes: true,
    maxLength: 2048,
    largestNumber: 5e9,
    refuseEmpty: true,
    refuse: (reason, field, place = '') =>
      new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}${place}`, {
        ...(field && { detail: { field } }),
      }),
  },
  'sns-attributes': {
    ...SNS,
    refuseNested: () =>
      new AwsError(
        'InvalidParameter',
        'Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy',
      ),
  },
  'sns-body': SNS,
  // docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html, "Filter rule syntax"
  lambda: {
    operators: new Set(COMMON),
    insideAnythingBut: new Set(),
    ignoreCaseInsideAffixes: false,
    maxLength: 4096,
    refuse: (reason, field) =>
      new AwsError(
        'InvalidParameterValueException',
        `Invalid filter pattern definition. Reason: ${reason}${at(field)}`,
      ),
  },
};
