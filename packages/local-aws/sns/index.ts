import type { Core } from '../core/cloud.ts';
import type { LocalService } from '../core/resource.ts';
import type { AwsService } from '../core/service.ts';
import { publish, publishTo } from './operations/publish.ts';
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
import { createState, onTopic } from './service.ts';

/**
 * SNS: standard topics with subscriptions of functions and queues, filter policies, retries and dead letters. Others
 * deliver to a topic through `core.deliver`.
 */
export function createSns(core: Core): LocalService & { service: AwsService } {
  const state = createState(core);

  core.registerTarget('sns', async ({ targetArn, principal, payload, attributes, traceHeader }) => {
    for (const permission of onTopic(state, 'Publish', targetArn)) core.authorize(principal, permission);
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes ?? {}).map(([name, value]) => [
        name,
        typeof value === 'string' ? { DataType: 'String', StringValue: value } : value,
      ]),
    );
    publishTo(state, targetArn, { Message: payload, MessageAttributes }, traceHeader);
  });

  return {
    service: {
      id: 'sns',
      protocol: { kind: 'query', xmlns: 'http://sns.amazonaws.com/doc/2010-03-31/' },
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
    },
    resources: snsResources(state),
    resume: state.delivering.resume,
  };
}
