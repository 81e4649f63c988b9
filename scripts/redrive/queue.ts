import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Letter, readLetter } from './letter.ts';

/** The most of one call. */
const BATCH = 10;
/** Who does not wait at all is told of a queue that it is empty when it is not: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html */
const WAIT_SECONDS = 1;

/** A letter that is held. */
export interface Held {
  letter: Letter;
  receipt: string;
}

/** The queue of dead letters, and the one from which events go back. */
export interface Queues {
  /** How many letters there are, about. */
  count(): Promise<number>;
  /** Gives all letters in turn, a few at a time, each once; ends when there are no more. `limit`: not more than so many. */
  letters(limit?: number): AsyncGenerator<Held[]>;
  /** Puts events into the redrive queue; gives those that it has taken. */
  send(held: readonly Held[]): Promise<Held[]>;
  /** Takes letters away for good; gives those that are gone. */
  remove(held: readonly Held[]): Promise<Held[]>;
  /** Lets letters be seen again at once. */
  release(held: readonly Held[]): Promise<void>;
}

/** Which queues, which services have such (for people), and how long letters are out of others' sight while they are looked at. They come back when that is interrupted. */
export interface QueueNames {
  deadLetters: string;
  redrive: string;
  services: string;
  heldSeconds: number;
}

/** Finds the queues of a service's stage. Throws an Error in words when one is not there. */
export async function openQueues(
  client: Pick<SQSClient, 'send'>,
  { deadLetters, redrive, services, heldSeconds }: QueueNames,
): Promise<Queues> {
  const [from, to] = [await urlOf(client, deadLetters, services), await urlOf(client, redrive, services)];
  return {
    async count() {
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: from, AttributeNames: ['ApproximateNumberOfMessages'] }),
      );
      return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
    },
    letters: (limit) => lettersIn(client, { QueueUrl: from, VisibilityTimeout: heldSeconds }, limit),
    send: (held) =>
      inBatches(held, async (batch) => {
        const Entries = batch.map(({ letter }, index) => ({
          Id: String(index),
          MessageBody: JSON.stringify(letter.event),
        }));
        const { Successful } = await client.send(new SendMessageBatchCommand({ QueueUrl: to, Entries }));
        return Successful;
      }),
    remove: (held) =>
      inBatches(held, async (batch) => {
        const Entries = batch.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt }));
        const { Successful } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: from, Entries }));
        return Successful;
      }),
    async release(held) {
      await inBatches(held, async (batch) => {
        const Entries = batch.map(({ receipt }, index) => ({
          Id: String(index),
          ReceiptHandle: receipt,
          VisibilityTimeout: 0,
        }));
        const { Successful } = await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: from, Entries }));
        return Successful;
      });
    },
  };
}

async function urlOf(client: Pick<SQSClient, 'send'>, QueueName: string, services: string): Promise<string> {
  try {
    const { QueueUrl = '' } = await client.send(new GetQueueUrlCommand({ QueueName }));
    return QueueUrl;
  } catch (error) {
    if (!(error instanceof QueueDoesNotExist)) throw error;
    const why = `is the service deployed there? A redrive queue is in: ${services}`;
    throw new Error(`There is no queue ${QueueName}: ${why}`, { cause: error });
  }
}

async function* lettersIn(
  client: Pick<SQSClient, 'send'>,
  queue: { QueueUrl: string; VisibilityTimeout: number },
  limit = Infinity,
): AsyncGenerator<Held[]> {
  const seen = new Set<string>();
  while (seen.size < limit) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        ...queue,
        MaxNumberOfMessages: Math.min(BATCH, limit - seen.size),
        WaitTimeSeconds: WAIT_SECONDS,
        MessageSystemAttributeNames: ['SentTimestamp', 'DeadLetterQueueSourceArn'],
        MessageAttributeNames: ['All'],
      }),
    );
    const held = Messages.filter(({ MessageId = '' }) => !seen.has(MessageId)).map(heldOf);
    // What is seen for the second time was held too long ago: all have been there.
    if (held.length === 0) return;
    for (const { letter } of held) seen.add(letter.id);
    yield held;
  }
}

const heldOf = (message: Message): Held => ({ letter: readLetter(message), receipt: message.ReceiptHandle ?? '' });

/** Calls with a few at a time, and gives those whose ids are in the answers. */
async function inBatches(
  all: readonly Held[],
  call: (batch: readonly Held[]) => Promise<readonly { Id?: string | undefined }[] | undefined>,
): Promise<Held[]> {
  const done: Held[] = [];
  for (let start = 0; start < all.length; start += BATCH) {
    const batch = all.slice(start, start + BATCH);
    const ids = new Set((await call(batch))?.map(({ Id }) => Id));
    done.push(...batch.filter((_, index) => ids.has(String(index))));
  }
  return done;
}
