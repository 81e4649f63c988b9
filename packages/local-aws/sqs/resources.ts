import { z } from 'zod';
import { type AnyResourceType, inert, type ResourceType } from '../core/resource.ts';
import type { PolicyDocument } from '../core/service.ts';
import { policyDocumentSchema } from '../iam/policySchema.ts';
import { DEFAULT_SETTINGS } from './attributes.ts';
import { checkQueueStatements } from './policy.ts';
import type { Queue } from './queue.ts';
import { nameInUrl } from './queues.ts';
import type { SqsState } from './service.ts';

const MAX_QUEUE_NAME = 80;

const json = z.union([z.record(z.string(), z.unknown()), z.string()]);

const queueProperties = z.strictObject({
  QueueName: z.string().optional(),
  DelaySeconds: z.int().optional(),
  MaximumMessageSize: z.int().optional(),
  MessageRetentionPeriod: z.int().optional(),
  ReceiveMessageWaitTimeSeconds: z.int().optional(),
  VisibilityTimeout: z.int().optional(),
  RedrivePolicy: json.optional(),
  RedriveAllowPolicy: json.optional(),
  FifoQueue: z.literal(false, 'local-aws has standard queues only, no FIFO queues').optional(),
  KmsMasterKeyId: inert('messages are not encrypted on a laptop'),
  KmsDataKeyReusePeriodSeconds: inert('messages are not encrypted on a laptop'),
  SqsManagedSseEnabled: inert('messages are not encrypted on a laptop'),
  Tags: inert('tags have no effect on a laptop'),
});
type QueueProperties = z.output<typeof queueProperties>;

const queuePolicyProperties = z.strictObject({
  Queues: z.array(z.string()).min(1, 'names no queue'),
  PolicyDocument: policyDocumentSchema,
});
type QueuePolicyProperties = z.output<typeof queuePolicyProperties>;

/** The resource types of SQS. What belongs to FIFO queues is refused. */
export function sqsResources(state: SqsState): AnyResourceType[] {
  return [queueType(state), queuePolicyType(state)];
}

/** The attributes that stand in the properties, as text; those of the two policies as JSON. */
function attributesIn(properties: QueueProperties): Record<string, string> {
  const { DelaySeconds, MaximumMessageSize, MessageRetentionPeriod, ReceiveMessageWaitTimeSeconds } = properties;
  const { VisibilityTimeout, RedrivePolicy, RedriveAllowPolicy } = properties;
  const values = {
    DelaySeconds,
    MaximumMessageSize,
    MessageRetentionPeriod,
    ReceiveMessageWaitTimeSeconds,
    VisibilityTimeout,
    RedrivePolicy,
    RedriveAllowPolicy,
  };
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
  );
}

function queueType({ queues }: SqsState): ResourceType<QueueProperties> {
  const provisioned = (queue: Queue) => {
    const url = queues.urlOf(queue);
    return { physicalId: url, attributes: { Arn: queue.arn, QueueName: queue.name, QueueUrl: url } };
  };
  /** What the template does not say any more falls back to its default; the policy is a resource of its own. */
  const setAttributes = (queue: Queue, properties: QueueProperties) => {
    const { policy } = queue.settings;
    queues.change(queue, attributesIn(properties), { ...DEFAULT_SETTINGS, ...(policy && { policy }) });
  };
  return {
    type: 'AWS::SQS::Queue',
    properties: queueProperties,
    replaceOn: ['QueueName', 'FifoQueue'],
    async create(properties, context) {
      const name = properties.QueueName ?? context.generateName({ maxLength: MAX_QUEUE_NAME });
      return provisioned(queues.create(name, attributesIn(properties), context.stackName));
    },
    async adopt(properties, context) {
      const queue = queues.find(properties.QueueName ?? context.generateName({ maxLength: MAX_QUEUE_NAME }));
      if (queue?.owner !== context.stackName) return undefined;
      setAttributes(queue, properties);
      return provisioned(queue);
    },
    async update(current, properties) {
      const queue = queues.byUrl(current.physicalId);
      setAttributes(queue, properties);
      return provisioned(queue);
    },
    remove: async (current) => queues.remove(nameInUrl(current.physicalId)),
    retain: async (current) => queues.retain(queues.byUrl(current.physicalId)),
  };
}

function queuePolicyType({ queues }: SqsState): ResourceType<QueuePolicyProperties> {
  const set = (urls: readonly string[], document: PolicyDocument) => {
    const named = urls.map((url) => queues.byUrl(url));
    const policy = checkQueueStatements(document);
    for (const queue of named) queues.setPolicy(queue, policy);
  };
  const unset = (urls: readonly string[]) => {
    for (const url of urls) {
      const queue = queues.find(nameInUrl(url));
      if (queue) queues.change(queue, { Policy: '' });
    }
  };
  return {
    type: 'AWS::SQS::QueuePolicy',
    properties: queuePolicyProperties,
    async create({ Queues, PolicyDocument }, context) {
      set(Queues, PolicyDocument);
      const physicalId = context.generateName();
      return { physicalId, attributes: { Id: physicalId } };
    },
    async update(current, { Queues, PolicyDocument }, previous) {
      unset(previous.Queues.filter((url) => !Queues.includes(url)));
      set(Queues, PolicyDocument);
      return current;
    },
    remove: async (_current, { Queues }) => unset(Queues),
    grants: ({ properties: { Queues, PolicyDocument } }) =>
      Queues.map((target) => ({ target, statements: [PolicyDocument.Statement].flat() })),
  };
}
