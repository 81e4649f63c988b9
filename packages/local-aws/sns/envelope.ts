import type { MessageAttribute } from '../core/cloud.ts';
import type { Message } from './message.ts';
import type { Subscription } from './topics.ts';

/** What an envelope says of a subscription. */
type Subscribed = Pick<Subscription, 'arn' | 'protocol'>;

/** Messages are not signed on a laptop: there is nobody who could forge them. */
const SIGNATURE = 'not-signed-on-a-laptop';

/**
 * The event that a function gets for a message, as JSON.
 * docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
export function lambdaEvent(message: Message, subscription: Subscribed, endpoint: string): string {
  return JSON.stringify({
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type: 'Notification',
          MessageId: message.id,
          TopicArn: message.topicArn,
          Subject: message.subject ?? null,
          Message: message.textFor?.lambda ?? message.text,
          Timestamp: message.timestamp,
          SignatureVersion: '1',
          Signature: SIGNATURE,
          SigningCertUrl: signingCertUrl(endpoint),
          UnsubscribeUrl: unsubscribeUrl(endpoint, subscription),
          MessageAttributes: typedValues(message.attributes),
        },
      },
    ],
  });
}

/**
 * The body of a queue's message, as JSON (without raw message delivery).
 * docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export function notification(message: Message, subscription: Subscribed, endpoint: string): string {
  const hasAttributes = Object.keys(message.attributes).length > 0;
  return JSON.stringify({
    Type: 'Notification',
    MessageId: message.id,
    ...(message.sequenceNumber !== undefined && { SequenceNumber: message.sequenceNumber }),
    TopicArn: message.topicArn,
    ...(message.subject !== undefined && { Subject: message.subject }),
    Message: message.textFor?.[subscription.protocol] ?? message.text,
    Timestamp: message.timestamp,
    // FIFO topics do not sign.
    ...(message.sequenceNumber === undefined && {
      SignatureVersion: '1',
      Signature: SIGNATURE,
      SigningCertURL: signingCertUrl(endpoint),
    }),
    UnsubscribeURL: unsubscribeUrl(endpoint, subscription),
    ...(hasAttributes && { MessageAttributes: typedValues(message.attributes) }),
  });
}

function typedValues(attributes: Record<string, MessageAttribute>): Record<string, { Type: string; Value: string }> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue ?? '' },
    ]),
  );
}

const signingCertUrl = (endpoint: string) => `${endpoint}/SimpleNotificationService.pem`;
const unsubscribeUrl = (endpoint: string, { arn }: Subscribed) =>
  `${endpoint}/?Action=Unsubscribe&SubscriptionArn=${arn}`;
