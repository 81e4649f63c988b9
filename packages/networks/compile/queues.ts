import { pascal } from '../core/names.ts';
import { type Node, nodeOf, type Supplied } from '../core/network.ts';
import { NODE_DEFAULTS } from '../core/rules.ts';
import type { FunctionSettings, Json } from '../core/settings.ts';
import { arnOf, type Context, edgesOf, logicalId } from './context.ts';
import type { Template } from './types.ts';

const SECONDS_A_DAY = 86_400;
const DEAD_LETTER_DAYS = 14;
/** SQS's own default, for a queue that nothing reads in this stack. */
export const UNREAD_VISIBILITY_SECONDS = 30;
/**
 * Six times the function's timeout, plus the batch window: AWS's rule, so that a message is not shown again while
 * Lambda still retries it after throttling (docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
 */
const TIMEOUTS_OF_VISIBILITY = 6;

const resource = (type: string, properties: Template): Template => ({ Type: type, Properties: properties });

/** `DeferredQueue` to `DeferredDeadLetterQueue`; a failure queue is named by its function. */
export const deadLetterId = (node: Node): string => logicalId(node).replace(/Queue$/, 'DeadLetterQueue');

/** Rings as soon as one message is there. */
const depthAlarm = (context: Context, queueId: string, description: string): Template => {
  const { alarmActions } = context.options;
  return resource('AWS::CloudWatch::Alarm', {
    AlarmDescription: description,
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queueId, 'QueueName'] } }],
    Statistic: 'Maximum',
    Period: 300,
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 1,
    TreatMissingData: 'notBreaching',
    ...(alarmActions === undefined ? {} : { AlarmActions: alarmActions }),
  });
};

/** How long a message of that queue is hidden from others once it was taken, in seconds. */
export const visibilitySeconds = (context: Context, queue: Supplied<'queue'>): number => {
  if (queue.settings.visibilitySeconds !== undefined) return queue.settings.visibilitySeconds;
  const needed = edgesOf(context.outOf, queue.name, 'queue triggers function').map((edge) => {
    // Of one that is elsewhere, the open end says it.
    const timeout = ((nodeOf(context.network, edge.to) as Node).settings as FunctionSettings).timeoutSeconds;
    return (
      TIMEOUTS_OF_VISIBILITY * (timeout ?? NODE_DEFAULTS.function.timeoutSeconds) + (edge.settings.windowSeconds ?? 0)
    );
  });
  return needed.length === 0 ? UNREAD_VISIBILITY_SECONDS : Math.max(...needed);
};

/** The dead-letter queue of a queue, and the alarm on it. */
const deadLetterResources = (context: Context, node: Supplied<'queue'>, ordered: Template): Template => {
  const { fifo, maxReceiveCount } = { ...NODE_DEFAULTS.queue, ...node.settings };
  const id = deadLetterId(node);
  return {
    [id]: resource('AWS::SQS::Queue', {
      QueueName: context.physical(node.name, `-dead-letters${fifo ? '.fifo' : ''}`),
      ...ordered,
      MessageRetentionPeriod: DEAD_LETTER_DAYS * SECONDS_A_DAY,
    }),
    [id.replace(/Queue$/, 'Alarm')]: depthAlarm(
      context,
      id,
      `Messages of ${node.name} failed ${maxReceiveCount} times: mend the cause, then redrive them from the dead-letter queue.`,
    ),
  };
};

const keptAlarm = (context: Context, node: Supplied<'queue'>): Template => {
  const id = logicalId(node);
  return {
    [id.replace(/Queue$/, 'Alarm')]: depthAlarm(
      context,
      id,
      `Messages are kept in ${node.name}: look why they came there.`,
    ),
  };
};

/** A queue with its dead-letter queue and the alarm on that; or, where it only keeps, with an alarm of its own. */
export const queueResources = (context: Context, node: Supplied<'queue'>): Template => {
  const { fifo, maxReceiveCount, delaySeconds, retentionDays, keeps } = { ...NODE_DEFAULTS.queue, ...node.settings };
  const ordered: Template = fifo ? { FifoQueue: true } : {};
  const deadLetters = { 'Fn::GetAtt': [deadLetterId(node), 'Arn'] };
  return {
    [logicalId(node)]: resource('AWS::SQS::Queue', {
      QueueName: context.physical(node.name, fifo ? '.fifo' : ''),
      ...ordered,
      ...(fifo ? { ContentBasedDeduplication: true } : {}),
      ...(delaySeconds === 0 ? {} : { DelaySeconds: delaySeconds }),
      VisibilityTimeout: visibilitySeconds(context, node),
      MessageRetentionPeriod: retentionDays * SECONDS_A_DAY,
      ...(keeps ? {} : { RedrivePolicy: { deadLetterTargetArn: deadLetters, maxReceiveCount } }),
    }),
    ...(keeps ? keptAlarm(context, node) : deadLetterResources(context, node, ordered)),
  };
};

/** The logical id of the queue that holds what a function failed on. */
export const failureQueueId = (name: string): string => `${pascal(name)}FailureQueue`;

/** Where the events and records go that a function gave up on, and the alarm on that. */
export const failureResources = (context: Context, name: string): Template => {
  const id = failureQueueId(name);
  return {
    [id]: resource('AWS::SQS::Queue', {
      QueueName: context.physical(name, '-failures'),
      MessageRetentionPeriod: DEAD_LETTER_DAYS * SECONDS_A_DAY,
    }),
    [id.replace(/Queue$/, 'Alarm')]: depthAlarm(
      context,
      id,
      `Events that ${name} failed on, retries included: mend the cause, then send them again.`,
    ),
  };
};

/** A service that puts messages in a queue, and the resource that it does so for. */
export interface Delivery {
  readonly service: string;
  readonly source: Json;
}

/** Who may put messages in a queue from outside any role: topics and rules, each by its own ARN. */
export const queuePolicy = (context: Context, queue: string, deliveries: readonly Delivery[]): Template => {
  const node = nodeOf(context.network, queue) as Node;
  return {
    [`${logicalId(node)}Policy`]: resource('AWS::SQS::QueuePolicy', {
      Queues: [{ Ref: logicalId(node) }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: deliveries.map(({ service, source }) => ({
          Effect: 'Allow',
          Principal: { Service: service },
          Action: 'sqs:SendMessage',
          Resource: arnOf(context, queue),
          Condition: { ArnEquals: { 'aws:SourceArn': source } },
        })),
      },
    }),
  };
};
