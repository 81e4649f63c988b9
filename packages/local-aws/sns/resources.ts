import { z } from 'zod';
import { LOCAL_REGION } from '../core/arn.ts';
import { parseJson } from '../core/boundedJson.ts';
import { serviceEdges } from '../core/edges.ts';
import { type AnyResourceType, inert, type ResourceType } from '../core/resource.ts';
import type { PolicyDocument } from '../core/service.ts';
import { resourcePolicySchema } from '../iam/policySchema.ts';
import { invalidParameter } from './errors.ts';
import { THROUGHPUT_SCOPES } from './fifo.ts';
import { checkTopicStatements } from './policy.ts';
import { removeTopic, type SnsState } from './service.ts';
import { type SubscriptionAttributes, subscriptionSettings } from './settings.ts';
import { changeSubscription, subscribe } from './subscribe.ts';
import { type Subscription, subscriptionOf, type Topic } from './topics.ts';

/** The longest name of a topic. docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
const MAX_TOPIC_NAME = 256;

const jsonObject = z.union([z.record(z.string(), z.unknown()), z.string()]);

const topicProperties = z.strictObject({
  TopicName: z.string().optional(),
  DisplayName: z.string().optional(),
  Subscription: z.array(z.strictObject({ Endpoint: z.string(), Protocol: z.string() })).optional(),
  FifoTopic: z.boolean().optional(),
  ContentBasedDeduplication: z.boolean().optional(),
  FifoThroughputScope: z.enum(THROUGHPUT_SCOPES).optional(),
  KmsMasterKeyId: inert('messages are not encrypted on a laptop'),
  SignatureVersion: inert('messages are not signed on a laptop'),
  TracingConfig: inert('there is no X-Ray on a laptop; the journal shows every hop'),
  Tags: inert('tags have no effect on a laptop'),
});
type TopicProperties = z.output<typeof topicProperties>;

const subscriptionProperties = z.strictObject({
  TopicArn: z.string(),
  Protocol: z.string(),
  Endpoint: z.string(),
  FilterPolicy: jsonObject.optional(),
  FilterPolicyScope: z.enum(['MessageAttributes', 'MessageBody']).optional(),
  RawMessageDelivery: z.boolean().optional(),
  RedrivePolicy: jsonObject.optional(),
  /** Where the topic is: osls says so of each whose ARN it is given as text. */
  Region: z.literal(LOCAL_REGION, { error: `topics are in ${LOCAL_REGION} only` }).optional(),
});
type SubscriptionProperties = z.output<typeof subscriptionProperties>;

const topicPolicyProperties = z.strictObject({
  Topics: z.array(z.string()).min(1, 'names no topic'),
  PolicyDocument: resourcePolicySchema,
});
type TopicPolicyProperties = z.output<typeof topicPolicyProperties>;

/** The resource types of SNS. `DeliveryPolicy` and message archives are refused: nothing would execute them. */
export function snsResources(state: SnsState): AnyResourceType[] {
  return [topicType(state), subscriptionType(state), topicPolicyType(state)];
}

function topicType(state: SnsState): ResourceType<TopicProperties> {
  const provisioned = (topic: Topic) => ({
    physicalId: topic.arn,
    attributes: { TopicArn: topic.arn, TopicName: topic.name },
  });
  const apply = (topic: Topic, properties: TopicProperties) => {
    const { DisplayName = '', Subscription = [], ContentBasedDeduplication, FifoThroughputScope } = properties;
    topic.displayName = DisplayName;
    if (topic.fifo) {
      const contentBasedDeduplication = ContentBasedDeduplication ?? false;
      topic.fifo = { contentBasedDeduplication, throughputScope: FifoThroughputScope ?? 'Topic' };
    } else if (ContentBasedDeduplication || FifoThroughputScope) {
      throw invalidParameter('Attributes', 'ContentBasedDeduplication and FifoThroughputScope are of FIFO topics');
    }
    for (const { Protocol, Endpoint } of Subscription) {
      subscribe(state, { topicArn: topic.arn, protocol: Protocol, endpoint: Endpoint }, {});
    }
  };
  return {
    type: 'AWS::SNS::Topic',
    properties: topicProperties,
    replaceOn: ['TopicName', 'FifoTopic'],
    async create(properties, context) {
      const { TopicName, FifoTopic = false } = properties;
      const name =
        TopicName ?? context.generateName({ maxLength: MAX_TOPIC_NAME, ...(FifoTopic && { suffix: '.fifo' }) });
      const topic = state.topics.create(name, FifoTopic, context.stackName);
      try {
        apply(topic, properties);
      } catch (error) {
        state.topics.remove(topic.arn);
        throw error;
      }
      return provisioned(topic);
    },
    async update(current, properties, previous) {
      const topic = state.topics.get(current.physicalId);
      const kept = new Set((properties.Subscription ?? []).map(({ Endpoint }) => Endpoint));
      for (const { Endpoint } of previous.Subscription ?? []) {
        const gone = kept.has(Endpoint) ? undefined : subscriptionOf(topic, Endpoint);
        if (gone) state.topics.unsubscribe(gone.arn);
      }
      apply(topic, properties);
      return provisioned(topic);
    },
    remove: async (current) => removeTopic(state, current.physicalId),
    edges: ({ properties: { Subscription = [] }, provisioned: { physicalId } }) =>
      serviceEdges(
        'sns.amazonaws.com',
        physicalId,
        Subscription.map(({ Endpoint }) => Endpoint),
      ),
  };
}

function subscriptionType(state: SnsState): ResourceType<SubscriptionProperties> {
  const provisioned = ({ arn }: Subscription) => ({ physicalId: arn, attributes: { Arn: arn } });
  return {
    type: 'AWS::SNS::Subscription',
    properties: subscriptionProperties,
    replaceOn: ['TopicArn', 'Protocol', 'Endpoint'],
    async create(properties) {
      const { TopicArn: topicArn, Protocol: protocol, Endpoint: endpoint } = properties;
      return provisioned(subscribe(state, { topicArn, protocol, endpoint }, attributesOf(properties)));
    },
    async update(current, properties) {
      const subscription = state.topics.subscription(current.physicalId);
      const settings = subscriptionSettings(subscription, attributesOf(properties));
      changeSubscription(state, subscription, settings);
      return current;
    },
    remove: async (current) => state.topics.unsubscribe(current.physicalId),
    edges: ({ properties: { TopicArn, Endpoint, RedrivePolicy } }) =>
      serviceEdges('sns.amazonaws.com', TopicArn, [Endpoint, deadLetterArnIn(RedrivePolicy)]),
  };
}

/** The queue that a redrive policy names, which may be given as text. */
function deadLetterArnIn(policy: SubscriptionProperties['RedrivePolicy']): string {
  const parsed = typeof policy === 'string' ? parseJson(policy) : policy;
  const { deadLetterTargetArn } = (parsed ?? {}) as { deadLetterTargetArn?: unknown };
  return String(deadLetterTargetArn ?? '');
}

function attributesOf(properties: SubscriptionProperties): SubscriptionAttributes {
  const { FilterPolicy, FilterPolicyScope, RawMessageDelivery, RedrivePolicy } = properties;
  const text = (json: string | object) => (typeof json === 'string' ? json : JSON.stringify(json));
  return {
    ...(FilterPolicy !== undefined && { FilterPolicy: text(FilterPolicy) }),
    ...(FilterPolicyScope !== undefined && { FilterPolicyScope }),
    ...(RawMessageDelivery !== undefined && { RawMessageDelivery: String(RawMessageDelivery) }),
    ...(RedrivePolicy !== undefined && { RedrivePolicy: text(RedrivePolicy) }),
  };
}

function topicPolicyType(state: SnsState): ResourceType<TopicPolicyProperties> {
  const set = (arns: readonly string[], policy: PolicyDocument) => {
    const topics = arns.map((arn) => state.topics.get(arn));
    for (const topic of topics) topic.policy = checkTopicStatements(policy);
  };
  const unset = (arns: readonly string[]) => {
    for (const arn of arns) delete state.topics.find(arn)?.policy;
  };
  return {
    type: 'AWS::SNS::TopicPolicy',
    properties: topicPolicyProperties,
    async create({ Topics, PolicyDocument }, context) {
      set(Topics, PolicyDocument);
      const physicalId = context.generateName();
      return { physicalId, attributes: { Id: physicalId } };
    },
    async update(current, { Topics, PolicyDocument }, previous) {
      unset(previous.Topics.filter((arn) => !Topics.includes(arn)));
      set(Topics, PolicyDocument);
      return current;
    },
    remove: async (_current, { Topics }) => unset(Topics),
    grants: ({ properties: { Topics, PolicyDocument } }) =>
      Topics.map((target) => ({ target, statements: [PolicyDocument.Statement].flat() })),
  };
}
