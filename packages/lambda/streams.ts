import { type Contract, type EventOf, EventRefusedError, parseEvent } from '@arcade/events';
import type { KinesisStreamBatchResponse, KinesisStreamRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { correlatedOrFailed } from './correlated.ts';
import { UnknownTriggerError } from './errors.ts';
import type { InvocationContext } from './invocation.ts';
import { type Log, logger } from './observability.ts';
import { makeStacksReadable } from './readableStacks.ts';

/** A record that no contract fits, with all that is needed to look into it or to send it again. */
export interface StreamLetter {
  reason: string;
  /** The stream's ARN, the record's shard and sequence number. */
  stream: string;
  eventId: string;
  partitionKey: string;
  /** ISO 8601. */
  arrivedAt: string;
  /** The record as text; as base64 where it is none. */
  data: string;
  encoding: 'utf8' | 'base64';
  /** Of a record that is too long for a letter there is only the beginning: how long it was. */
  characters: number;
}

/** A record may be 1 MiB and a message of SQS, too, in which each character may take six bytes. */
const MOST_CHARACTERS = 100_000;

export interface StreamHandlerOptions<C extends Contract> {
  contracts: readonly C[];
  /**
   * Handles a batch, in the order of the stream, and gives the events that failed. Each comes again, and with it all that came after
   * the first of them. What it throws has failed all.
   */
  onBatch(events: readonly EventOf<C>[]): Promise<readonly EventOf<C>[]>;
  /** Keeps what fits no contract. What it throws has failed that record. */
  bury(letter: StreamLetter): Promise<void>;
  log?: Log;
}

const trigger = z.object({
  Records: z.array(
    z.object({
      eventID: z.string(),
      eventSourceARN: z.string(),
      kinesis: z.object({
        data: z.string(),
        partitionKey: z.string(),
        sequenceNumber: z.string(),
        approximateArrivalTimestamp: z.number(),
      }),
    }),
  ),
});

type StreamRecord = Pick<KinesisStreamRecord, 'eventID' | 'eventSourceARN'> & {
  kinesis: Omit<KinesisStreamRecord['kinesis'], 'kinesisSchemaVersion'>;
};

/**
 * A handler for functions that a Kinesis event source mapping invokes, which must have `ReportBatchItemFailures`. Checks each record
 * against the contracts. What fits none can never be handled, and would hold up its shard until it is too old: it is buried with the
 * reason, and the others are handled as if it had not been there. Records that failed for now are reported: Lambda goes on from the first
 * of them (https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html), so that what comes after it is
 * handled once more.
 *
 * @example
 * export const handler = streamHandler({ contracts: [statusUpdated], onBatch: async (events) => (await score(events)).failed, bury });
 */
export function streamHandler<const C extends Contract>({
  contracts,
  onBatch,
  bury,
  log = logger,
}: StreamHandlerOptions<C>) {
  makeStacksReadable();

  const buried = async (
    record: StreamRecord,
    { data: whole, encoding }: Text,
    { message: reason }: EventRefusedError,
  ) => {
    const { eventID: eventId, eventSourceARN: stream } = record;
    const { partitionKey, approximateArrivalTimestamp } = record.kinesis;
    const arrivedAt = new Date(approximateArrivalTimestamp * 1000).toISOString();
    const [data, characters] = [whole.slice(0, MOST_CHARACTERS), whole.length];
    log.error('a record fits no contract', { eventId, reason });
    await bury({ reason, stream, eventId, partitionKey, arrivedAt, data, encoding, characters });
  };

  return async (event: unknown, { awsRequestId }: InvocationContext): Promise<KinesisStreamBatchResponse> => {
    const parsed = trigger.safeParse(event);
    if (!parsed.success) throw new UnknownTriggerError(['a Kinesis stream']);
    const numbers = new Map<EventOf<C>, string>();
    const failed: string[] = [];
    for (const record of parsed.data.Records) {
      const text = textOf(record.kinesis.data);
      try {
        numbers.set(parseEvent(contracts, text.data), record.kinesis.sequenceNumber);
      } catch (error) {
        if (!(error instanceof EventRefusedError)) throw error;
        try {
          await buried(record, text, error);
        } catch (cause) {
          log.error('a record that fits no contract was not buried', cause as Error);
          failed.push(record.kinesis.sequenceNumber);
        }
      }
    }
    if (numbers.size > 0) {
      await correlatedOrFailed(log, awsRequestId, async () => {
        // An empty number, for what was not among them, fails all.
        for (const one of await onBatch([...numbers.keys()])) failed.push(numbers.get(one) ?? '');
      });
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

type Text = Pick<StreamLetter, 'data' | 'encoding'>;

const utf8 = new TextDecoder('utf-8', { fatal: true });

function textOf(data: string): Text {
  try {
    return { data: utf8.decode(Buffer.from(data, 'base64')), encoding: 'utf8' };
  } catch {
    return { data, encoding: 'base64' };
  }
}
