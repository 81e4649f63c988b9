import { z } from 'zod';
import { LOCAL_ACCOUNT } from '../../core/arn.ts';
import { inUse, invalidArgument, shardNotFound } from '../errors.ts';
import { decimal, hashKey, keyAfter } from '../hashKeys.ts';
import { shardNumber } from '../sequence.ts';
import { type KinesisState, kinesisOperation, nameIn, onStream, streamInput } from '../service.ts';
import { areAdjacent, type Shard } from '../shard.ts';
import type { Stream } from '../stream.ts';
import { MOST_SHARDS } from './streams.ts';

const shardId = z.string().min(1).max(128);

/** Makes two of a shard. */
export function splitShard({ streams }: KinesisState) {
  return kinesisOperation('SplitShard', {
    input: z.strictObject({
      ...streamInput,
      ShardToSplit: shardId,
      NewStartingHashKey: z
        .string()
        .regex(/^(0|[1-9]\d{0,38})$/, 'Member must satisfy regular expression pattern: 0|([1-9]\\d{0,38})'),
    }),
    permissions: (input) => onStream('SplitShard', nameIn(input)),
    run({ ShardToSplit, NewStartingHashKey, ...input }) {
      const stream = streams.get(nameIn(input));
      const shard = openShard(stream, ShardToSplit);
      const { number, startingKey, endingKey } = shard.kept;
      const at = hashKey(NewStartingHashKey);
      // One key alone is no shard.
      if (at === undefined || at <= startingKey || at === keyAfter(startingKey, 1n) || at >= endingKey) {
        throw invalidArgument(
          `NewStartingHashKey ${NewStartingHashKey} used in SplitShard() on shard ${shard.id} in stream ${stream.name} under account ` +
            `${LOCAL_ACCOUNT} is not both greater than one plus the shard's StartingHashKey ${decimal(startingKey)} and less than the ` +
            `shard's EndingHashKey ${decimal(endingKey)}.`,
        );
      }
      streams.reshard(stream, [{ split: number, at }]);
    },
  });
}

/** Makes one of two shards that are neighbours. */
export function mergeShards({ streams }: KinesisState) {
  return kinesisOperation('MergeShards', {
    input: z.strictObject({ ...streamInput, ShardToMerge: shardId, AdjacentShardToMerge: shardId }),
    permissions: (input) => onStream('MergeShards', nameIn(input)),
    run({ ShardToMerge, AdjacentShardToMerge, ...input }) {
      const stream = streams.get(nameIn(input));
      const one = openShard(stream, ShardToMerge);
      const other = openShard(stream, AdjacentShardToMerge);
      if (!areAdjacent(one, other) && !areAdjacent(other, one)) {
        throw invalidArgument(
          `Shards ${one.id} and ${other.id} in stream ${stream.name} under account ${LOCAL_ACCOUNT} are not an adjacent pair of shards eligible for merging`,
        );
      }
      streams.reshard(stream, [{ merge: [one.kept.number, other.kept.number] }]);
    },
  });
}

/** Makes so many shards of the same size, twice as many at the most or half as many, ten times a day. */
export function updateShardCount({ streams }: KinesisState) {
  return kinesisOperation('UpdateShardCount', {
    input: z.strictObject({
      ...streamInput,
      TargetShardCount: z.int().min(1, 'Member must have value greater than or equal to 1').max(MOST_SHARDS),
      ScalingType: z.literal('UNIFORM_SCALING'),
    }),
    permissions: (input) => onStream('UpdateShardCount', nameIn(input)),
    run({ TargetShardCount, ...input }) {
      const stream = streams.get(nameIn(input));
      const CurrentShardCount = stream.openShards.length;
      streams.setShardCount(stream, TargetShardCount);
      return { StreamName: stream.name, StreamARN: stream.arn, CurrentShardCount, TargetShardCount };
    },
  });
}

/** Throws AwsError when there is none, or it was split or merged before. */
function openShard(stream: Stream, id: string): Shard {
  const shard = stream.shard(shardNumber(id));
  if (!shard) throw shardNotFound(id, stream.name);
  if (shard.isOpen) return shard;
  throw inUse(
    `Shard ${shard.id} in stream ${stream.name} under account ${LOCAL_ACCOUNT} has already been merged or split, and thus is not eligible for merging or splitting.`,
  );
}
