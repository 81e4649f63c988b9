import { z } from 'zod';
import { NotSupportedError } from '../../core/errors.ts';
import { invalidArgument } from '../errors.ts';
import { decimal } from '../hashKeys.ts';
import { shardIdOf, shardNumber } from '../sequence.ts';
import { type KinesisState, kinesisOperation, nameIn, onStream, streamInput } from '../service.ts';
import type { KeptShard, Shard } from '../shard.ts';
import type { Stream } from '../stream.ts';

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html */
const MOST_SHARDS = 10_000;
const DEFAULT_SHARDS = 1000;
const MOST_STREAMS = 10_000;
const DEFAULT_STREAMS = 100;

export const describedKeys = ({ startingKey, endingKey }: Pick<KeptShard, 'startingKey' | 'endingKey'>) => ({
  StartingHashKey: decimal(startingKey),
  EndingHashKey: decimal(endingKey),
});

function describedShard({ id, kept, startingSequence, endingSequence }: Shard) {
  const [parent, adjacent] = kept.parents;
  return {
    ShardId: id,
    ...(parent !== undefined && { ParentShardId: shardIdOf(parent) }),
    ...(adjacent !== undefined && { AdjacentParentShardId: shardIdOf(adjacent) }),
    HashKeyRange: describedKeys(kept),
    SequenceNumberRange: {
      StartingSequenceNumber: startingSequence,
      ...(endingSequence !== undefined && { EndingSequenceNumber: endingSequence }),
    },
  };
}

const described = (stream: Stream) => ({
  StreamName: stream.name,
  StreamARN: stream.arn,
  StreamStatus: stream.status,
  StreamModeDetails: { StreamMode: 'PROVISIONED' },
  RetentionPeriodHours: stream.kept.retentionHours,
  StreamCreationTimestamp: stream.kept.createdMs / 1000,
  EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
  EncryptionType: 'NONE',
});

export function describeStream({ streams }: KinesisState) {
  return kinesisOperation('DescribeStream', {
    input: z.strictObject({
      ...streamInput,
      Limit: z.int().min(1).max(MOST_SHARDS).default(DEFAULT_STREAMS),
      ExclusiveStartShardId: z.string().optional(),
    }),
    permissions: (input) => onStream('DescribeStream', nameIn(input)),
    run({ Limit, ExclusiveStartShardId, ...input }) {
      const stream = streams.get(nameIn(input));
      const shards = shardsAfter(stream, ExclusiveStartShardId);
      return {
        StreamDescription: {
          ...described(stream),
          Shards: shards.slice(0, Limit).map(describedShard),
          HasMoreShards: shards.length > Limit,
        },
      };
    },
  });
}

export function describeStreamSummary({ streams }: KinesisState) {
  return kinesisOperation('DescribeStreamSummary', {
    input: z.strictObject(streamInput),
    permissions: (input) => onStream('DescribeStreamSummary', nameIn(input)),
    run(input) {
      const stream = streams.get(nameIn(input));
      return {
        StreamDescriptionSummary: {
          ...described(stream),
          OpenShardCount: stream.openShards.length,
          ConsumerCount: 0,
        },
      };
    },
  });
}

const FILTERS = ['AFTER_SHARD_ID', 'FROM_TRIM_HORIZON', 'AT_LATEST', 'AT_TRIM_HORIZON'] as const;

/** The shards that still have records; a next page is told by the shard after which it begins. */
export function listShards({ streams }: KinesisState) {
  return kinesisOperation('ListShards', {
    input: z.strictObject({
      ...streamInput,
      NextToken: z.string().optional(),
      ExclusiveStartShardId: z.string().optional(),
      MaxResults: z.int().min(1).max(MOST_SHARDS).default(DEFAULT_SHARDS),
      ShardFilter: z.strictObject({ Type: z.enum(FILTERS), ShardId: z.string().optional() }).optional(),
    }),
    permissions: (input) => onStream('ListShards', pageOf(input).name),
    run({ MaxResults, ShardFilter, ...input }) {
      // Which shards were open then is not kept.
      if (ShardFilter?.Type === 'AT_TRIM_HORIZON') throw new NotSupportedError('AT_TRIM_HORIZON');
      const { name, after, isLatest = ShardFilter?.Type === 'AT_LATEST' } = pageOf(input);
      const stream = streams.get(name);
      const start = ShardFilter?.Type === 'AFTER_SHARD_ID' ? (after ?? ShardFilter.ShardId) : after;
      const isWanted = ({ isOpen }: Shard) => isOpen || !isLatest;
      const shards = shardsAfter(stream, start).filter(isWanted);
      const page = shards.slice(0, MaxResults);
      return {
        Shards: page.map(describedShard),
        ...(shards.length > page.length && { NextToken: tokenOf(name, page.at(-1)?.id ?? '', isLatest) }),
      };
    },
  });
}

export function listStreams({ streams }: KinesisState) {
  return kinesisOperation('ListStreams', {
    input: z.strictObject({
      Limit: z.int().min(1).max(MOST_STREAMS).default(DEFAULT_STREAMS),
      ExclusiveStartStreamName: z.string().optional(),
      NextToken: z.string().optional(),
    }),
    permissions: () => [{ action: 'kinesis:ListStreams', resource: '*' }],
    run({ Limit, ExclusiveStartStreamName = '', NextToken = ExclusiveStartStreamName }) {
      const found = streams.all().filter(({ name }) => name > NextToken);
      const page = found.slice(0, Limit);
      const hasMore = found.length > page.length;
      return {
        StreamNames: page.map(({ name }) => name),
        StreamSummaries: page.map(({ name, arn, status, kept: { createdMs } }) => ({
          StreamName: name,
          StreamARN: arn,
          StreamStatus: status,
          StreamModeDetails: { StreamMode: 'PROVISIONED' },
          StreamCreationTimestamp: createdMs / 1000,
        })),
        HasMoreStreams: hasMore,
        ...(hasMore && { NextToken: page.at(-1)?.name }),
      };
    },
  });
}

function shardsAfter({ shards }: Stream, shardId: string | undefined): readonly Shard[] {
  const number = shardId === undefined ? -1 : (shardNumber(shardId) ?? -1);
  return shards.filter(({ kept }) => kept.number > number);
}

interface Page {
  StreamName?: string | undefined;
  StreamARN?: string | undefined;
  NextToken?: string | undefined;
  ExclusiveStartShardId?: string | undefined;
}

const tokenOf = (...page: z.output<typeof token>) => Buffer.from(JSON.stringify(page)).toString('base64');
/** The stream, the last shard that was told of, and whether only open ones are wanted. */
const token = z.tuple([z.string(), z.string(), z.boolean()]);

/** Which shards of which stream are asked for. Throws AwsError. */
function pageOf({ NextToken, ExclusiveStartShardId, ...input }: Page): {
  name: string;
  after: string | undefined;
  isLatest?: boolean;
} {
  if (NextToken === undefined) return { name: nameIn(input), after: ExclusiveStartShardId };
  if (input.StreamName !== undefined) throw invalidArgument('NextToken and StreamName cannot be provided together.');
  try {
    const [name, after, isLatest] = token.parse(JSON.parse(Buffer.from(NextToken, 'base64').toString()));
    return { name, after, isLatest };
  } catch {
    throw invalidArgument('The NextToken is not valid.');
  }
}
