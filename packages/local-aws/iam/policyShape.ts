import { z } from 'zod';
import type { PolicyStatement } from '../core/service.ts';

/** Policies are checked by what they are attached to. */
export type PolicyKind = 'identity' | 'managed' | 'trust' | 'resource';

const CODE = 'MalformedPolicyDocument: ';

/** As IAM names a policy that it refuses. */
export const malformed = (reason: string): string => `${CODE}${reason}`;

/** What it says, without its code. */
export const reasonOf = (message: string): string => message.replace(CODE, '');

/** IAM says no more of a document that is not built as its grammar has it. */
export const SYNTAX = malformed('Syntax errors in policy.');

const text = z.string({ error: SYNTAX });
const oneOrMore = z.union([text, z.array(text)], { error: SYNTAX });

/** CloudFormation lets a condition's value be a number or a boolean too; IAM compares texts. */
const conditionValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const conditionKeys = z.record(z.string(), z.union([conditionValue, z.array(conditionValue)]));

/**
 * A `Condition` block. A record of zod's would leave out a key `__proto__` without a word, and with it a condition that the
 * policy's author relies on; IAM knows no such operator, nor such a key.
 */
const condition = z.unknown().transform((block, context): PolicyStatement['Condition'] => {
  if (!isObject(block)) {
    context.addIssue({ code: 'custom', message: SYNTAX });
    return z.NEVER;
  }
  const read: [string, z.output<typeof conditionKeys>][] = [];
  for (const [operator, keys] of Object.entries(block)) {
    const parsed = conditionKeys.safeParse(keys);
    if (parsed.success && !Object.hasOwn(keys as object, '__proto__')) read.push([operator, parsed.data]);
    else context.addIssue({ code: 'custom', message: SYNTAX, path: [operator] });
  }
  return Object.fromEntries(read);
});

const statement = z.strictObject({
  Sid: text.optional(),
  Effect: z.enum(['Allow', 'Deny'], { error: SYNTAX }),
  Principal: z.union([text, z.record(z.string(), oneOrMore)], { error: SYNTAX }).optional(),
  NotPrincipal: z.unknown().optional(),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Condition: condition.optional(),
});

/** What stands in a policy before it is looked at what kind of policy it is. */
export const policyShape = z.strictObject({
  Version: text.optional(),
  Id: text.optional(),
  Statement: z.union([statement, z.array(statement)]),
});

export type ReadDocument = z.output<typeof policyShape>;
export type ReadStatement = z.output<typeof statement>;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
