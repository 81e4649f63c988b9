import { z } from 'zod';
import { AwsError } from '../../core/errors.ts';
import { glob } from '../../core/glob.ts';
import type { ResourceChange } from './changes.ts';

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const statementSchema = z.strictObject({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.literal('*'),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Resource: texts.optional(),
  NotResource: texts.optional(),
  Condition: z
    .strictObject({
      StringEquals: z.strictObject({ ResourceType: texts }).optional(),
      StringLike: z.strictObject({ ResourceType: texts }).optional(),
    })
    .optional(),
});

const policySchema = z.strictObject({
  Statement: z.union([statementSchema, z.array(statementSchema)]).transform((value) => [value].flat()),
});

type Statement = z.output<typeof statementSchema>;

/** Reads a stack policy. Throws AwsError. */
export function readStackPolicy(body: string): z.output<typeof policySchema> {
  try {
    return policySchema.parse(JSON.parse(body));
  } catch (cause) {
    throw new AwsError('ValidationError', 'Error validating stack policy: Invalid stack policy', { cause });
  }
}

/**
 * What a stack's policy says no to, a sentence for each resource: where there is a policy, all is refused that it does not allow.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html
 */
export function refusedByPolicy(policy: string | undefined, changes: readonly ResourceChange[]): Map<string, string> {
  const refused = new Map<string, string>();
  if (policy === undefined) return refused;
  const { Statement } = readStackPolicy(policy);
  for (const change of changes) {
    const action = actionOf(change);
    if (action === undefined) continue;
    const applying = Statement.filter((statement) => applies(statement, action, change));
    const isAllowed =
      applying.some(({ Effect }) => Effect === 'Allow') && applying.every(({ Effect }) => Effect === 'Allow');
    if (!isAllowed) refused.set(change.logicalId, sentence(Statement, applying, action, change));
  }
  return refused;
}

function sentence(all: Statement[], applying: Statement[], action: string, { logicalId }: ResourceChange): string {
  const denying = applying.find(({ Effect }) => Effect === 'Deny');
  const by = denying ? `Statement [#${all.indexOf(denying) + 1}] does not allow` : 'no statement allows';
  return `Action denied by stack policy: ${by} [${action}] for resource [LogicalResourceId/${logicalId}];`;
}

function actionOf({ action, isReplaced }: ResourceChange): string | undefined {
  if (action === 'Add') return undefined;
  if (action === 'Remove') return 'Update:Delete';
  return isReplaced ? 'Update:Replace' : 'Update:Modify';
}

function applies(statement: Statement, action: string, { logicalId, type }: ResourceChange): boolean {
  const { Action, NotAction, Resource, NotResource, Condition } = statement;
  const resource = `LogicalResourceId/${logicalId}`;
  const some = (patterns: readonly string[] | undefined, text: string) => patterns?.some((one) => glob(one)(text));
  if (Action && !some(Action, action)) return false;
  if (NotAction && some(NotAction, action)) return false;
  if (Resource && !some(Resource, resource)) return false;
  if (NotResource && some(NotResource, resource)) return false;
  if (Condition?.StringEquals && !Condition.StringEquals.ResourceType.includes(type)) return false;
  return !Condition?.StringLike || some(Condition.StringLike.ResourceType, type) === true;
}
