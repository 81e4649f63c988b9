import { CloudWatchClient, GetMetricDataCommand, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CreateStreamCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createVirtualClock } from '../../core/clock.ts';
import { createCloud } from '../../create.ts';

const clock = createVirtualClock();
const START_MS = clock.now();
let cloud: Awaited<ReturnType<typeof createCloud>>;
let kinesis: KinesisClient;
let cloudWatch: CloudWatchClient;
beforeEach(async () => {
  cloud = await createCloud({ port: 0, clock });
  const options = {
    region: 'eu-west-1',
    endpoint: cloud.endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  kinesis = new KinesisClient(options);
  cloudWatch = new CloudWatchClient(options);
});
afterEach(async () => {
  kinesis.destroy();
  cloudWatch.destroy();
  await cloud.close();
});

const StreamName = 'statuses';
const put = (count: number) =>
  kinesis.send(
    new PutRecordsCommand({
      StreamName,
      Records: Array.from({ length: count }, () => ({ PartitionKey: 'a', Data: Buffer.from('four') })),
    }),
  );
const metric = (MetricName: string) => ({
  Namespace: 'AWS/Kinesis',
  MetricName,
  Dimensions: [{ Name: 'StreamName', Value: StreamName }],
});
const range = () => ({ StartTime: new Date(START_MS), EndTime: new Date(clock.now() + 1) });
const query = (Id: string, MetricName: string, Stat = 'Sum', Period = 60) => ({
  Id,
  MetricStat: { Metric: metric(MetricName), Stat, Period },
});

describe('CloudWatch, of streams', () => {
  it('tells what came, what was refused and how old what was read is, by the minute or longer', async () => {
    await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    await put(3);
    await put(2);
    await clock.advance(60_000);
    for (const count of [500, 500, 4]) await put(count);
    const data = await cloudWatch.send(
      new GetMetricDataCommand({
        ...range(),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: [
          query('records', 'IncomingRecords'),
          query('bytes', 'IncomingBytes', 'Maximum'),
          query('refused', 'WriteProvisionedThroughputExceeded'),
          query('all', 'IncomingRecords', 'Sum', 300),
          query('age', 'GetRecords.IteratorAgeMilliseconds', 'Maximum'),
        ],
      }),
    );
    const { Datapoints = [] } = await cloudWatch.send(
      new GetMetricStatisticsCommand({
        ...metric('IncomingRecords'),
        ...range(),
        Period: 60,
        Statistics: ['Sum', 'SampleCount', 'Average'],
      }),
    );

    const minutes = [new Date(START_MS), new Date(START_MS + 60_000)];
    expect(data.MetricDataResults).toMatchObject([
      { Id: 'records', Timestamps: minutes, Values: [5, 1000], StatusCode: 'Complete' },
      { Id: 'bytes', Values: [12, 2000] },
      { Id: 'refused', Timestamps: minutes.slice(1), Values: [4] },
      { Id: 'all', Timestamps: minutes.slice(0, 1), Values: [1005] },
      { Id: 'age', Values: [] },
    ]);
    expect(Datapoints[0]).toEqual({ Timestamp: minutes[0], Sum: 5, SampleCount: 2, Average: 2.5, Unit: 'Count' });
  });

  it.each([
    [
      'a metric that nobody counts',
      { ...metric('OutgoingRecords') },
      'local-aws does not support the metric AWS/Kinesis OutgoingRecords. It counts AWS/Kinesis IncomingRecords,',
    ],
    [
      'a namespace of which it knows nothing',
      { ...metric('Errors'), Namespace: 'AWS/Lambda' },
      'does not support the metric AWS/Lambda Errors',
    ],
    ['other dimensions', { ...metric('IncomingRecords'), Dimensions: [] }, 'It counts by StreamName'],
  ])('refuses %s', async (_what, wanted, message) => {
    const command = new GetMetricStatisticsCommand({ ...wanted, ...range(), Period: 60, Statistics: ['Sum'] });

    await expect(cloudWatch.send(command)).rejects.toThrow(message);
  });
});
