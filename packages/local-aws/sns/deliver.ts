import { type Carrier, createCarrier } from '../core/carrier.ts';
import type { Core, Delivery } from '../core/cloud.ts';
import { AwsError, asError } from '../core/errors.ts';
import type { Hop } from '../core/journal.ts';
import { servicePrincipal } from '../core/principal.ts';
import { traceRoot } from '../core/trace.ts';
import { lambdaEvent, notification } from './envelope.ts';
import { applyFilter } from './filter.ts';
import type { Message } from './message.ts';
import { pauseBeforeRetryMs } from './retries.ts';
import type { Subscription, Topic } from './topics.ts';

/** Brings messages to subscribers. */
export interface Delivering {
  /** Hands the message to all subscribers that want it, as background work. */
  fanOut(topic: Topic, message: Message): void;
}

/** A message on its way to one subscriber. */
interface OnItsWay {
  topic: Topic;
  message: Message;
  subscription: Subscription;
  delivery: Delivery;
}

/** Errors that may pass: the receiver is busy or broken. All other refusals are final. */
const PASSING = /Throttl|TooManyRequests|OverLimit|ServiceUnavailable/;

/** Characters of a message up to which the journal shows it. */
const LONGEST_SHOWN = 600;

/** Makes the part of SNS that delivers, retries and gives up. */
export function createDelivering(core: Core): Delivering {
  const carrier: Carrier = createCarrier(core);
  const { clock, journal } = core;

  /** `retry` is 0 for the first attempt. */
  const attempt = async (sent: OnItsWay, retry: number): Promise<void> => {
    const { subscription, delivery, topic } = sent;
    // Who has unsubscribed meanwhile gets nothing any more.
    if (!topic.subscriptions.has(subscription.arn)) return;
    const startedMs = clock.now();
    const base = hopOf(sent);
    const record = {
      ...base,
      kind: 'delivery' as const,
      action: retry === 0 ? 'deliver' : 'retry',
      to: subscription.endpoint,
      detail: retry === 0 ? base.detail : { ...base.detail, retry },
    };
    try {
      await core.deliver(delivery);
      journal.record({ ...record, outcome: 'ok', durationMs: clock.now() - startedMs });
    } catch (thrown) {
      const error = asError(thrown);
      const code = codeOf(error);
      journal.record({ ...record, outcome: 'error', error: { code, message: error.message } });
      const pauseMs = isFinal(error) ? undefined : pauseBeforeRetryMs(retry + 1);
      if (pauseMs === undefined) await giveUp(sent, error);
      else if (pauseMs === 0) await attempt(sent, retry + 1);
      else clock.at(clock.now() + pauseMs, () => attempt(sent, retry + 1));
    }
  };

  const giveUp = async (sent: OnItsWay, reason: Error): Promise<void> => {
    const { subscription, message, delivery } = sent;
    const targetArn = subscription.deadLetterTargetArn;
    const base = hopOf(sent);
    const detail = { ...base.detail, endpoint: subscription.endpoint, reason: `${codeOf(reason)}: ${reason.message}` };
    if (!targetArn) {
      const lost = { code: 'MessageLost', message: 'the subscription has no RedrivePolicy: the message is dropped' };
      journal.record({ ...base, kind: 'dead-letter', action: 'drop', outcome: 'error', error: lost, detail });
      return;
    }
    const record = { ...base, kind: 'dead-letter' as const, action: 'redrive-policy', to: targetArn, detail };
    try {
      const payload = subscription.rawMessageDelivery
        ? delivery.payload
        : notification(message, subscription, core.endpoint());
      await core.deliver({ ...delivery, targetArn, payload });
      journal.record({ ...record, outcome: 'ok' });
    } catch (thrown) {
      const error = asError(thrown);
      journal.record({ ...record, outcome: 'error', error: { code: codeOf(error), message: error.message } });
    }
  };

  return {
    fanOut(topic, message) {
      for (const subscription of topic.subscriptions.values()) {
        const result = applyFilter(subscription, message);
        if (result.matched) {
          carrier.carry('sns', subscription.endpoint, () =>
            attempt({ topic, message, subscription, delivery: deliveryOf(core, message, subscription) }, 0),
          );
        } else {
          const base = hopOf({ message, subscription });
          const detail = { ...base.detail, field: result.field, reason: result.reason };
          const to = subscription.endpoint;
          journal.record({ ...base, kind: 'no-match', action: 'FilterPolicy', to, outcome: 'ok', detail });
        }
      }
    },
  };
}

/** What all hops of one message to one subscriber say. */
function hopOf({ message, subscription }: Pick<OnItsWay, 'message' | 'subscription'>) {
  const traceId = traceRoot(message.traceHeader);
  return {
    service: 'sns',
    from: message.topicArn,
    ...(message.correlationId !== undefined && { correlationId: message.correlationId }),
    ...(traceId !== undefined && { traceId }),
    detail: {
      messageId: message.id,
      subscriptionArn: subscription.arn,
      // So that who follows the journal sees what went over; a long message would make the journal grow.
      ...(message.text.length <= LONGEST_SHOWN && { message: message.text }),
    },
  } satisfies Partial<Hop>;
}

function deliveryOf(core: Core, message: Message, subscription: Subscription): Delivery {
  const raw = subscription.rawMessageDelivery;
  const payload = raw
    ? (message.textFor?.[subscription.protocol] ?? message.text)
    : (subscription.protocol === 'lambda' ? lambdaEvent : notification)(message, subscription, core.endpoint());
  return {
    targetArn: subscription.endpoint,
    principal: servicePrincipal('sns.amazonaws.com', message.topicArn),
    payload,
    ...(raw && { attributes: message.attributes }),
    ...(message.correlationId !== undefined && { correlationId: message.correlationId }),
    ...(message.traceHeader !== undefined && { traceHeader: message.traceHeader }),
  };
}

const codeOf = (error: Error) => (error instanceof AwsError ? error.code : error.name);

/** "Client-side" errors in the words of AWS: no permission, no such target. They are not retried. */
function isFinal(error: Error): boolean {
  return error instanceof AwsError && error.status < 500 && !PASSING.test(error.code);
}
