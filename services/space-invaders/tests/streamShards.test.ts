import { LimitExceededException, ResourceInUseException, UpdateShardCountCommand } from '@aws-sdk/client-kinesis';
import { describe, expect, it } from '@jest/globals';
import { createStreamShards } from '../storage/streamShards.ts';
import { NOW_MS } from './parts.ts';

/** Clients that give the answer, or throw it, and keep what they were asked. */
function shardsWith(answer: unknown) {
  const asked: { input: unknown }[] = [];
  const send = async (command: { input: unknown }) => {
    asked.push(command);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const client = { send } as never;
  return { asked, shards: createStreamShards({ kinesis: client, cloudWatch: client }, 'statuses') };
}

describe('a stream', () => {
  it.each([
    [
      { OpenShardCount: 4, StreamStatus: 'ACTIVE' },
      { open: 4, isActive: true },
    ],
    [
      { OpenShardCount: 4, StreamStatus: 'UPDATING' },
      { open: 4, isActive: false },
    ],
  ])('of which Kinesis says %j is %j', async (StreamDescriptionSummary, expected) => {
    const { asked, shards } = shardsWith({ StreamDescriptionSummary });

    expect(await shards.describe()).toEqual(expected);
    expect(asked[0]?.input).toEqual({ StreamName: 'statuses' });
  });

  it('has as much traffic as in the fullest of five minutes, and what was refused since', async () => {
    const at = (...minutesAgo: number[]) => minutesAgo.map((ago) => new Date(NOW_MS - ago * 60_000));
    const { asked, shards } = shardsWith({
      MetricDataResults: [
        { Id: 'bytes', Timestamps: at(1, 2), Values: [600, 6000] },
        { Id: 'records', Timestamps: at(1, 2, 3), Values: [60, 120, 90] },
        { Id: 'refused', Timestamps: at(1, 2, 3), Values: [1, 20, 300] },
      ],
    });

    const traffic = await shards.traffic(NOW_MS, NOW_MS - 2 * 60_000);

    expect(traffic).toEqual({ recordsPerSecond: 2, bytesPerSecond: 100, refused: 21 });
    const metric = (Id: string, MetricName: string) => ({
      Id,
      MetricStat: {
        Metric: { Namespace: 'AWS/Kinesis', MetricName, Dimensions: [{ Name: 'StreamName', Value: 'statuses' }] },
        Period: 60,
        Stat: 'Sum',
      },
    });
    expect(asked[0]?.input).toEqual({
      StartTime: new Date(NOW_MS - 300_000),
      EndTime: new Date(NOW_MS),
      MetricDataQueries: [
        metric('records', 'IncomingRecords'),
        metric('bytes', 'IncomingBytes'),
        metric('refused', 'WriteProvisionedThroughputExceeded'),
      ],
    });
  });

  it('has none while CloudWatch tells nothing', async () => {
    expect(await shardsWith({}).shards.traffic(NOW_MS, 0)).toEqual({
      recordsPerSecond: 0,
      bytesPerSecond: 0,
      refused: 0,
    });
  });

  const refused = { message: '', $metadata: {} };
  it.each([
    ['done', {}],
    ['busy', new ResourceInUseException(refused)],
    ['spent', new LimitExceededException(refused)],
  ])('is set: %s', async (outcome, answer) => {
    const { asked, shards } = shardsWith(answer);

    expect(await shards.set(3)).toBe(outcome);

    expect(asked).toEqual([expect.any(UpdateShardCountCommand)]);
    expect(asked[0]?.input).toEqual({ StreamName: 'statuses', TargetShardCount: 3, ScalingType: 'UNIFORM_SCALING' });
  });

  it('is not said to be set when anything else goes wrong', async () => {
    await expect(shardsWith(new Error('gone')).shards.set(3)).rejects.toThrow('gone');
  });
});
