import { z } from 'zod';
import { arnOf, LOCAL_ACCOUNT } from '../../core/arn.ts';
import { AwsError } from '../../core/errors.ts';
import { recordOf } from '../../core/messageAttributes.ts';
import { attributesOf, withAttributes } from '../attributes.ts';
import { queueDoesNotExist } from '../errors.ts';
import type { Queue } from '../queue.ts';
import { onQueue, onQueueNamed, type SqsState, sqsOperation, wholeNumber } from '../service.ts';

const attributes = recordOf(z.string());
const onlyUrl = z.strictObject({ QueueUrl: z.string() });

export const createQueue = (state: SqsState) =>
  sqsOperation('CreateQueue', {
    input: z.strictObject({ QueueName: z.string(), Attributes: attributes.default({}), tags: attributes.optional() }),
    permissions: ({ QueueName }) => onQueueNamed('CreateQueue', QueueName),
    async run({ QueueName, Attributes }, { endpoint }) {
      const { queues } = state;
      const existing = queues.find(QueueName);
      if (!existing) return { QueueUrl: queues.urlOf(queues.create(QueueName, Attributes), endpoint) };
      const asked = attributesOf(withAttributes(existing.settings, Attributes));
      const there = attributesOf(existing.settings);
      const different = Object.keys(asked).find((name) => asked[name] !== there[name]);
      if (different) {
        throw new AwsError(
          'QueueNameExists',
          `A queue already exists with the same name and a different value for attribute ${different}`,
        );
      }
      return { QueueUrl: queues.urlOf(existing, endpoint) };
    },
  });

export const deleteQueue = (state: SqsState) =>
  sqsOperation('DeleteQueue', {
    input: onlyUrl,
    permissions: ({ QueueUrl }) => onQueue('DeleteQueue', QueueUrl),
    async run({ QueueUrl }) {
      state.queues.delete(state.queues.byUrl(QueueUrl));
      return {};
    },
  });

export const getQueueUrl = (state: SqsState) =>
  sqsOperation('GetQueueUrl', {
    input: z.strictObject({ QueueName: z.string(), QueueOwnerAWSAccountId: z.literal(LOCAL_ACCOUNT).optional() }),
    permissions: ({ QueueName }) => onQueueNamed('GetQueueUrl', QueueName),
    async run({ QueueName }, { endpoint }) {
      const queue = state.queues.find(QueueName);
      if (!queue) throw queueDoesNotExist();
      return { QueueUrl: state.queues.urlOf(queue, endpoint) };
    },
  });

const MAX_LIST = 1000;

export const listQueues = (state: SqsState) =>
  sqsOperation('ListQueues', {
    input: z.strictObject({
      QueueNamePrefix: z.string().default(''),
      MaxResults: wholeNumber(1, MAX_LIST).optional(),
      NextToken: z.string().regex(/^\d+$/, 'not a token of ListQueues').optional(),
    }),
    permissions: () => [{ action: 'sqs:ListQueues', resource: arnOf('sqs', '*') }],
    async run({ QueueNamePrefix, MaxResults = MAX_LIST, NextToken }, { endpoint }) {
      const found = state.queues.all().filter(({ name }) => name.startsWith(QueueNamePrefix));
      const start = Number(NextToken ?? 0);
      const end = start + MaxResults;
      const QueueUrls = found.slice(start, end).map((queue) => state.queues.urlOf(queue, endpoint));
      return { ...(QueueUrls.length > 0 && { QueueUrls }), ...(end < found.length && { NextToken: String(end) }) };
    },
  });

/** All attributes of a queue, as AWS names them. */
function allAttributes(queue: Queue): Record<string, string> {
  const { visible, inFlight, delayed } = queue.counts();
  const seconds = (ms: number) => String(Math.floor(ms / 1000));
  return {
    ...attributesOf(queue.settings),
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: seconds(queue.createdAtMs),
    LastModifiedTimestamp: seconds(queue.changedAtMs),
  };
}

/** Attributes that AWS knows and that a standard queue may lack. */
const OPTIONAL = new Set([
  'All',
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
]);

export const getQueueAttributes = (state: SqsState) =>
  sqsOperation('GetQueueAttributes', {
    input: z.strictObject({ QueueUrl: z.string(), AttributeNames: z.array(z.string()).default([]) }),
    permissions: ({ QueueUrl }) => onQueue('GetQueueAttributes', QueueUrl),
    async run({ QueueUrl, AttributeNames }) {
      const all = allAttributes(state.queues.byUrl(QueueUrl));
      const unknown = AttributeNames.find((name) => !Object.hasOwn(all, name) && !OPTIONAL.has(name));
      if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
      if (AttributeNames.includes('All')) return { Attributes: all };
      const asked = Object.entries(all).filter(([name]) => AttributeNames.includes(name));
      return asked.length > 0 ? { Attributes: Object.fromEntries(asked) } : {};
    },
  });

export const setQueueAttributes = (state: SqsState) =>
  sqsOperation('SetQueueAttributes', {
    input: z.strictObject({ QueueUrl: z.string(), Attributes: attributes }),
    permissions: ({ QueueUrl }) => onQueue('SetQueueAttributes', QueueUrl),
    async run({ QueueUrl, Attributes }) {
      state.queues.change(state.queues.byUrl(QueueUrl), Attributes);
      return {};
    },
  });

/** AWS lets a queue be purged once a minute. */
const PURGE_PAUSE_MS = 60_000;

export const purgeQueue = (state: SqsState) =>
  sqsOperation('PurgeQueue', {
    input: onlyUrl,
    permissions: ({ QueueUrl }) => onQueue('PurgeQueue', QueueUrl),
    async run({ QueueUrl }) {
      const queue = state.queues.byUrl(QueueUrl);
      const { purgedAtMs } = queue;
      if (purgedAtMs !== undefined && state.core.clock.now() < purgedAtMs + PURGE_PAUSE_MS) {
        throw new AwsError(
          'PurgeQueueInProgress',
          `Only one PurgeQueue operation on ${queue.name} is allowed every ${PURGE_PAUSE_MS / 1000} seconds.`,
          { status: 403 },
        );
      }
      queue.purge();
      return {};
    },
  });
