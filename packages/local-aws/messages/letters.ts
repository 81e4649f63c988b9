import {
  isSendable,
  type Letter,
  type LetterMessage,
  openQueues,
  readLetter,
  redrive,
  type SqsCalls,
  withWays,
} from '@arcade/redrive';
import { nameFromArn } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import { ROOT } from '../core/principal.ts';
import type { StoredMessage } from '../sqs/message.ts';
import type { Queues } from '../sqs/queues.ts';
import { shownText } from './text.ts';

/** A dead letter as it is shown. */
export interface ShownLetter extends Omit<Letter, 'event' | 'back'> {
  body: string;
  isJson: boolean;
  canSend: boolean;
}

/** What was done with letters. */
export interface Redriven {
  sent: number;
  failed: number;
  kept: number;
}

/** How many letters are shown, of which the queue holds more. */
const MOST_SHOWN = 50;
/** How long others do not see letters while they are gone through. */
const HELD_SECONDS = 30;
const DEAD_LETTERS = '-dead-letters';

/** The queue from which events go back to the bus, where the service has one beside its dead letters. */
function redriveQueueFor(queues: Queues, deadLetters: string): string | undefined {
  if (!deadLetters.endsWith(DEAD_LETTERS)) return undefined;
  const name = `${deadLetters.slice(0, -DEAD_LETTERS.length)}-redrive`;
  return queues.find(name) && name;
}

/** The letters that are in a queue now, the newest first; nothing is received. Throws AwsError `QueueDoesNotExist`. */
export function lettersIn(queues: Queues, queueArn: string): ShownLetter[] {
  const queue = queues.byArn(queueArn);
  const ways = { isForEvents: redriveQueueFor(queues, queue.name) !== undefined, isForFunctions: true };
  const messages = [...queue.visible()].sort((one, other) => other.sentAtMs - one.sentAtMs).slice(0, MOST_SHOWN);
  return messages.map((message) => {
    const { event, back, ...letter } = withWays(readLetter(asReceived(message)), ways);
    return { ...letter, ...shownText(message.body), canSend: isSendable({ ...letter, event, back } as Letter) };
  });
}

const asReceived = ({ id, body, attributes, sentAtMs, deadLetterSourceArn }: StoredMessage): LetterMessage => ({
  MessageId: id,
  Body: body,
  MessageAttributes: attributes,
  Attributes: {
    SentTimestamp: String(sentAtMs),
    ...(deadLetterSourceArn !== undefined && { DeadLetterQueueSourceArn: deadLetterSourceArn }),
  },
});

/** Sends back what is in letters, those with these ids or all, and takes them out of the queue. Throws AwsError `QueueDoesNotExist`. */
export async function redriveLetters(
  core: Core,
  queues: Queues,
  { queueArn, ids }: { queueArn: string; ids: readonly string[] | undefined },
): Promise<Redriven> {
  queues.byArn(queueArn);
  const deadLetters = nameFromArn(queueArn);
  const opened = await openQueues(sqsOf(core), {
    deadLetters,
    redrive: redriveQueueFor(queues, deadLetters),
    services: '',
    heldSeconds: HELD_SECONDS,
    async invoke({ functionArn: FunctionName, payload: Payload }) {
      const input = { FunctionName, InvocationType: 'Event', Payload };
      await core.call({ service: 'lambda', operation: 'Invoke', input, principal: ROOT, hop: false });
    },
  });
  const wanted = ids && new Set(ids);
  const found = new Set<string>();
  const done = await redrive(
    {
      queues: opened,
      say: () => undefined,
      progress: () => undefined,
      isStopped: () => wanted !== undefined && found.size === wanted.size,
      now: () => core.clock.now(),
    },
    {
      shows: 'kept',
      choose({ id }) {
        if (wanted && !wanted.has(id)) return 'keep';
        found.add(id);
        return 'send';
      },
    },
  );
  if (wanted && found.size < wanted.size && done.sent === 0)
    throw new AwsError('NoSuchLetter', 'The letter is not in the queue any more, or somebody else is at it.', {
      status: 409,
    });
  const { sent, merged, failed, kept } = done;
  return { sent: sent + merged, failed, kept };
}

/** SQS, as the laptop's owner calls it. */
function sqsOf(core: Core): SqsCalls {
  const call =
    <Answer>(operation: string) =>
    (input: object) =>
      core.call({ service: 'sqs', operation, input, principal: ROOT }) as Promise<Answer>;
  return {
    changeMessageVisibilityBatch: call('ChangeMessageVisibilityBatch'),
    deleteMessageBatch: call('DeleteMessageBatch'),
    getQueueAttributes: call('GetQueueAttributes'),
    getQueueUrl: call('GetQueueUrl'),
    receiveMessage: call('ReceiveMessage'),
    sendMessage: call('SendMessage'),
    sendMessageBatch: call('SendMessageBatch'),
  };
}
