import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { AnyEvent } from '../contract.ts';
import type { FailedEntry } from '../errors.ts';
import { type PublishOptions, publishInBatches } from './retry.ts';

/** Puts events into SQS queues. */
export interface SqsPublisher {
  /** Done only when the queue has taken every event. Throws PublishError for those that it did not take. */
  publish(queueUrl: string, events: readonly AnyEvent[]): Promise<void>;
}

/**
 * The message is the event as JSON.
 *
 * @example
 * await createSqsPublisher(new SQSClient()).publish(queueUrl, events);
 */
export function createSqsPublisher(client: Pick<SQSClient, 'send'>, options: PublishOptions = {}): SqsPublisher {
  const sendBatch = async (queueUrl: string, events: readonly AnyEvent[]): Promise<FailedEntry[]> => {
    // Entry ids allow letters, digits, - and _ only; the position is always allowed.
    const Entries = events.map((event, at) => ({ Id: String(at), MessageBody: JSON.stringify(event) }));
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    return Failed.map(({ Id, Code, Message, SenderFault }) => ({
      eventId: events[Number(Id)]?.id ?? String(Id),
      code: Code ?? 'Unknown',
      message: Message ?? '',
      permanent: SenderFault === true,
    }));
  };

  return {
    publish: (queueUrl, events) => publishInBatches(queueUrl, events, (batch) => sendBatch(queueUrl, batch), options),
  };
}
