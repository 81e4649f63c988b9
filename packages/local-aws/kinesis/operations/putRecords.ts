import { z } from 'zod';
import { correlationIdOf } from '../../core/correlation.ts';
import { AwsError } from '../../core/errors.ts';
import { invalidArgument, throughputExceeded } from '../errors.ts';
import { hashKey } from '../hashKeys.ts';
import { bytesOf, StreamRecord } from '../record.ts';
import { readSequence } from '../sequence.ts';
import { type KinesisState, kinesisOperation, nameIn, onStream, streamInput } from '../service.ts';
import type { Stream } from '../stream.ts';

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html */
const MAX_DATA_BYTES = 1_048_576;
/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html, keys included */
const MAX_RECORDS = 500;
const MAX_REQUEST_BYTES = 10_485_760;

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const data = z
  .string()
  .refine((text) => text.length % 4 === 0 && BASE64.test(text), 'Member must be base64')
  .refine((text) => bytesOf(text) <= MAX_DATA_BYTES, `Member must have length less than or equal to ${MAX_DATA_BYTES}`);
const record = {
  Data: data,
  PartitionKey: z
    .string()
    .min(1, 'Member must have length greater than or equal to 1')
    .max(256, 'Member must have length less than or equal to 256'),
  ExplicitHashKey: z
    .string()
    .regex(/^(0|[1-9]\d{0,38})$/, 'Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38})')
    .optional(),
};
type Entry = z.output<z.ZodObject<typeof record>>;

/** The most values in a call of PutRecords: three for each record, and what stands around them. */
export const MAX_VALUES = 5 * MAX_RECORDS;

/** Puts one record. Its correlation id, where it is JSON that has one, is the call's. */
export function putRecord(state: KinesisState) {
  return kinesisOperation('PutRecord', {
    input: z.strictObject({ ...streamInput, ...record, SequenceNumberForOrdering: z.string().optional() }),
    permissions: (input) => onStream('PutRecord', nameIn(input)),
    correlationId: ({ Data }) => correlationIdOf(Buffer.from(Data, 'base64').toString()),
    went: (answer) => ({ shardId: (answer as { ShardId: string }).ShardId }),
    run({ SequenceNumberForOrdering: after, ...input }) {
      const stream = state.streams.get(nameIn(input));
      if (after !== undefined && !readSequence(after))
        throw invalidArgument(
          `ExclusiveMinimumSequenceNumber ${after} used in PutRecord on stream ${stream.name} is invalid.`,
        );
      const put = putOne(state, stream, input);
      took(state, stream, [put]);
      if (put instanceof AwsError) throw put;
      return { SequenceNumber: put.sequenceNumber, ShardId: put.shardId };
    },
  });
}

/** Puts up to 500 records, each for itself: what a shard cannot take now is said of each. */
export function putRecords(state: KinesisState) {
  return kinesisOperation('PutRecords', {
    input: z.strictObject({
      ...streamInput,
      Records: z
        .array(z.strictObject(record))
        .min(1, 'Member must have length greater than or equal to 1')
        .max(MAX_RECORDS, `Member must have length less than or equal to ${MAX_RECORDS}`),
    }),
    permissions: (input) => onStream('PutRecords', nameIn(input)),
    run({ Records, ...input }) {
      const stream = state.streams.get(nameIn(input));
      const bytes = Records.reduce((sum, { Data, PartitionKey }) => sum + bytesOf(Data) + PartitionKey.length, 0);
      if (bytes > MAX_REQUEST_BYTES) throw invalidArgument('Records size exceeds 10 MB limit');
      const results = Records.map((entry) => putOne(state, stream, entry));
      return {
        FailedRecordCount: took(state, stream, results),
        Records: results.map((result) =>
          result instanceof AwsError
            ? { ErrorCode: result.code, ErrorMessage: result.message }
            : { SequenceNumber: result.sequenceNumber, ShardId: result.shardId },
        ),
      };
    },
  });
}

/** Counts what was put, and tells those who read the stream. Gives how many records were not taken. */
function took({ core, streams }: KinesisState, stream: Stream, results: readonly (StreamRecord | AwsError)[]): number {
  const nowMs = core.clock.now();
  const records = results.filter((result) => result instanceof StreamRecord);
  const refused = results.length - records.length;
  if (refused > 0) stream.metrics.add('WriteProvisionedThroughputExceeded', refused, nowMs);
  if (records.length === 0) return refused;
  stream.metrics.add('IncomingRecords', records.length, nowMs);
  const bytes = records.reduce((sum, { base64 }) => sum + bytesOf(base64), 0);
  stream.metrics.add('IncomingBytes', bytes, nowMs);
  streams.wake(stream);
  return refused;
}

/** Gives what the shard said where it cannot take it now. Throws AwsError for a hash key that cannot be. */
function putOne({ core }: KinesisState, stream: Stream, entry: Entry): StreamRecord | AwsError {
  const { Data, PartitionKey, ExplicitHashKey } = entry;
  const explicit = ExplicitHashKey === undefined ? undefined : hashKey(ExplicitHashKey);
  if (ExplicitHashKey !== undefined && explicit === undefined) {
    throw invalidArgument(
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${ExplicitHashKey}`,
    );
  }
  const shard = stream.shardFor(PartitionKey, explicit);
  return stream.put(shard, PartitionKey, Data, core.clock.now()) ?? throughputExceeded(shard.id, stream.name);
}
