import { z } from 'zod';
import { LOCAL_ACCOUNT } from '../core/arn.ts';
import { AwsError } from '../core/errors.ts';
import { invalidArgument, notFound } from './errors.ts';
import { readSequence, shardIdOf } from './sequence.ts';
import type { Shard } from './shard.ts';
import type { Stream } from './stream.ts';

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html */
export const ITERATOR_MS = 300_000;

/** What an iterator says: the stream, the shard's number and second, the index of the record that is next, and when it was made. */
const iterator = z.tuple([z.string(), z.int(), z.int(), z.int(), z.number()]);
export interface Iterator {
  stream: string;
  shard: number;
  /** When the shard was made: another of that number, in a stream that was made anew, is another shard. */
  createdSeconds: number;
  next: number;
  madeAtMs: number;
}

export function writtenIterator({ stream, shard, createdSeconds, next, madeAtMs }: Iterator): string {
  return Buffer.from(JSON.stringify([stream, shard, createdSeconds, next, madeAtMs])).toString('base64');
}

/** Throws AwsError when it is none. It may have expired: that is asked for apart, as IAM is asked first. */
export function readIterator(text: string): Iterator {
  try {
    const said = iterator.parse(JSON.parse(Buffer.from(text, 'base64').toString()));
    const [stream, shard, createdSeconds, next, madeAtMs] = said;
    return { stream, shard, createdSeconds, next, madeAtMs };
  } catch {
    throw invalidArgument('Invalid ShardIterator.');
  }
}

/** Throws AwsError ExpiredIteratorException, five minutes after it was made. */
export function checkAge({ madeAtMs }: Iterator, nowMs: number): void {
  if (nowMs - madeAtMs <= ITERATOR_MS) return;
  throw new AwsError(
    'ExpiredIteratorException',
    `Iterator expired. The iterator was created at time ${amazonDate(madeAtMs)} while right now it is ${amazonDate(nowMs)}` +
      ` which is further in the future than the tolerated delay of ${ITERATOR_MS} milliseconds.`,
  );
}

/** `Thu Jan 22 01:22:02 UTC 2015` */
function amazonDate(atMs: number): string {
  const [, day, date, month, year, time] =
    /^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/.exec(new Date(atMs).toUTCString()) ?? [];
  return `${day} ${month} ${date} ${time} UTC ${year}`;
}

export const ITERATOR_TYPES = [
  'AT_SEQUENCE_NUMBER',
  'AFTER_SEQUENCE_NUMBER',
  'TRIM_HORIZON',
  'LATEST',
  'AT_TIMESTAMP',
] as const;

/** Where somebody wants to begin. */
export interface Start {
  type: (typeof ITERATOR_TYPES)[number];
  sequenceNumber?: string | undefined;
  timestampMs?: number | undefined;
}

/** The index of the record that is next from there. Throws AwsError for what AWS refuses. */
export function indexFrom(
  stream: Stream,
  shard: Shard,
  { type, sequenceNumber, timestampMs }: Start,
  nowMs: number,
): number {
  const isBySequence = type === 'AT_SEQUENCE_NUMBER' || type === 'AFTER_SEQUENCE_NUMBER';
  if (isBySequence !== (sequenceNumber !== undefined)) {
    const also = sequenceNumber === undefined ? 'no StartingSequenceNumber' : 'also a StartingSequenceNumber';
    throw invalidArgument(
      'Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or ' +
        `(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${type} and ${also}.`,
    );
  }
  if (type === 'LATEST') return shard.log.last + 1;
  if (type === 'TRIM_HORIZON') return shard.log.indexAt(stream.horizonMs(nowMs));
  if (type === 'AT_TIMESTAMP') {
    if (timestampMs === undefined)
      throw invalidArgument('Must specify timestampMs parameter for iterator of type AT_TIMESTAMP.');
    if (timestampMs > nowMs)
      throw invalidArgument('The timestampInMillis parameter cannot be greater than the currentTimestampInMillis.');
    return shard.log.indexAt(Math.max(timestampMs, stream.horizonMs(nowMs)));
  }
  const at = indexOf(stream, shard, sequenceNumber ?? '');
  return type === 'AT_SEQUENCE_NUMBER' ? at : at + 1;
}

/** The index that a sequence number of the shard has in it. Throws AwsError when it is of another one. */
function indexOf(stream: Stream, shard: Shard, text: string): number {
  const where = `used in GetShardIterator on shard ${shard.id} in stream ${stream.name} under account ${LOCAL_ACCOUNT}`;
  const sequence = readSequence(text);
  if (!sequence) throw invalidArgument(`StartingSequenceNumber ${text} ${where} is invalid.`);
  if (sequence.shard !== shard.kept.number) {
    throw invalidArgument(
      `Invalid StartingSequenceNumber. It encodes ${shardIdOf(sequence.shard)}, while it was used in a call to a shard with ${shard.id}`,
    );
  }
  if (sequence.shardCreatedSeconds !== shard.kept.createdSeconds)
    throw invalidArgument(
      `StartingSequenceNumber ${text} ${where} is invalid because it did not come from this stream.`,
    );
  // Where the shard ends is behind all its records.
  return Math.min(sequence.index, shard.log.last + 1);
}

export const noShard = (shardId: string, stream: string) =>
  notFound(`Shard ${shardId} in stream ${stream} under account ${LOCAL_ACCOUNT} does not exist`);
