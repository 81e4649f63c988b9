import { z } from 'zod';
import type { Core, Delivery } from '../core/cloud.ts';
import { bring, createDeliveries, type Deliveries, deliveriesOf, type Refusal } from '../core/delivery.ts';
import type { Hop } from '../core/journal.ts';
import { servicePrincipal } from '../core/principal.ts';
import { traceRoot } from '../core/trace.ts';
import { lambdaEvent, notification } from './envelope.ts';
import { applyFilter } from './filter.ts';
import type { Message } from './message.ts';
import { pauseBeforeRetryMs } from './retries.ts';
import { type Subscription, subscriptionOf, type Topic, type Topics } from './topics.ts';

/** Brings messages to subscribers. */
export interface Delivering extends Pick<Deliveries<unknown>, 'resume'> {
  /** Hands the message to all subscribers that want it, as background work. */
  fanOut(topic: Topic, message: Message): void;
}

/** A message for one subscriber, whose settings stay those of the moment when it was published. */
interface Notification {
  message: Message;
  subscription: Omit<Subscription, 'filter'>;
}

const DELIVERIES = deliveriesOf<Notification>(
  'sns',
  z.looseObject({ message: z.looseObject({}), subscription: z.looseObject({}) }),
);

/** Characters of a message up to which the journal shows it. */
const LONGEST_SHOWN = 600;

/** Makes the part of SNS that delivers, retries and gives up. */
export function createDelivering(core: Core, topics: Topics): Delivering {
  const deliveries = createDeliveries<Notification, Refusal>(core, {
    service: 'sns',
    kept: DELIVERIES,
    targetOf: ({ subscription }) => subscription.endpoint,
    lineOf,
    ownerOf: ({ message }) => topics.get(message.topicArn).owner,
    // Who has unsubscribed meanwhile gets nothing any more.
    isWanted({ subscription: { topicArn, endpoint } }) {
      const topic = topics.find(topicArn);
      return topic !== undefined && subscriptionOf(topic, endpoint) !== undefined;
    },
    chainOf: (item) => chainOf(item.message),
    attempt({ item, tries, marks }) {
      const { detail: known, ...hop } = hopOf(item);
      const action = tries === 0 ? 'deliver' : 'retry';
      const detail = { ...known, ...(tries > 0 && { retry: tries }), ...marks };
      const to = item.subscription.endpoint;
      const deliver = () => ({ ...deliveryOf(core, item), ...(marks?.copy !== undefined && { copy: marks.copy }) });
      return bring(core, { ...hop, action, detail, kind: 'delivery', to }, deliver, askedIn(item));
    },
    next({ tries }, { code, message, mayPass }) {
      const pauseMs = mayPass ? pauseBeforeRetryMs(tries) : undefined;
      return pauseMs === undefined ? { over: `${code}: ${message}` } : { pauseMs };
    },
    async giveUp({ item }, _refusal, reason) {
      const { endpoint, deadLetterTargetArn: targetArn, rawMessageDelivery } = item.subscription;
      const { detail, ...hop } = hopOf(item);
      const buried = { ...hop, kind: 'dead-letter' as const, detail: { ...detail, endpoint, reason } };
      if (targetArn) {
        const delivery = deliveryOf(core, item);
        // A dead letter is what a queue would have got, also when the subscriber is a function.
        const payload = rawMessageDelivery ? delivery.payload : textOf(core, item, notification);
        const letter = { ...delivery, targetArn, payload };
        await bring(core, { ...buried, action: 'redrive-policy', to: targetArn }, () => letter);
      } else {
        const error = { code: 'MessageLost', message: 'the subscription has no RedrivePolicy: the message is dropped' };
        core.journal.record({ ...buried, action: 'drop', outcome: 'error', error }, askedIn(item));
      }
    },
  });

  return {
    resume: deliveries.resume,
    fanOut(topic, message) {
      for (const subscription of topic.subscriptions.values()) {
        const result = applyFilter(subscription, message);
        const { filter: _applied, ...others } = subscription;
        const item = { message, subscription: others };
        if (result.matched) {
          deliveries.take(item);
        } else {
          const hop = hopOf(item);
          const detail = { ...hop.detail, field: result.field, reason: result.reason };
          const to = subscription.endpoint;
          const missed = { ...hop, kind: 'no-match', action: 'FilterPolicy', to, outcome: 'ok', detail } as const;
          core.journal.record(missed, askedIn(item));
        }
      }
    },
  };
}

/** Of a FIFO topic to a FIFO queue the messages of a group go one after another: docs.aws.amazon.com/sns/latest/dg/fifo-message-grouping.html */
function lineOf({ message: { groupId, sequenceNumber }, subscription }: Notification) {
  if (sequenceNumber === undefined || !isFifo(subscription)) return undefined;
  return { name: JSON.stringify([subscription.arn, groupId]), place: sequenceNumber };
}

/** Its endpoint is a FIFO queue, which only a FIFO topic has. */
const isFifo = ({ endpoint }: Pick<Subscription, 'endpoint'>) => endpoint.endsWith('.fifo');

/** What all hops of one message to one subscriber say. */
function hopOf({ message, subscription }: Notification) {
  return {
    service: 'sns',
    from: message.topicArn,
    ...chainOf(message),
    detail: {
      messageId: message.id,
      subscriptionArn: subscription.arn,
      // So that who follows the journal sees what went over; a long message would make the journal grow.
      ...(message.text.length <= LONGEST_SHOWN && { message: message.text }),
    },
  } satisfies Partial<Hop>;
}

/** What a filter policy looks at. */
const askedIn = ({ message: { text, attributes } }: Notification) => ({ said: text, attributes });

/** What a message belongs to. */
function chainOf({ correlationId, traceHeader, requestId }: Message) {
  const traceId = traceRoot(traceHeader);
  return {
    ...(correlationId !== undefined && { correlationId }),
    ...(traceId !== undefined && { traceId }),
    ...(requestId !== undefined && { requestId }),
  };
}

const textOf = (core: Core, { message, subscription }: Notification, envelope: typeof notification) =>
  envelope(message, subscription, core.endpoint());

function deliveryOf(core: Core, item: Notification): Delivery {
  const { message, subscription } = item;
  const raw = subscription.rawMessageDelivery;
  const payload = raw
    ? (message.textFor?.[subscription.protocol] ?? message.text)
    : textOf(core, item, subscription.protocol === 'lambda' ? lambdaEvent : notification);
  return {
    targetArn: subscription.endpoint,
    principal: servicePrincipal('sns.amazonaws.com', message.topicArn),
    payload,
    ...(raw && { attributes: message.attributes }),
    ...placeFor(item),
    ...(message.correlationId !== undefined && { correlationId: message.correlationId }),
    ...(message.traceHeader !== undefined && { traceHeader: message.traceHeader }),
  };
}

/** A FIFO topic tells a standard queue nothing of groups; a standard topic does. */
function placeFor({ message: { groupId, deduplicationId }, subscription }: Notification) {
  if (groupId === undefined || (deduplicationId !== undefined && !isFifo(subscription))) return {};
  return { groupId, ...(deduplicationId !== undefined && { deduplicationId }) };
}
