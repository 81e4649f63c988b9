import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeadLetter } from '../outbox.ts';

/**
 * Puts what is given up into an SQS queue, for `relayOutbox`: the letter as JSON. Throws the SDK's error.
 *
 * @example
 * const bury = createDeadLetterQueue(new SQSClient(), queueUrl);
 */
export function createDeadLetterQueue(
  client: Pick<SQSClient, 'send'>,
  queueUrl: string,
): (letter: DeadLetter) => Promise<void> {
  return async (letter) => {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(letter) }));
  };
}
