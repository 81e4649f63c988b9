import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SendPush } from '../domain/ports.ts';

/** The longest that SQS holds a message back. */
const MOST_SECONDS = 900;

/** Puts pushes into the queue; it holds them back by whole seconds, and whoever takes them waits for the rest. */
export function createPushQueue(client: Pick<SQSClient, 'send'>, QueueUrl: string): SendPush {
  return async (push, delayMs) => {
    const DelaySeconds = Math.min(MOST_SECONDS, Math.max(0, Math.floor(delayMs / 1000)));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(push), DelaySeconds }));
  };
}
