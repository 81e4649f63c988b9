import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { AnyEvent, Contract } from '../contract.ts';
import type { FailedEntry } from '../errors.ts';
import { placeFor } from './place.ts';
import { type PublishOptions, publishInBatches } from './retry.ts';

/** Puts events into SQS queues. */
export interface SqsPublisher {
  /**
   * Done only when the queue has taken every event; they are to be seen after `delaySeconds` (0 to 900; left out, the queue's own delay
   * counts, and a FIFO queue has no other). Throws PublishError for those that it did not take.
   */
  publish(queueUrl: string, events: readonly AnyEvent[], options?: { delaySeconds?: number }): Promise<void>;
}

/**
 * The message is the event as JSON. To a FIFO queue it says the group of its contract, and the event's id: the queue takes each once. What is
 * refused for now of a batch may come behind what was taken, also of its group.
 *
 * @example
 * await createSqsPublisher(new SQSClient()).publish(queueUrl, events);
 */
export function createSqsPublisher(
  client: Pick<SQSClient, 'send'>,
  { contracts = [], ...options }: PublishOptions & { contracts?: readonly Contract[] } = {},
): SqsPublisher {
  const sendBatch = async (
    queueUrl: string,
    events: readonly AnyEvent[],
    DelaySeconds: number | undefined,
  ): Promise<FailedEntry[]> => {
    const Entries = events.map((event, at) => ({
      // Entry ids allow letters, digits, - and _ only; the position is always allowed.
      Id: String(at),
      MessageBody: JSON.stringify(event),
      ...placeFor(queueUrl, contracts, event),
      ...(DelaySeconds !== undefined && { DelaySeconds }),
    }));
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    return Failed.map(({ Id, Code, Message, SenderFault }) => ({
      eventId: events[Number(Id)]?.id ?? String(Id),
      code: Code ?? 'Unknown',
      message: Message ?? '',
      permanent: SenderFault === true,
    }));
  };

  return {
    publish: (queueUrl, events, { delaySeconds } = {}) =>
      publishInBatches(queueUrl, events, (batch) => sendBatch(queueUrl, batch, delaySeconds), options),
  };
}
