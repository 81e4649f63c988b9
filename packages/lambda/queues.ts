import { type Contract, type Envelope, type EventOf, parseEvent } from '@arcade/events';
import type { SQSBatchResponse } from 'aws-lambda';
import * as z from 'zod/mini';
import { abreast } from './abreast.ts';
import { correlatedOrFailed } from './correlated.ts';
import { UnknownTriggerError } from './errors.ts';
import type { Invocation, InvocationContext } from './invocation.ts';
import { refusalLogged } from './messages.ts';
import { type Log, logger } from './observability.ts';
import { makeStacksReadable } from './readableStacks.ts';

/** What a handler knows of one message of a queue. */
export interface QueueInvocation extends Invocation {
  /** How often the message was received, this time too: 1 for the first. */
  receiveCount: number;
  /** How long the function may still run, in milliseconds. */
  remainingMs(): number;
}

export interface QueueHandlerOptions<C extends Contract> {
  contracts: readonly C[];
  /** Handles one event. What it throws has failed that message: it comes again when the queue's visibility timeout is over. */
  onEvent(event: EventOf<C>, invocation: QueueInvocation): Promise<void>;
  /**
   * How long one event may take, in milliseconds. With less time left no other one is begun: it goes back to its queue as it was,
   * where a timeout would bring all of the batch again. Left out: all are begun.
   */
  needsMs?: number;
  log?: Log;
}

const trigger = z.object({
  Records: z.array(
    z.object({
      eventSource: z.literal('aws:sqs'),
      eventSourceARN: z.string(),
      messageId: z.string(),
      body: z.string(),
      attributes: z.object({ ApproximateReceiveCount: z.string(), MessageGroupId: z.optional(z.string()) }),
    }),
  ),
});
type QueueRecord = z.output<typeof trigger>['Records'][number];

/** A batch has ten messages, as a rule; of one of more, so many are handled at once. */
const AT_ONCE = 10;

/**
 * A handler for functions that an SQS event source mapping invokes, which must have `ReportBatchItemFailures`. The messages are events,
 * as publishers of `@arcade/events` send them, or topics with raw delivery. Each is checked against the contracts. All are handled at
 * once, but for those of one group of a FIFO queue: they go one after another, and when one has failed those after it in the batch have, too
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html), so that none overtakes it. What has failed is
 * reported, and comes again alone; what fits no contract comes again until the queue's redrive policy takes it to the dead letters.
 *
 * @example
 * export const handler = queueHandler({ contracts: [answerReady], onEvent: (event, { remainingMs }) => dispatch(event, remainingMs()) });
 */
export function queueHandler<const C extends Contract>({
  contracts,
  onEvent,
  needsMs = 0,
  log = logger,
}: QueueHandlerOptions<C>) {
  makeStacksReadable();

  return async (event: unknown, context: InvocationContext): Promise<SQSBatchResponse> => {
    const { data: batch } = trigger.safeParse(event);
    if (!batch) throw new UnknownTriggerError(['an SQS queue']);
    const remainingMs = () => context.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;

    const handle = async ({ body, attributes }: QueueRecord) => {
      const parsed = refusalLogged(log, () => parseEvent(contracts, body));
      // EventOf of an open type parameter hides that every event has an envelope.
      const { correlationId } = parsed as unknown as Envelope;
      const receiveCount = Number(attributes.ApproximateReceiveCount);
      const invocation = { requestId: context.awsRequestId, correlationId, receiveCount, remainingMs };
      await correlatedOrFailed(log, correlationId, () => onEvent(parsed, invocation));
    };

    /** Handles one after another until one fails or there is no time; that one and those after it. */
    const leftOf = async (line: readonly QueueRecord[]): Promise<readonly QueueRecord[]> => {
      for (const [at, record] of line.entries()) {
        const left = line.slice(at);
        if (remainingMs() < needsMs) {
          log.warn('time is short: messages go back to their queue', { messages: left.length });
          return left;
        }
        try {
          await handle(record);
        } catch {
          // It is in the log.
          return left;
        }
      }
      return [];
    };

    const failed: QueueRecord[] = [];
    await abreast(AT_ONCE, linesIn(batch.Records), async (line) => failed.push(...(await leftOf(line))));
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

/** What must go one after another: the messages of a group of a FIFO queue. Those of a standard queue are in no order, group or not. */
function linesIn(records: readonly QueueRecord[]): QueueRecord[][] {
  const lineOf = ({ eventSourceARN, messageId, attributes }: QueueRecord) =>
    eventSourceARN.endsWith('.fifo') ? `group ${attributes.MessageGroupId}` : messageId;
  return [...Map.groupBy(records, lineOf).values()];
}
