import { z } from 'zod';
import { type AnyResourceType, inert, type ResourceContext, type ResourceType } from '../core/resource.ts';
import type { PolicyDocument } from '../core/service.ts';
import { resourcePolicySchema } from '../iam/policySchema.ts';
import { DEFAULT_SETTINGS } from './attributes.ts';
import { DEDUPLICATION_SCOPES, THROUGHPUT_LIMITS } from './fifo.ts';
import { checkQueueStatements } from './policy.ts';
import type { Queue } from './queue.ts';
import { nameInUrl } from './queues.ts';
import type { SqsState } from './service.ts';

const MAX_QUEUE_NAME = 80;

/** What AWS makes of `MaximumMessageSize` when a template says it no more: the default that new queues had before 2025. */
const RESET_MESSAGE_BYTES = 262_144;

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
  FifoQueue: z.boolean().optional(),
  ContentBasedDeduplication: z.boolean().optional(),
  DeduplicationScope: z.enum(DEDUPLICATION_SCOPES).optional(),
  FifoThroughputLimit: z.enum(THROUGHPUT_LIMITS).optional(),
  KmsMasterKeyId: inert('messages are not encrypted on a laptop'),
  KmsDataKeyReusePeriodSeconds: inert('messages are not encrypted on a laptop'),
  SqsManagedSseEnabled: inert('messages are not encrypted on a laptop'),
  Tags: inert('tags have no effect on a laptop'),
});
type QueueProperties = z.output<typeof queueProperties>;

const queuePolicyProperties = z.strictObject({
  Queues: z.array(z.string()).min(1, 'names no queue'),
  PolicyDocument: resourcePolicySchema,
});
type QueuePolicyProperties = z.output<typeof queuePolicyProperties>;

/** The resource types of SQS. */
export function sqsResources(state: SqsState): AnyResourceType[] {
  return [queueType(state), queuePolicyType(state)];
}

/** The attributes that stand in the properties, as text; those of the two policies as JSON. */
function attributesIn(properties: QueueProperties): Record<string, string> {
  const { DelaySeconds, MaximumMessageSize, MessageRetentionPeriod, ReceiveMessageWaitTimeSeconds } = properties;
  const { VisibilityTimeout, RedrivePolicy, RedriveAllowPolicy } = properties;
  const { FifoQueue, ContentBasedDeduplication, DeduplicationScope, FifoThroughputLimit } = properties;
  const values = {
    DelaySeconds,
    MaximumMessageSize,
    MessageRetentionPeriod,
    ReceiveMessageWaitTimeSeconds,
    VisibilityTimeout,
    RedrivePolicy,
    RedriveAllowPolicy,
    // A standard queue does not know the attribute, not even as false.
    FifoQueue: FifoQueue || undefined,
    ContentBasedDeduplication,
    DeduplicationScope,
    FifoThroughputLimit,
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
  const nameOf = ({ QueueName, FifoQueue }: QueueProperties, context: ResourceContext) =>
    QueueName ?? context.generateName({ maxLength: MAX_QUEUE_NAME, ...(FifoQueue && { suffix: '.fifo' }) });
  /**
   * What the template does not say any more falls back to its default, but for what is settled of a FIFO queue; the policy is
   * a resource of its own. `saidSize`: the template has set the size of messages before.
   */
  const setAttributes = (queue: Queue, properties: QueueProperties, saidSize: boolean) => {
    const { policy, fifo, maximumMessageBytes } = queue.settings;
    queues.change(queue, attributesIn(properties), {
      ...DEFAULT_SETTINGS,
      maximumMessageBytes: saidSize ? RESET_MESSAGE_BYTES : maximumMessageBytes,
      ...(policy && { policy }),
      ...(fifo && { fifo: { ...fifo, contentBasedDeduplication: false } }),
    });
  };
  return {
    type: 'AWS::SQS::Queue',
    properties: queueProperties,
    replaceOn: ['QueueName', 'FifoQueue'],
    async create(properties, context) {
      return provisioned(queues.create(nameOf(properties, context), attributesIn(properties), context.stackName));
    },
    async adopt(properties, context) {
      const queue = queues.find(nameOf(properties, context));
      if (queue?.owner !== context.stackName) return undefined;
      setAttributes(queue, properties, queue.settings.maximumMessageBytes !== DEFAULT_SETTINGS.maximumMessageBytes);
      return provisioned(queue);
    },
    async update(current, properties, previous) {
      const queue = queues.byUrl(current.physicalId);
      setAttributes(queue, properties, previous.MaximumMessageSize !== undefined);
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
