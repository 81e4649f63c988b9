import { z } from 'zod';
import { LOCAL_ACCOUNT } from '../../core/arn.ts';
import { AwsError } from '../../core/errors.ts';
import { invalidParameter } from '../errors.ts';
import { onSubscription, onTopic, type SnsState, snsOperation, subscriptionArn, topicArn } from '../service.ts';
import { type SubscriptionAttributes, settingsAttributes, subscriptionSettings } from '../settings.ts';
import { changeSubscription, subscribe } from '../subscribe.ts';
import type { Subscription } from '../topics.ts';
import { pageOf } from './topics.ts';

export const subscribeOperation = (state: SnsState) =>
  snsOperation('Subscribe', {
    input: z.strictObject({
      TopicArn: topicArn,
      Protocol: z.string(),
      Endpoint: z.string(),
      Attributes: z.record(z.string(), z.string()).optional(),
      ReturnSubscriptionArn: z.string().optional(),
    }),
    permissions: ({ TopicArn }) => onTopic('Subscribe', TopicArn),
    async run({ TopicArn, Protocol, Endpoint, Attributes = {} }) {
      const { arn } = subscribe(state, { topicArn: TopicArn, protocol: Protocol, endpoint: Endpoint }, Attributes);
      return { SubscriptionArn: arn };
    },
  });

export const unsubscribe = (state: SnsState) =>
  snsOperation('Unsubscribe', {
    input: z.strictObject({ SubscriptionArn: subscriptionArn }),
    permissions: ({ SubscriptionArn }) => onSubscription('Unsubscribe', SubscriptionArn),
    async run({ SubscriptionArn }) {
      state.topics.unsubscribe(SubscriptionArn);
    },
  });

/** What a token looks like. */
const TOKEN = /^[0-9a-f]{64,}$/;

/** Functions and queues, the only subscribers here, need no confirmation: no token was ever given out. */
export const confirmSubscription = () =>
  snsOperation('ConfirmSubscription', {
    input: z.looseObject({ TopicArn: topicArn, Token: z.string() }),
    async run({ Token }) {
      throw TOKEN.test(Token) ? invalidParameter('Token') : new AwsError('InvalidParameter', 'Invalid token');
    },
  });

export const getSubscriptionAttributes = (state: SnsState) =>
  snsOperation('GetSubscriptionAttributes', {
    input: z.strictObject({ SubscriptionArn: subscriptionArn }),
    permissions: ({ SubscriptionArn }) => onSubscription('GetSubscriptionAttributes', SubscriptionArn),
    async run({ SubscriptionArn }) {
      const subscription = state.topics.subscription(SubscriptionArn);
      const { FilterPolicyScope, ...settings } = settingsAttributes(subscription);
      return {
        Attributes: new Map(
          Object.entries({
            ...summary(subscription),
            ConfirmationWasAuthenticated: 'true',
            PendingConfirmation: 'false',
            ...settings,
            // AWS tells the scope of a policy only.
            ...(settings.FilterPolicy && { FilterPolicyScope: FilterPolicyScope ?? 'MessageAttributes' }),
          }),
        ),
      };
    },
  });

export const setSubscriptionAttributes = (state: SnsState) =>
  snsOperation('SetSubscriptionAttributes', {
    input: z.strictObject({
      SubscriptionArn: subscriptionArn,
      AttributeName: z.string(),
      AttributeValue: z.string().default(''),
    }),
    permissions: ({ SubscriptionArn }) => onSubscription('SetSubscriptionAttributes', SubscriptionArn),
    async run({ SubscriptionArn, AttributeName, AttributeValue }) {
      const subscription = state.topics.subscription(SubscriptionArn);
      const attributes: SubscriptionAttributes = {
        ...settingsAttributes(subscription),
        [AttributeName]: AttributeValue,
      };
      changeSubscription(state, subscription, subscriptionSettings(subscription, attributes));
    },
  });

export const listSubscriptions = (state: SnsState) =>
  snsOperation('ListSubscriptions', {
    input: z.strictObject({ NextToken: z.string().optional() }),
    permissions: () => [{ action: 'sns:ListSubscriptions', resource: '*' }],
    async run({ NextToken }) {
      const { page, next } = pageOf(state.topics.subscriptions(), NextToken);
      return { Subscriptions: page.map(summary), ...next };
    },
  });

export const listSubscriptionsByTopic = (state: SnsState) =>
  snsOperation('ListSubscriptionsByTopic', {
    input: z.strictObject({ TopicArn: topicArn, NextToken: z.string().optional() }),
    permissions: ({ TopicArn }) => onTopic('ListSubscriptionsByTopic', TopicArn),
    async run({ TopicArn, NextToken }) {
      const { page, next } = pageOf([...state.topics.get(TopicArn).subscriptions.values()], NextToken);
      return { Subscriptions: page.map(summary), ...next };
    },
  });

function summary({ arn, topicArn: TopicArn, protocol, endpoint }: Subscription) {
  return { SubscriptionArn: arn, TopicArn, Protocol: protocol, Endpoint: endpoint, Owner: LOCAL_ACCOUNT };
}
