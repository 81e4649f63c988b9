import { z } from 'zod';
import { parseJson } from '../core/boundedJson.ts';
import { AwsError } from '../core/errors.ts';
import { type AnyResourceType, inert, type ResourceType } from '../core/resource.ts';
import type { PolicyDocument, PolicyStatement } from '../core/service.ts';
import { compilePolicy } from '../iam/compile.ts';
import { resourcePolicySchema } from '../iam/policySchema.ts';
import { logGroupArn } from './operations.ts';
import type { LogStore } from './store.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html */
const MAX_POLICIES = 10;
const MAX_POLICY_LENGTH = 5120;
const POLICY_ACTION = /^(\*|logs:(\*|PutLogEvents|CreateLogStream|Put\*|Create\*))$/i;

/** The account's policies of CloudWatch Logs, which say what other services may write: they hold for all groups. */
export class LogPolicies {
  readonly #byName = new Map<string, readonly PolicyStatement[]>();
  #all: PolicyDocument | undefined;

  /** All of them as one; undefined when there is none. The same object until one changes. */
  get all(): PolicyDocument | undefined {
    if (this.#byName.size === 0) return undefined;
    this.#all ??= { Version: '2012-10-17', Statement: [...this.#byName.values()].flat() };
    return this.#all;
  }

  /** Throws AwsError when there are ten already. */
  put(name: string, statements: readonly PolicyStatement[]): void {
    if (!this.#byName.has(name) && this.#byName.size >= MAX_POLICIES)
      throw new AwsError('LimitExceededException', `Resource limit exceeded: ${MAX_POLICIES} resource policies.`);
    this.#byName.set(name, statements);
    this.#all = undefined;
  }

  remove(name: string): void {
    this.#byName.delete(name);
    this.#all = undefined;
  }
}

const groupProperties = z.strictObject({
  LogGroupName: z
    .string()
    .regex(/^[.\-_/#A-Za-z0-9]{1,512}$/)
    .optional(),
  RetentionInDays: inert('the latest lines are kept, by size and not by age'),
  LogGroupClass: inert('has no behaviour'),
  Tags: inert('tags have no behaviour'),
});

const policyProperties = z.strictObject({
  PolicyName: z.string().min(1),
  PolicyDocument: z
    .string('is the JSON text of a policy')
    .max(MAX_POLICY_LENGTH)
    .transform((text, context) => {
      try {
        return statementsIn(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
        return z.NEVER;
      }
    }),
});

/** The resource types of CloudWatch Logs. */
export function logsResources(store: LogStore, policies: LogPolicies): AnyResourceType[] {
  return [logGroupType(store), resourcePolicyType(policies)];
}

function logGroupType(store: LogStore): ResourceType<z.output<typeof groupProperties>> {
  return {
    type: 'AWS::Logs::LogGroup',
    properties: groupProperties,
    replaceOn: ['LogGroupName'],
    async create(wanted, context) {
      const name = wanted.LogGroupName ?? context.generateName({ maxLength: 512 });
      store.open(name);
      return { physicalId: name, attributes: { Arn: logGroupArn(name) } };
    },
    async update(current) {
      return current;
    },
    async remove(current) {
      store.remove(current.physicalId);
    },
  };
}

function resourcePolicyType(policies: LogPolicies): ResourceType<z.output<typeof policyProperties>> {
  return {
    type: 'AWS::Logs::ResourcePolicy',
    properties: policyProperties,
    replaceOn: ['PolicyName'],
    async create({ PolicyName, PolicyDocument }) {
      policies.put(PolicyName, PolicyDocument);
      return { physicalId: PolicyName, attributes: {} };
    },
    async update(current, { PolicyDocument }) {
      policies.put(current.physicalId, PolicyDocument);
      return current;
    },
    remove: async (current) => policies.remove(current.physicalId),
    grants: ({ properties: { PolicyDocument } }) => [{ target: 'arn:aws:logs:*', statements: PolicyDocument }],
  };
}

/** Throws what is wrong with the text as a policy of CloudWatch Logs. */
function statementsIn(text: string): PolicyStatement[] {
  const document = resourcePolicySchema.parse(parseJson(text));
  const statements = [document.Statement].flat();
  for (const { Principal, Action = [] } of statements) {
    const others = typeof Principal === 'object' ? Object.keys(Principal).filter((kind) => kind !== 'Service') : ['*'];
    // AWS takes them, and does not enforce them.
    if (others.length > 0)
      throw new TypeError(`it counts for services alone, not for a principal ${others[0]}: use IAM's policies`);
    const foreign = [Action].flat().find((action) => !POLICY_ACTION.test(action));
    if (foreign !== undefined)
      throw new TypeError(`it counts for logs:PutLogEvents and logs:CreateLogStream alone, not for ${foreign}`);
  }
  compilePolicy(document);
  return statements;
}
