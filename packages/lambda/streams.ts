import { type Contract, type EventOf, EventRefusedError, parseEvent } from '@arcade/events';
import type { KinesisStreamBatchResponse } from 'aws-lambda';
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

const said = {
  data: z.string(),
  partitionKey: z.string(),
  sequenceNumber: z.string(),
  approximateArrivalTimestamp: z.number(),
};
const origin = { eventID: z.string(), eventSourceARN: z.string() };

/** What an event source mapping invokes a function with. */
const mapped = z.object({ Records: z.array(z.object({ ...origin, kinesis: z.object(said) })) });
/** What a pipe does: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-kinesis.html */
const piped = z.array(z.object({ ...origin, ...said }));

type Piped = z.output<typeof piped>[number];
interface StreamRecord extends Piped {
  /** By which whoever invokes the function knows what has failed. */
  failsAs: string;
}

/** The records of a mapping's batch, or of a pipe's; a pipe knows what failed by the event's id, and not by its number. */
function recordsIn(event: unknown): StreamRecord[] {
  const byPipe = piped.safeParse(event);
  if (byPipe.success) return byPipe.data.map((record) => ({ ...record, failsAs: record.eventID }));
  const byMapping = mapped.safeParse(event);
  if (!byMapping.success) throw new UnknownTriggerError(['a Kinesis stream']);
  return byMapping.data.Records.map(({ kinesis, ...rest }) => ({
    ...rest,
    ...kinesis,
    failsAs: kinesis.sequenceNumber,
  }));
}

/**
 * A handler for functions that a Kinesis event source mapping invokes, which must have `ReportBatchItemFailures`, or a pipe from a stream, which
 * needs no such word (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html). Checks each record
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
    const { eventID: eventId, eventSourceARN: stream, partitionKey, approximateArrivalTimestamp } = record;
    const arrivedAt = new Date(approximateArrivalTimestamp * 1000).toISOString();
    const [data, characters] = [whole.slice(0, MOST_CHARACTERS), whole.length];
    log.error('a record fits no contract', { eventId, reason });
    await bury({ reason, stream, eventId, partitionKey, arrivedAt, data, encoding, characters });
  };

  return async (event: unknown, { awsRequestId }: InvocationContext): Promise<KinesisStreamBatchResponse> => {
    const numbers = new Map<EventOf<C>, string>();
    const failed: string[] = [];
    for (const record of recordsIn(event)) {
      const text = textOf(record.data);
      try {
        numbers.set(parseEvent(contracts, text.data), record.failsAs);
      } catch (error) {
        if (!(error instanceof EventRefusedError)) throw error;
        try {
          await buried(record, text, error);
        } catch (cause) {
          log.error('a record that fits no contract was not buried', cause as Error);
          failed.push(record.failsAs);
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
