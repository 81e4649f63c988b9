import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { arnOf, LOCAL_ACCOUNT } from '../../core/arn.ts';
import { NotSupportedError } from '../../core/errors.ts';
import type { PolicyDocument } from '../../core/service.ts';
import { invalidParameter } from '../errors.ts';
import { withFifoAttribute } from '../fifo.ts';
import { checkTopicPolicy } from '../policy.ts';
import { defaultPolicy, onTopic, removeTopic, type SnsState, snsOperation, topicArn } from '../service.ts';
import { newTopic, type Tag, type Topic } from '../topics.ts';

const attributes = z.record(z.string(), z.string());
/** `ListTopics` and the lists of subscriptions give a hundred at a time. */
const PAGE_SIZE = 100;

/** Sets one attribute of a topic. Throws AwsError for a value or an attribute that cannot be. */
function setAttribute(topic: Topic, name: string, value: string): void {
  switch (name) {
    case 'DisplayName':
      topic.displayName = value;
      return;
    case 'Policy':
      topic.policy = checkTopicPolicy(value);
      return;
    case 'FifoTopic':
      // A topic cannot become another.
      if (value !== String(topic.fifo !== undefined)) throw invalidParameter('AttributeName');
      return;
    case 'ContentBasedDeduplication':
    case 'FifoThroughputScope': {
      const fifo = topic.fifo && withFifoAttribute(topic.fifo, name, value);
      if (!fifo) throw invalidParameter('AttributeName');
      topic.fifo = fifo;
      return;
    }
    default:
      throw new NotSupportedError(`the attribute '${name}' of an SNS topic`);
  }
}

export const createTopic = (state: SnsState) =>
  snsOperation('CreateTopic', {
    input: z.strictObject({
      Name: z.string(),
      Attributes: attributes.optional(),
      Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
    }),
    permissions: ({ Name }) => onTopic('CreateTopic', arnOf('sns', Name)),
    async run({ Name, Attributes = {}, Tags = [] }) {
      const isFifo = Attributes.FifoTopic === 'true';
      if (isFifo !== Name.endsWith('.fifo')) throw invalidParameter('Topic Name');
      const existing = state.topics.find(arnOf('sns', Name));
      const asked = { ...(existing ?? newTopic(Name, isFifo)) };
      for (const [name, value] of Object.entries(Attributes)) setAttribute(asked, name, value);
      if (existing) checkSame(existing, asked, Tags);
      else state.topics.add({ ...asked, tags: Tags });
      return { TopicArn: asked.arn };
    },
  });

/** A topic may be made again as it is. What is not said may be anything. */
function checkSame(existing: Topic, asked: Topic, tags: Tag[]): void {
  const different = (what: string) =>
    invalidParameter(what, `Topic already exists with different ${what.toLowerCase()}`);
  const said = ({ displayName, policy, fifo }: Topic) => ({ displayName, policy, fifo });
  if (!isDeepStrictEqual(said(asked), said(existing))) throw different('Attributes');
  // Of a stack's topic nothing is known of tags: they mean nothing on a laptop.
  const { tags: there } = existing;
  if (there && !tags.every((tag) => there.some((other) => isDeepStrictEqual(other, tag)))) throw different('Tags');
}

export const deleteTopic = (state: SnsState) =>
  snsOperation('DeleteTopic', {
    input: z.strictObject({ TopicArn: topicArn }),
    permissions: ({ TopicArn }) => onTopic('DeleteTopic', TopicArn),
    async run({ TopicArn }) {
      removeTopic(state, TopicArn);
    },
  });

export const getTopicAttributes = (state: SnsState) =>
  snsOperation('GetTopicAttributes', {
    input: z.strictObject({ TopicArn: topicArn }),
    permissions: ({ TopicArn }) => onTopic('GetTopicAttributes', TopicArn),
    async run({ TopicArn }) {
      const topic = state.topics.get(TopicArn);
      const policy: PolicyDocument = topic.policy ?? defaultPolicy(topic.arn);
      return {
        Attributes: new Map([
          ['TopicArn', topic.arn],
          ['Owner', LOCAL_ACCOUNT],
          ['DisplayName', topic.displayName],
          ['Policy', JSON.stringify(policy)],
          ['SubscriptionsConfirmed', String(topic.subscriptions.size)],
          ['SubscriptionsPending', '0'],
          ['SubscriptionsDeleted', '0'],
          ...fifoAttributes(topic),
        ]),
      };
    },
  });

function* fifoAttributes({ fifo }: Topic): Generator<[string, string]> {
  if (!fifo) return;
  yield ['FifoTopic', 'true'];
  yield ['ContentBasedDeduplication', String(fifo.contentBasedDeduplication)];
  yield ['FifoThroughputScope', fifo.throughputScope];
}

export const setTopicAttributes = (state: SnsState) =>
  snsOperation('SetTopicAttributes', {
    input: z.strictObject({ TopicArn: topicArn, AttributeName: z.string(), AttributeValue: z.string().default('') }),
    permissions: ({ TopicArn }) => onTopic('SetTopicAttributes', TopicArn),
    async run({ TopicArn, AttributeName, AttributeValue }) {
      setAttribute(state.topics.get(TopicArn), AttributeName, AttributeValue);
    },
  });

export const listTopics = (state: SnsState) =>
  snsOperation('ListTopics', {
    input: z.strictObject({ NextToken: z.string().optional() }),
    permissions: () => [{ action: 'sns:ListTopics', resource: '*' }],
    async run({ NextToken }) {
      const { page, next } = pageOf(state.topics.all(), NextToken);
      return { Topics: page.map(({ arn }) => ({ TopicArn: arn })), ...next };
    },
  });

/** One page of a list; the token is the position. Throws AwsError `InvalidParameter` for one that is none. */
export function pageOf<T>(all: readonly T[], token: string | undefined): { page: T[]; next: { NextToken?: string } } {
  const start = token ? Number(token) : 0;
  if (!Number.isInteger(start) || start < 0) throw invalidParameter('NextToken');
  const end = start + PAGE_SIZE;
  return { page: all.slice(start, end), next: end < all.length ? { NextToken: String(end) } : {} };
}
