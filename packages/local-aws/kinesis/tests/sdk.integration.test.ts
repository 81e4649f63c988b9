import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  ListStreamsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  type ShardIteratorType,
  SplitShardCommand,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Assembled, assemble } from '../../assemble.ts';
import { createVirtualClock, type VirtualClock } from '../../core/clock.ts';
import { createKinesis } from '../index.ts';

let clock: VirtualClock;
let cloud: Assembled;
let kinesis: KinesisClient;
beforeEach(async () => {
  clock = createVirtualClock();
  cloud = await assemble({ port: 0, clock }, (core) => ({
    services: [createKinesis(core)],
    stacksOf: () => ({ stacks: { deploy: noStacks, remove: noStacks, list: () => [] } }),
  }));
  kinesis = new KinesisClient({ ...options, endpoint: cloud.door.endpoint() });
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
});
afterEach(async () => {
  kinesis.destroy();
  await cloud.close();
});

const StreamName = 'statuses';
const FIRST = 'shardId-000000000000';
const SECOND = 'shardId-000000000001';
const options = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
};
const noStacks = async (): Promise<never> => {
  throw new Error('no stacks in this test');
};
/** MD5 of `a` begins with 0c, of `b` with 92: of two shards, the first takes `a`. */
const put = (text: string, PartitionKey = 'a') =>
  kinesis.send(new PutRecordCommand({ StreamName, PartitionKey, Data: Buffer.from(text) }));
const iterate = async (ShardIteratorType: ShardIteratorType, more: object = {}) =>
  (await kinesis.send(new GetShardIteratorCommand({ StreamName, ShardId: FIRST, ShardIteratorType, ...more })))
    .ShardIterator ?? '';
const get = (ShardIterator: string, Limit?: number) => kinesis.send(new GetRecordsCommand({ ShardIterator, Limit }));
const texts = ({ Records = [] }: GetRecordsCommandOutput) =>
  Records.map(({ Data = [] }) => Buffer.from(Data).toString());

describe('Kinesis through the SDK, over HTTP/2', () => {
  it('puts a record where its key belongs, and gives it back with when it came', async () => {
    const one = await put('one');
    const two = await put('two', 'b');
    const read = await get(await iterate('TRIM_HORIZON'));

    expect([one.ShardId, two.ShardId]).toEqual([FIRST, SECOND]);
    expect(read.Records).toEqual([
      {
        SequenceNumber: one.SequenceNumber,
        PartitionKey: 'a',
        Data: new Uint8Array(Buffer.from('one')),
        ApproximateArrivalTimestamp: new Date(clock.now()),
      },
    ]);
    expect(read.MillisBehindLatest).toBe(0);
  });

  it('begins at the oldest, the newest, a sequence number or a time, and goes on from there', async () => {
    const one = await put('one');
    await clock.advance(1000);
    const two = await put('two');
    const Timestamp = new Date(clock.now());
    await put('three');
    const latest = await iterate('LATEST');
    const from = async (type: ShardIteratorType, more?: object) => texts(await get(await iterate(type, more)));

    expect(await from('TRIM_HORIZON')).toEqual(['one', 'two', 'three']);
    expect(await from('AT_SEQUENCE_NUMBER', { StartingSequenceNumber: two.SequenceNumber })).toEqual(['two', 'three']);
    expect(await from('AFTER_SEQUENCE_NUMBER', { StartingSequenceNumber: two.SequenceNumber })).toEqual(['three']);
    expect(await from('AT_TIMESTAMP', { Timestamp })).toEqual(['two', 'three']);
    // All readers of a shard have five reads in a second.
    await clock.advance(1000);
    const empty = await get(latest);
    await put('four');
    expect([texts(empty), texts(await get(empty.NextShardIterator ?? ''))]).toEqual([[], ['four']]);
    expect((one.SequenceNumber ?? '') < (two.SequenceNumber ?? '')).toBe(true);
  });

  it('gives so many at once, and says how far behind that is', async () => {
    await put('one');
    await clock.advance(2000);
    await put('two');
    await clock.advance(500);

    const first = await get(await iterate('TRIM_HORIZON'), 1);
    const second = await get(first.NextShardIterator ?? '', 1);

    expect([texts(first), first.MillisBehindLatest]).toEqual([['one'], 2500]);
    expect([texts(second), second.MillisBehindLatest]).toEqual([['two'], 0]);
  });

  it('lets an iterator expire after five minutes', async () => {
    const iterator = await iterate('LATEST');

    await clock.advance(300_000);
    await get(iterator);
    await clock.advance(1);

    await expect(get(iterator)).rejects.toMatchObject({
      name: 'ExpiredIteratorException',
      message:
        'Iterator expired. The iterator was created at time Tue Jan 01 00:00:00 UTC 2030 while right now it is Tue Jan 01 00:05:00 UTC 2030 which is further in the future than the tolerated delay of 300000 milliseconds.',
    });
  });

  it('takes a thousand records a second and shard, and says of each one more that it does not', async () => {
    const records = (count: number) =>
      Array.from({ length: count }, () => ({ PartitionKey: 'a', Data: Buffer.from('x') }));
    const putMany = (count: number) => kinesis.send(new PutRecordsCommand({ StreamName, Records: records(count) }));
    await putMany(500);
    await putMany(499);

    const last = await putMany(2);
    const other = await put('x', 'b');
    const refused = put('x');
    await expect(refused).rejects.toMatchObject({
      name: 'ProvisionedThroughputExceededException',
      message: `Rate exceeded for shard ${FIRST} in stream ${StreamName} under account 000000000000.`,
    });
    await clock.advance(1000);

    expect(last.FailedRecordCount).toBe(1);
    expect(last.Records?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'ProvisionedThroughputExceededException',
    ]);
    expect(other.ShardId).toBe(SECOND);
    expect((await put('x')).ShardId).toBe(FIRST);
  });

  it('takes a megabyte a second and shard', async () => {
    const half = () =>
      kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: 'a', Data: Buffer.alloc(524_287) }));
    await half();
    await half();

    await expect(half()).rejects.toThrow('Rate exceeded for shard');
  });

  it('lets go of what is older than the retention period', async () => {
    await put('old');
    await clock.advance(24 * 3_600_000);
    await put('at the edge');
    const all = texts(await get(await iterate('TRIM_HORIZON')));
    await clock.advance(1);

    expect(all).toEqual(['old', 'at the edge']);
    expect(texts(await get(await iterate('TRIM_HORIZON')))).toEqual(['at the edge']);
  });

  it('describes streams and shards as AWS does', async () => {
    const { StreamDescription: stream } = await kinesis.send(new DescribeStreamCommand({ StreamName }));
    const { StreamDescriptionSummary: summary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
    const page = await kinesis.send(new ListShardsCommand({ StreamName, MaxResults: 1 }));
    const next = await kinesis.send(new ListShardsCommand({ NextToken: page.NextToken }));

    expect(stream).toMatchObject({
      StreamARN: `arn:aws:kinesis:eu-west-1:000000000000:stream/${StreamName}`,
      StreamStatus: 'ACTIVE',
      EncryptionType: 'NONE',
      HasMoreShards: false,
      RetentionPeriodHours: 24,
      Shards: [
        { HashKeyRange: { StartingHashKey: '0', EndingHashKey: '170141183460469231731687303715884105727' } },
        {
          HashKeyRange: {
            StartingHashKey: '170141183460469231731687303715884105728',
            EndingHashKey: '340282366920938463463374607431768211455',
          },
        },
      ],
    });
    expect(stream?.Shards?.[0]?.SequenceNumberRange?.StartingSequenceNumber).toMatch(/^\d{56}$/);
    expect(summary?.OpenShardCount).toBe(2);
    expect([page, next].flatMap(({ Shards = [] }) => Shards.map(({ ShardId }) => ShardId))).toEqual([FIRST, SECOND]);
  });

  it('changes its shards, and is UPDATING meanwhile', async () => {
    const counted = await kinesis.send(
      new UpdateShardCountCommand({ StreamName, TargetShardCount: 4, ScalingType: 'UNIFORM_SCALING' }),
    );
    const { StreamDescriptionSummary: updating } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
    await clock.advance(10_000);
    const { Shards = [] } = await kinesis.send(
      new ListShardsCommand({ StreamName, ShardFilter: { Type: 'AT_LATEST' } }),
    );

    expect([counted.CurrentShardCount, updating?.StreamStatus]).toEqual([2, 'UPDATING']);
    expect(Shards.map(({ ParentShardId }) => ParentShardId)).toEqual([FIRST, FIRST, SECOND, SECOND]);
  });

  it('lists the open shards alone on each page, and says that it does not know which were open at an earlier time', async () => {
    const open = await kinesis.send(new ListShardsCommand({ StreamName, ShardFilter: { Type: 'AT_LATEST' } }));
    const [eldest, youngest] = [open.Shards?.at(0), open.Shards?.at(-1)];
    const NewStartingHashKey = String(BigInt(youngest?.HashKeyRange?.StartingHashKey ?? 0) + 5n);
    await kinesis.send(new SplitShardCommand({ StreamName, ShardToSplit: youngest?.ShardId, NewStartingHashKey }));
    await clock.advance(10_000);
    const first = await kinesis.send(
      new ListShardsCommand({ StreamName, ShardFilter: { Type: 'AT_LATEST' }, MaxResults: 1 }),
    );
    const rest = await kinesis.send(new ListShardsCommand({ NextToken: first.NextToken }));
    const refused = kinesis.send(new ListShardsCommand({ StreamName, ShardFilter: { Type: 'AT_TRIM_HORIZON' } }));

    expect(first.Shards?.map(({ ShardId }) => ShardId)).toEqual([eldest?.ShardId]);
    expect(rest.Shards?.map(({ ShardId }) => ShardId)).not.toContain(youngest?.ShardId);
    expect(rest.Shards).toHaveLength(2);
    await expect(refused).rejects.toThrow('AT_TRIM_HORIZON');
  });

  it('lists and deletes streams, and makes one of four shards when nobody says how many', async () => {
    await kinesis.send(new CreateStreamCommand({ StreamName: 'more' }));
    const listed = await kinesis.send(new ListStreamsCommand({ Limit: 1 }));
    const rest = await kinesis.send(new ListStreamsCommand({ NextToken: listed.NextToken }));
    const { Shards } = await kinesis.send(new ListShardsCommand({ StreamName: 'more' }));
    await kinesis.send(new DeleteStreamCommand({ StreamName }));

    expect([listed.StreamNames, rest.StreamNames, Shards?.length]).toEqual([['more'], [StreamName], 4]);
    await expect(put('x')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Stream ${StreamName} under account 000000000000 not found.`,
    });
  });

  it.each([
    [
      'a stream on demand',
      new CreateStreamCommand({ StreamName: 's', StreamModeDetails: { StreamMode: 'ON_DEMAND' } }),
      'local-aws does not support streams on demand',
    ],
    [
      'a call that names no stream',
      new DescribeStreamCommand({}),
      'Either StreamName or StreamARN should be provided.',
    ],
    ['a second stream of a name', new CreateStreamCommand({ StreamName, ShardCount: 1 }), 'already exists'],
    [
      'a shard that is not there',
      new GetShardIteratorCommand({ StreamName, ShardId: 'shardId-000000000007', ShardIteratorType: 'LATEST' }),
      'Shard shardId-000000000007 in stream statuses under account 000000000000 does not exist',
    ],
    [
      'a position of another shard',
      new GetShardIteratorCommand({
        StreamName,
        ShardId: FIRST,
        ShardIteratorType: 'LATEST',
        StartingSequenceNumber: '1',
      }),
      'Request specified LATEST and also a StartingSequenceNumber.',
    ],
    ['an iterator that is none', new GetRecordsCommand({ ShardIterator: 'AAAA' }), 'Invalid ShardIterator.'],
    [
      'a hash key of more than 128 bits',
      new PutRecordCommand({
        StreamName,
        PartitionKey: 'a',
        Data: Buffer.from('x'),
        ExplicitHashKey: String(2n ** 128n),
      }),
      'Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1].',
    ],
    [
      'a record of more than a megabyte',
      new PutRecordCommand({ StreamName, PartitionKey: 'a', Data: Buffer.alloc(1_048_577) }),
      "at 'data' failed to satisfy constraint: Member must have length less than or equal to 1048576",
    ],
    [
      'more than 500 records',
      new PutRecordsCommand({
        StreamName,
        Records: Array.from({ length: 501 }, () => ({ PartitionKey: 'a', Data: Buffer.from('x') })),
      }),
      "at 'records' failed to satisfy constraint: Member must have length less than or equal to 500",
    ],
  ])('refuses %s in words', async (_what, command, message) => {
    // biome-ignore lint/suspicious/noExplicitAny: commands of different kinds stand in one table.
    await expect(kinesis.send(command as any)).rejects.toThrow(message);
  });
});
