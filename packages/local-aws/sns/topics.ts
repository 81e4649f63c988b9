import { arnOf } from '../core/arn.ts';
import { AwsError } from '../core/errors.ts';
import type { PolicyDocument } from '../core/service.ts';
import { ACCOUNT, type Owner } from '../core/store/index.ts';
import { invalidParameter, notFound } from './errors.ts';
import { DEFAULT_FIFO, type FifoSettings } from './fifo.ts';
import type { SubscriptionSettings } from './settings.ts';

/** Who gets a topic's messages, and which of them. */
export interface Subscription extends SubscriptionSettings {
  arn: string;
  topicArn: string;
  protocol: Protocol;
  /** ARN of a function or queue. */
  endpoint: string;
}

/** What local-aws can deliver to. */
export type Protocol = 'lambda' | 'sqs';

/** A label of a topic, which has no effect. */
export interface Tag {
  Key: string;
  Value: string;
}

/** A topic. */
export interface Topic {
  arn: string;
  name: string;
  displayName: string;
  /** Left out for standard topics. */
  fifo?: FifoSettings;
  /** Left out while the topic has AWS's default policy, which lets nobody in whom IAM does not. */
  policy?: PolicyDocument;
  subscriptions: Map<string, Subscription>;
  /** Of a topic that no stack has made. */
  tags?: Tag[];
  /** The stack that it belongs to. */
  owner: Owner;
}

/** The topic's subscription of this function or queue; there is one at the most. */
export function subscriptionOf(topic: Topic, endpoint: string): Subscription | undefined {
  for (const subscription of topic.subscriptions.values()) if (subscription.endpoint === endpoint) return subscription;
  return undefined;
}

/** docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
const TOPIC_NAME = /^[A-Za-z0-9_-]{1,256}$/;
const FIFO_NAME = /^(?=.{1,256}$)[A-Za-z0-9_-]+\.fifo$/;

/** A topic that nobody knows of yet. Throws AwsError `InvalidParameter` when the name does not fit. */
export function newTopic(name: string, isFifo: boolean, owner: Owner = ACCOUNT): Topic {
  if (!(isFifo ? FIFO_NAME : TOPIC_NAME).test(name)) throw invalidParameter('Topic Name');
  const arn = arnOf('sns', name);
  return { arn, name, displayName: '', subscriptions: new Map(), owner, ...(isFifo && { fifo: DEFAULT_FIFO }) };
}

/** All topics, in memory: they are rebuilt from the templates. */
export class Topics {
  readonly #byArn = new Map<string, Topic>();
  readonly #topicOfSubscription = new Map<string, Topic>();

  /** All topics, in the order of their creation. */
  all(): Topic[] {
    return [...this.#byArn.values()];
  }

  find(arn: string): Topic | undefined {
    return this.#byArn.get(arn);
  }

  /** Throws AwsError `NotFound`. */
  get(arn: string): Topic {
    const topic = this.#byArn.get(arn);
    if (!topic) throw notFound('Topic');
    return topic;
  }

  /** Makes a topic. Throws AwsError `InvalidParameter` when the name does not fit, `AlreadyExists` when it is taken. */
  create(name: string, isFifo: boolean, owner: Owner): Topic {
    const topic = newTopic(name, isFifo, owner);
    if (this.#byArn.has(topic.arn)) throw new AwsError('AlreadyExists', `a topic named '${name}' exists already`);
    return this.add(topic);
  }

  add(topic: Topic): Topic {
    this.#byArn.set(topic.arn, topic);
    return topic;
  }

  /** Removes the topic and its subscriptions; does nothing when it is not there. */
  remove(arn: string): void {
    // Deliveries that are still retried look here whether their subscription is there.
    for (const subscription of this.#byArn.get(arn)?.subscriptions.keys() ?? []) this.unsubscribe(subscription);
    this.#byArn.delete(arn);
  }

  /** All subscriptions, of all topics. */
  subscriptions(): Subscription[] {
    return this.all().flatMap((topic) => [...topic.subscriptions.values()]);
  }

  /** Throws AwsError `NotFound`. */
  subscription(arn: string): Subscription {
    const subscription = this.#topicOfSubscription.get(arn)?.subscriptions.get(arn);
    if (!subscription) throw notFound('Subscription');
    return subscription;
  }

  /** Adds a subscription, or replaces the one of the same ARN. Throws AwsError `NotFound` when its topic is not there. */
  subscribe(subscription: Subscription): void {
    const topic = this.get(subscription.topicArn);
    topic.subscriptions.set(subscription.arn, subscription);
    this.#topicOfSubscription.set(subscription.arn, topic);
  }

  /** Does nothing when it is not there, as AWS. */
  unsubscribe(arn: string): void {
    this.#topicOfSubscription.get(arn)?.subscriptions.delete(arn);
    this.#topicOfSubscription.delete(arn);
  }
}
