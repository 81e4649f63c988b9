import type {
  ChangeMessageVisibilityBatchCommandInput,
  DeleteMessageBatchCommandInput,
  GetQueueAttributesCommandInput,
  GetQueueUrlCommandInput,
  Message,
  ReceiveMessageCommandInput,
  SendMessageBatchCommandInput,
  SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { type Back, type Letter, readLetter } from './letter.ts';

/** The most of one call. */
const BATCH = 10;
/** Who does not wait at all is told of a queue that it is empty when it is not: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html */
const WAIT_SECONDS = 1;

/** What is asked of SQS: the SDK's client `SQS` has it, and so has whoever calls SQS in another way. */
export interface SqsCalls {
  changeMessageVisibilityBatch(input: ChangeMessageVisibilityBatchCommandInput): Promise<BatchAnswer>;
  deleteMessageBatch(input: DeleteMessageBatchCommandInput): Promise<BatchAnswer>;
  getQueueAttributes(
    input: GetQueueAttributesCommandInput,
  ): Promise<{ Attributes?: Record<string, string> | undefined }>;
  getQueueUrl(input: GetQueueUrlCommandInput): Promise<{ QueueUrl?: string | undefined }>;
  receiveMessage(input: ReceiveMessageCommandInput): Promise<{ Messages?: Message[] | undefined }>;
  sendMessage(input: SendMessageCommandInput): Promise<unknown>;
  sendMessageBatch(input: SendMessageBatchCommandInput): Promise<BatchAnswer>;
}

interface BatchAnswer {
  Successful?: readonly { Id?: string | undefined }[] | undefined;
}

/** A letter that is held. */
export interface Held {
  letter: Letter;
  receipt: string;
  /** As it came: what goes back to the queue that it was moved from. */
  message: Message;
}

/** The queue of dead letters, and the one from which events go back. */
export interface Queues {
  /** How many letters there are, about. */
  count(): Promise<number>;
  /** Gives all letters in turn, a few at a time, each once; ends when there are no more. `limit`: not more than so many. */
  letters(limit?: number): AsyncGenerator<Held[]>;
  /** Sends back what is in letters; gives those of which it was taken. */
  send(held: readonly Held[]): Promise<Held[]>;
  /** Takes letters away for good; gives those that are gone. */
  remove(held: readonly Held[]): Promise<Held[]>;
  /** Lets letters be seen again at once. */
  release(held: readonly Held[]): Promise<void>;
}

/** Which queues, which services have such (for people), and how long letters are out of others' sight while they are looked at. They come back when that is interrupted. */
export interface QueueNames {
  deadLetters: string;
  /** Left out: events have no way back. */
  redrive?: string | undefined;
  services: string;
  heldSeconds: number;
  /** Gives a function once more what it was given; left out: nobody can. */
  invoke?(back: Extract<Back, { to: 'function' }>): Promise<void>;
}

/** Finds the queues of a service's stage. Throws an Error in words when one is not there. */
export async function openQueues(
  sqs: SqsCalls,
  { deadLetters, redrive, services, heldSeconds, invoke }: QueueNames,
): Promise<Queues> {
  const from = await urlOf(sqs, deadLetters, services);
  const to = redrive === undefined ? undefined : await urlOf(sqs, redrive, services);
  const ways = { isForEvents: to !== undefined, isForFunctions: invoke !== undefined };
  const sendEvents = (held: readonly Held[]) =>
    inBatches(held, async (batch) => {
      const Entries = batch.map(({ letter }, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(letter.event),
      }));
      return (await sqs.sendMessageBatch({ QueueUrl: to, Entries })).Successful;
    });
  return {
    async count() {
      const asked = { QueueUrl: from, AttributeNames: ['ApproximateNumberOfMessages' as const] };
      const { Attributes } = await sqs.getQueueAttributes(asked);
      return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
    },
    letters: (limit) => lettersIn(sqs, { QueueUrl: from, VisibilityTimeout: heldSeconds }, ways, limit),
    async send(held) {
      const sent = await sendEvents(held.filter(({ letter }) => letter.event !== undefined));
      for (const one of held) {
        const { back } = one.letter;
        if (back?.to === 'function') await invoke?.(back);
        if (back?.to === 'queue') await returned(sqs, back.queueArn, one.message);
        if (back) sent.push(one);
      }
      return sent;
    },
    remove: (held) =>
      inBatches(held, async (batch) => {
        const Entries = batch.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt }));
        return (await sqs.deleteMessageBatch({ QueueUrl: from, Entries })).Successful;
      }),
    async release(held) {
      await inBatches(held, async (batch) => {
        const Entries = batch.map(({ receipt }, index) => ({
          Id: String(index),
          ReceiptHandle: receipt,
          VisibilityTimeout: 0,
        }));
        return (await sqs.changeMessageVisibilityBatch({ QueueUrl: from, Entries })).Successful;
      });
    },
  };
}

/** Sends a message to the queue that it was moved from: of a FIFO queue in its group, and not as the one that was sent before. */
async function returned(sqs: SqsCalls, queueArn: string, message: Message): Promise<void> {
  const { Body, MessageAttributes, Attributes: { MessageGroupId } = {}, MessageId } = message;
  const QueueName = queueArn.slice(queueArn.lastIndexOf(':') + 1);
  const { QueueUrl } = await sqs.getQueueUrl({ QueueName });
  await sqs.sendMessage({
    QueueUrl,
    MessageBody: Body,
    ...(MessageAttributes && { MessageAttributes }),
    ...(MessageGroupId !== undefined && { MessageGroupId }),
    ...(QueueName.endsWith('.fifo') && { MessageDeduplicationId: MessageId }),
  });
}

async function urlOf(sqs: SqsCalls, QueueName: string, services: string): Promise<string> {
  try {
    const { QueueUrl = '' } = await sqs.getQueueUrl({ QueueName });
    return QueueUrl;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'QueueDoesNotExist')) throw error;
    const why = `is the service deployed there? A redrive queue is in: ${services}`;
    throw new Error(`There is no queue ${QueueName}: ${why}`, { cause: error });
  }
}

/** What can be done with a letter. */
interface Ways {
  isForEvents: boolean;
  isForFunctions: boolean;
}

async function* lettersIn(
  sqs: SqsCalls,
  queue: { QueueUrl: string; VisibilityTimeout: number },
  ways: Ways,
  limit = Infinity,
): AsyncGenerator<Held[]> {
  const seen = new Set<string>();
  while (seen.size < limit) {
    const { Messages = [] } = await sqs.receiveMessage({
      ...queue,
      MaxNumberOfMessages: Math.min(BATCH, limit - seen.size),
      WaitTimeSeconds: WAIT_SECONDS,
      MessageSystemAttributeNames: ['SentTimestamp', 'DeadLetterQueueSourceArn', 'MessageGroupId'],
      MessageAttributeNames: ['All'],
    });
    const held = Messages.filter(({ MessageId = '' }) => !seen.has(MessageId)).map((message) => heldOf(message, ways));
    // What is seen for the second time was held too long ago: all have been there.
    if (held.length === 0) return;
    for (const { letter } of held) seen.add(letter.id);
    yield held;
  }
}

const heldOf = (message: Message, ways: Ways): Held => ({
  letter: withWays(readLetter(message), ways),
  receipt: message.ReceiptHandle ?? '',
  message,
});

/** The letter as it is where not all ways are open. */
export function withWays(letter: Letter, { isForEvents, isForFunctions }: Ways): Letter {
  const { event, back, ...others } = letter;
  if (event && !isForEvents) return { ...others, kept: 'nothing here brings an event back to its bus' };
  if (back?.to === 'function' && !isForFunctions) return { ...others, kept: 'there is no event in it' };
  return letter;
}

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
