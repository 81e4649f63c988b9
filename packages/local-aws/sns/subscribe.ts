import { isArnOf } from '../core/arn.ts';
import { AwsError, NotSupportedError } from '../core/errors.ts';
import { invalidParameter } from './errors.ts';
import type { SnsState } from './service.ts';
import {
  type SubscriptionAttributes,
  type SubscriptionSettings,
  settingsAttributes,
  subscriptionSettings,
} from './settings.ts';
import { type Protocol, type Subscription, subscriptionOf } from './topics.ts';

/** All protocols of SNS; only the first two can be delivered on a laptop. */
const PROTOCOLS = ['lambda', 'sqs', 'http', 'https', 'email', 'email-json', 'sms', 'application', 'firehose'];
const NAMES_OF_ENDPOINTS = { lambda: 'Lambda endpoint ARN', sqs: 'SQS endpoint ARN' };

/**
 * Subscribes a function or queue. Subscribing the same endpoint again gives the subscription that is there, as AWS.
 * Throws AwsError `NotFound`, `InvalidParameter`; NotSupportedError for protocols that a laptop cannot deliver to.
 */
export function subscribe(
  { topics, core }: SnsState,
  { topicArn, protocol, endpoint }: { topicArn: string; protocol: string; endpoint: string },
  attributes: SubscriptionAttributes,
): Subscription {
  const topic = topics.get(topicArn);
  if (!PROTOCOLS.includes(protocol)) {
    throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
  }
  // docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html: only queues keep the order
  if (topic.fifo && protocol !== 'sqs') throw invalidParameter(`Invalid protocol type: ${protocol}`);
  if (!isDeliverable(protocol)) {
    throw new NotSupportedError(`the protocol '${protocol}' of an SNS subscription`, 'It delivers to lambda and sqs');
  }
  if (!isArnOf(protocol, endpoint)) throw invalidParameter(NAMES_OF_ENDPOINTS[protocol]);
  if (endpoint.endsWith('.fifo') && !topic.fifo) {
    // AWS says so twice.
    const twice = invalidParameter('Endpoint', 'FIFO SQS Queues can not be subscribed to standard SNS topics');
    throw invalidParameter(twice.message);
  }
  const settings = settingsIn({ protocol, endpoint }, attributes);
  const existing = subscriptionOf(topic, endpoint);
  if (existing) {
    const [there, asked] = [settingsAttributes(existing), settingsAttributes(settings)];
    // What is left out may be anything.
    const names = Object.keys(attributes) as (keyof SubscriptionAttributes)[];
    if (names.every((name) => there[name] === asked[name])) return existing;
    throw invalidParameter('Attributes', 'Subscription already exists with different attributes');
  }
  const subscription = { arn: `${topic.arn}:${core.newId()}`, topicArn, protocol, endpoint, ...settings };
  topics.subscribe(subscription);
  return subscription;
}

/** Gives a subscription other settings; deliveries that are under way keep those that they began with. */
export function changeSubscription({ topics }: SnsState, current: Subscription, settings: SubscriptionSettings): void {
  const { arn, topicArn, protocol, endpoint } = current;
  topics.subscribe({ arn, topicArn, protocol, endpoint, ...settings });
}

const isDeliverable = (protocol: string): protocol is Protocol => protocol === 'lambda' || protocol === 'sqs';

/** What is wrong with an attribute comes after the parameter's name here: `Attributes Reason: <as of SetSubscriptionAttributes>`. */
function settingsIn(...[to, attributes]: Parameters<typeof subscriptionSettings>): SubscriptionSettings {
  try {
    return subscriptionSettings(to, attributes);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'InvalidParameter') throw error;
    throw invalidParameter('Attributes', error.message.replace(/^Invalid parameter: /, ''));
  }
}
