import { z } from 'zod';
import { shardNotFound, throughputExceeded } from '../errors.ts';
import { checkAge, ITERATOR_TYPES, indexFrom, noShard, readIterator, writtenIterator } from '../iterators.ts';
import { bytesOf, type StreamRecord } from '../record.ts';
import { shardIdOf, shardNumber } from '../sequence.ts';
import { type KinesisState, kinesisOperation, nameIn, onStream, streamInput } from '../service.ts';
import type { Shard } from '../shard.ts';
import { streamArn } from '../stream.ts';
import { describedKeys } from './describe.ts';

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html */
const MOST_RECORDS = 10_000;
const MOST_BYTES = 10_485_760;

/** Says where to begin with reading a shard. */
export function getShardIterator({ core, streams }: KinesisState) {
  return kinesisOperation('GetShardIterator', {
    input: z.strictObject({
      ...streamInput,
      ShardId: z.string().min(1).max(128),
      ShardIteratorType: z.enum(ITERATOR_TYPES),
      StartingSequenceNumber: z.string().optional(),
      /** Seconds since the epoch. */
      Timestamp: z.number().optional(),
    }),
    permissions: (input) => onStream('GetShardIterator', nameIn(input)),
    run(input) {
      const name = nameIn(input);
      const { ShardId, ShardIteratorType: type, StartingSequenceNumber: sequenceNumber, Timestamp } = input;
      const number = shardNumber(ShardId);
      if (number === undefined) throw shardNotFound(ShardId, name);
      const stream = streams.find(name);
      const shard = stream?.shard(number);
      if (!stream || !shard) throw noShard(shardIdOf(number), name);
      const madeAtMs = core.clock.now();
      const timestampMs = Timestamp === undefined ? undefined : Math.round(Timestamp * 1000);
      const next = indexFrom(stream, shard, { type, sequenceNumber, timestampMs }, madeAtMs);
      const { createdSeconds } = shard.kept;
      return { ShardIterator: writtenIterator({ stream: name, shard: number, createdSeconds, next, madeAtMs }) };
    },
  });
}

/** Reads records of a shard, and says where it goes on; at the end of a closed shard, in which others. */
export function getRecords({ core, streams }: KinesisState) {
  return kinesisOperation('GetRecords', {
    input: z.strictObject({
      ShardIterator: z.string().min(1).max(512),
      Limit: z
        .int()
        .min(1, 'Member must have value greater than or equal to 1')
        .max(MOST_RECORDS, `Member must have value less than or equal to ${MOST_RECORDS}`)
        .default(MOST_RECORDS),
      StreamARN: z.string().optional(),
    }),
    permissions: ({ ShardIterator }) => onStream('GetRecords', readIterator(ShardIterator).stream),
    target: ({ ShardIterator }) => streamArn(readIterator(ShardIterator).stream),
    run({ ShardIterator, Limit }) {
      const iterator = readIterator(ShardIterator);
      const nowMs = core.clock.now();
      checkAge(iterator, nowMs);
      const stream = streams.find(iterator.stream);
      const shard = stream?.shard(iterator.shard);
      if (!stream || shard?.kept.createdSeconds !== iterator.createdSeconds)
        throw noShard(shardIdOf(iterator.shard), iterator.stream);
      if (!shard.reads.begin(nowMs)) throw throughputExceeded(shard.id, stream.name);
      const { records, next, bytes } = read(shard, iterator.next, Limit, stream.horizonMs(nowMs));
      shard.reads.gave(bytes, nowMs);
      const newest = records.at(-1);
      if (newest) stream.metrics.add('GetRecords.IteratorAgeMilliseconds', nowMs - newest.arrivedAtMs, nowMs);
      const isAtTip = next > shard.log.last;
      const more = { ...iterator, next, madeAtMs: nowMs };
      const children = stream.shards.filter(({ kept }) => kept.parents.includes(iterator.shard));
      return {
        Records: records.map((record) => ({
          SequenceNumber: record.sequenceNumber,
          ApproximateArrivalTimestamp: record.arrivedAtMs / 1000,
          Data: record.base64,
          PartitionKey: record.partitionKey,
        })),
        MillisBehindLatest: isAtTip ? 0 : nowMs - (newest?.arrivedAtMs ?? nowMs),
        ...(isAtTip && !shard.isOpen
          ? { ChildShards: children.map(childOf) }
          : { NextShardIterator: writtenIterator(more) }),
      };
    },
  });
}

/** The records from an index on that have not yet expired, and the index after them. */
function read({ log }: Shard, from: number, limit: number, horizonMs: number) {
  const records: StreamRecord[] = [];
  let bytes = 0;
  const isExpired = !log.latest || log.latest.arrivedAtMs < horizonMs;
  // An index counts from where is read, which is never before what is kept.
  let next = Math.max(from, isExpired ? log.last + 1 : log.first);
  log.read(next, (record) => {
    const more = bytesOf(record.base64);
    if (records.length >= limit || (records.length > 0 && bytes + more > MOST_BYTES)) return false;
    bytes += more;
    next += 1;
    if (record.arrivedAtMs >= horizonMs) records.push(record);
    return true;
  });
  return { records, next, bytes };
}

function childOf({ id, kept }: Shard) {
  return { ShardId: id, ParentShards: kept.parents.map(shardIdOf), HashKeyRange: describedKeys(kept) };
}
