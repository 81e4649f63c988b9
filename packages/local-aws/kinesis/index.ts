import type { MetricSource } from '../cloudwatch/metricSource.ts';
import type { Core } from '../core/cloud.ts';
import type { LocalService } from '../core/service.ts';
import { streamMetrics } from './metrics.ts';
import { describeStream, describeStreamSummary, listShards, listStreams } from './operations/describe.ts';
import { getRecords, getShardIterator } from './operations/getRecords.ts';
import { MAX_VALUES, putRecord, putRecords } from './operations/putRecords.ts';
import { mergeShards, splitShard, updateShardCount } from './operations/reshard.ts';
import { createStream, decreaseRetention, deleteStream, increaseRetention } from './operations/streams.ts';
import { streamType } from './resources.ts';
import type { KinesisState } from './service.ts';
import { Streams } from './streams.ts';

export { hashOf } from './hashKeys.ts';
export { createReader, forgetReader, type ReaderPlace, type StreamReader, type StreamStart } from './reader.ts';
export type { StreamRecord } from './record.ts';
export type { Streams } from './streams.ts';

/** Kinesis, with its streams for those who read them in process (event source mappings, Firehose). */
export interface Kinesis extends LocalService {
  streams: Streams;
  /** What it has counted of them, for CloudWatch. */
  metrics: MetricSource;
}

/** Kinesis Data Streams with provisioned shards. Streams and their records are kept in `core.store`. */
export function createKinesis(core: Core): Kinesis {
  const streams = new Streams(core);
  const state: KinesisState = { core, streams };
  return {
    id: 'kinesis',
    protocol: { kind: 'json', targetPrefix: 'Kinesis_20131202', version: '1.1', maxValues: MAX_VALUES },
    errors: {
      throttled: {
        code: 'ProvisionedThroughputExceededException',
        status: 400,
        message: 'Rate exceeded for the stream.',
      },
      denied: { code: 'AccessDeniedException', status: 400 },
    },
    operations: {
      CreateStream: createStream(state),
      DeleteStream: deleteStream(state),
      DescribeStream: describeStream(state),
      DescribeStreamSummary: describeStreamSummary(state),
      ListStreams: listStreams(state),
      ListShards: listShards(state),
      PutRecord: putRecord(state),
      PutRecords: putRecords(state),
      GetShardIterator: getShardIterator(state),
      GetRecords: getRecords(state),
      SplitShard: splitShard(state),
      MergeShards: mergeShards(state),
      UpdateShardCount: updateShardCount(state),
      IncreaseStreamRetentionPeriod: increaseRetention(state),
      DecreaseStreamRetentionPeriod: decreaseRetention(state),
    },
    resources: [streamType(state)],
    streams,
    metrics: streamMetrics(streams),
    resume: () => streams.resume(),
    async close() {
      for (const { metrics } of streams.all()) metrics.flush();
    },
  };
}
