import type { Core, Delivery } from '../core/cloud.ts';
import { typedAttributes } from '../core/messageAttributes.ts';
import type { LocalService } from '../core/service.ts';
import { applyFilter } from './filter.ts';
import { publish } from './operations/publish.ts';
import { publishBatch } from './operations/publishBatch.ts';
import {
  confirmSubscription,
  getSubscriptionAttributes,
  listSubscriptions,
  listSubscriptionsByTopic,
  setSubscriptionAttributes,
  subscribeOperation,
  unsubscribe,
} from './operations/subscriptions.ts';
import { createTopic, deleteTopic, getTopicAttributes, listTopics, setTopicAttributes } from './operations/topics.ts';
import { snsResources } from './resources.ts';
import { createState } from './service.ts';

/** SNS: standard and FIFO topics with subscriptions of functions and queues, filter policies, retries and dead letters. */
export function createSns(core: Core): LocalService {
  const state = createState(core);
  return {
    id: 'sns',
    protocol: { kind: 'query', xmlns: 'http://sns.amazonaws.com/doc/2010-03-31/' },
    errors: {
      throttled: { code: 'Throttling', status: 400 },
      // docs.aws.amazon.com/sns/latest/api/API_Publish.html, "Errors"
      denied: { code: 'AuthorizationError', status: 403 },
    },
    operations: {
      CreateTopic: createTopic(state),
      DeleteTopic: deleteTopic(state),
      ListTopics: listTopics(state),
      GetTopicAttributes: getTopicAttributes(state),
      SetTopicAttributes: setTopicAttributes(state),
      Subscribe: subscribeOperation(state),
      Unsubscribe: unsubscribe(state),
      ConfirmSubscription: confirmSubscription(),
      ListSubscriptions: listSubscriptions(state),
      ListSubscriptionsByTopic: listSubscriptionsByTopic(state),
      GetSubscriptionAttributes: getSubscriptionAttributes(state),
      SetSubscriptionAttributes: setSubscriptionAttributes(state),
      Publish: publish(state),
      PublishBatch: publishBatch(state),
    },
    policyOf: (arn) => state.topics.find(arn)?.policy,
    takes: {
      action: 'sns:Publish',
      allowedBy: 'AWS::SNS::TopicPolicy',
      call: ({ targetArn, payload, subject, attributes }: Delivery) => ({
        operation: 'Publish',
        input: {
          TopicArn: targetArn,
          Message: payload,
          MessageAttributes: typedAttributes(attributes),
          ...(subject !== undefined && { Subject: subject }),
        },
      }),
    },
    takersOf(arn, { said, attributes }) {
      const text = typeof said === 'string' ? said : JSON.stringify(said);
      const message = { text, attributes: typedAttributes(attributes) };
      return [...(state.topics.find(arn)?.subscriptions.values() ?? [])].map((subscription) => ({
        arn: subscription.arn,
        targets: [subscription.endpoint],
        ...(subscription.filter && { pattern: subscription.filter.policy }),
        ...applyFilter(subscription, message),
      }));
    },
    resources: snsResources(state),
    resume: state.delivering.resume,
  };
}
