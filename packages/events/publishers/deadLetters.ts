import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeadLetter } from '../outbox.ts';

/**
 * Puts what is given up into an SQS queue, with the reason: the letter as JSON, for `relayOutbox` or of another kind. Throws the SDK's error.
 *
 * @example
 * const bury = createDeadLetterQueue(new SQSClient(), queueUrl);
 */
export function createDeadLetterQueue<Letter extends { reason: string } = DeadLetter>(
  client: Pick<SQSClient, 'send'>,
  queueUrl: string,
): (letter: Letter) => Promise<void> {
  return async (letter) => {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(letter) }));
  };
}
