import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeStreamSummaryCommand,
  type KinesisClient,
  LimitExceededException,
  ResourceInUseException,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis';
import type { StreamShards } from '../domain/ports.ts';

/** CloudWatch counts streams by the minute, and tells of one a minute later: five are enough for what has just been. */
const MINUTES = 5;
const SECONDS = 60;

const METRICS = {
  records: 'IncomingRecords',
  bytes: 'IncomingBytes',
  refused: 'WriteProvisionedThroughputExceeded',
};

/** The shards of a stream: Kinesis has them, and CloudWatch says what came. */
export function createStreamShards(
  { kinesis, cloudWatch }: { kinesis: Pick<KinesisClient, 'send'>; cloudWatch: Pick<CloudWatchClient, 'send'> },
  StreamName: string,
): StreamShards {
  const Dimensions = [{ Name: 'StreamName', Value: StreamName }];
  return {
    async describe() {
      const { StreamDescriptionSummary: stream } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
      return { open: stream?.OpenShardCount ?? 1, isActive: stream?.StreamStatus === 'ACTIVE' };
    },

    async traffic(nowMs, refusedSinceMs) {
      const { MetricDataResults = [] } = await cloudWatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(nowMs - MINUTES * SECONDS * 1000),
          EndTime: new Date(nowMs),
          MetricDataQueries: Object.entries(METRICS).map(([Id, MetricName]) => ({
            Id,
            MetricStat: { Metric: { Namespace: 'AWS/Kinesis', MetricName, Dimensions }, Period: SECONDS, Stat: 'Sum' },
          })),
        }),
      );
      const minutes = (id: keyof typeof METRICS, sinceMs = 0) => {
        const { Timestamps = [], Values = [] } = MetricDataResults.find(({ Id }) => Id === id) ?? {};
        return Values.filter((_, at) => (Timestamps[at]?.getTime() ?? 0) >= sinceMs);
      };
      return {
        recordsPerSecond: Math.max(0, ...minutes('records')) / SECONDS,
        bytesPerSecond: Math.max(0, ...minutes('bytes')) / SECONDS,
        refused: minutes('refused', refusedSinceMs).reduce((sum, count) => sum + count, 0),
      };
    },

    async set(TargetShardCount) {
      try {
        await kinesis.send(
          new UpdateShardCountCommand({ StreamName, TargetShardCount, ScalingType: 'UNIFORM_SCALING' }),
        );
        return 'done';
      } catch (error) {
        if (error instanceof ResourceInUseException) return 'busy';
        if (error instanceof LimitExceededException) return 'spent';
        throw error;
      }
    },
  };
}
