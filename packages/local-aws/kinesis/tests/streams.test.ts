import { beforeEach, describe, expect, it } from '@jest/globals';
import { createTestCore, provision, type TestCore, typeOf } from '../../core/tests/testCore.ts';
import { createKinesis, type Kinesis } from '../index.ts';

const StreamName = 'statuses';
const HOUR_MS = 3_600_000;

let core: TestCore;
let kinesis: Kinesis;
beforeEach(() => {
  core = createTestCore();
  kinesis = core.add(createKinesis(core));
});

/** Another run of local-aws with the same state. */
function restart(): void {
  core = createTestCore({ after: core });
  kinesis = core.add(createKinesis(core));
  kinesis.resume?.();
}
interface Shard {
  ShardId: string;
  ParentShardId?: string;
  AdjacentParentShardId?: string;
  HashKeyRange: { StartingHashKey: string; EndingHashKey: string };
  SequenceNumberRange: { StartingSequenceNumber: string; EndingSequenceNumber?: string };
}
const ask = <T = Record<string, unknown>>(operation: string, input: object = {}) =>
  core.ask<T>('kinesis', operation, { StreamName, ...input });
const shards = async () => (await ask<{ Shards: Shard[] }>('ListShards')).Shards;
const summary = async () =>
  (await ask<{ StreamDescriptionSummary: Record<string, unknown> }>('DescribeStreamSummary')).StreamDescriptionSummary;
const put = (text: string, PartitionKey = 'a') =>
  ask<{ SequenceNumber: string; ShardId: string }>('PutRecord', {
    PartitionKey,
    Data: Buffer.from(text).toString('base64'),
  });
const texts = async (ShardId = 'shardId-000000000000') => {
  const { ShardIterator } = await ask<{ ShardIterator: string }>('GetShardIterator', {
    ShardId,
    ShardIteratorType: 'TRIM_HORIZON',
  });
  const { Records } = await core.ask<{ Records: { Data: string }[] }>('kinesis', 'GetRecords', { ShardIterator });
  return Records.map(({ Data }) => Buffer.from(Data, 'base64').toString());
};
const setCount = (TargetShardCount: number) =>
  ask('UpdateShardCount', { TargetShardCount, ScalingType: 'UNIFORM_SCALING' });

describe('changing the shards of a stream', () => {
  beforeEach(() => ask('CreateStream', { ShardCount: 2 }));

  it('takes records on while it lasts, in the shards that there were, and closes these then', async () => {
    const before = await put('before');
    await ask('SplitShard', { ShardToSplit: 'shardId-000000000000', NewStartingHashKey: '1000' });
    const during = await put('during');
    const updating = await summary();
    await core.clock.advance(10_000);
    const after = await put('after');

    const [parent, other, low, high] = await shards();
    expect([before, during, after].map(({ ShardId }) => ShardId)).toEqual([
      'shardId-000000000000',
      'shardId-000000000000',
      'shardId-000000000003',
    ]);
    expect([updating.StreamStatus, (await summary()).StreamStatus]).toEqual(['UPDATING', 'ACTIVE']);
    expect(parent?.SequenceNumberRange.EndingSequenceNumber).toMatch(/^\d{56}$/);
    expect(other?.SequenceNumberRange.EndingSequenceNumber).toBeUndefined();
    expect([low, high]).toMatchObject([
      { ParentShardId: parent?.ShardId, HashKeyRange: { StartingHashKey: '0', EndingHashKey: '999' } },
      {
        ParentShardId: parent?.ShardId,
        HashKeyRange: { StartingHashKey: '1000', EndingHashKey: parent?.HashKeyRange.EndingHashKey },
      },
    ]);
    expect([
      before.SequenceNumber,
      during.SequenceNumber,
      parent?.SequenceNumberRange.EndingSequenceNumber,
      after.SequenceNumber,
    ]).toEqual(
      [
        after.SequenceNumber,
        parent?.SequenceNumberRange.EndingSequenceNumber,
        during.SequenceNumber,
        before.SequenceNumber,
      ].sort(),
    );
  });

  it('names both parents of a merged shard, and the children at the end of a closed one', async () => {
    await put('one');
    await ask('MergeShards', { ShardToMerge: 'shardId-000000000000', AdjacentShardToMerge: 'shardId-000000000001' });
    await core.clock.advance(10_000);

    const merged = (await shards()).at(-1);
    const { ShardIterator } = await ask<{ ShardIterator: string }>('GetShardIterator', {
      ShardId: '0',
      ShardIteratorType: 'TRIM_HORIZON',
    });
    const end = await core.ask('kinesis', 'GetRecords', { ShardIterator });
    const HashKeyRange = { StartingHashKey: '0', EndingHashKey: String(2n ** 128n - 1n) };
    expect(merged).toMatchObject({
      ShardId: 'shardId-000000000002',
      ParentShardId: 'shardId-000000000000',
      AdjacentParentShardId: 'shardId-000000000001',
      HashKeyRange,
    });
    expect(end).toMatchObject({
      Records: [{ PartitionKey: 'a' }],
      ChildShards: [
        {
          ShardId: 'shardId-000000000002',
          ParentShards: ['shardId-000000000000', 'shardId-000000000001'],
          HashKeyRange,
        },
      ],
    });
    expect(end).not.toHaveProperty('NextShardIterator');
  });

  it('goes up to double and down to half, ten times in 24 hours', async () => {
    await expect(setCount(5)).rejects.toMatchObject({
      code: 'LimitExceededException',
      message:
        'UpdateShardCount cannot scale up over double your current open shard count. Current open shard count: 2, Target shard count: 5',
    });
    for (const count of [4, 2, 1, 2, 3, 2, 3, 2, 3, 5]) {
      await setCount(count);
      await core.clock.advance(10_000);
    }
    await expect(setCount(2)).rejects.toThrow('cannot scale down below half');
    await expect(setCount(4)).rejects.toThrow('more than 10 times in a rolling 24-hour period');
    await core.clock.advance(24 * HOUR_MS - 100_000);

    expect(await setCount(4)).toMatchObject({ CurrentShardCount: 5, TargetShardCount: 4 });
  });

  it('waits for what is under way, also over a restart', async () => {
    await setCount(4);

    await expect(setCount(3)).rejects.toMatchObject({
      code: 'ResourceInUseException',
      message: `Stream ${StreamName} under account 000000000000 not ACTIVE, instead in state UPDATING`,
    });
    restart();
    const updating = await summary();
    await core.clock.advance(10_000);

    expect([updating.StreamStatus, await summary()]).toMatchObject([
      'UPDATING',
      { StreamStatus: 'ACTIVE', OpenShardCount: 4 },
    ]);
  });

  it.each([
    [
      'a shard that was split',
      ['SplitShard', { ShardToSplit: '0', NewStartingHashKey: '1000' }],
      ['SplitShard', { ShardToSplit: '0', NewStartingHashKey: '500' }],
      'already been merged or split',
    ],
    [
      'shards that are no neighbours',
      ['SplitShard', { ShardToSplit: '0', NewStartingHashKey: '1000' }],
      ['MergeShards', { ShardToMerge: '1', AdjacentShardToMerge: '2' }],
      'are not an adjacent pair of shards',
    ],
    [
      'a key that is not in the shard',
      ['SplitShard', { ShardToSplit: '0', NewStartingHashKey: '1000' }],
      ['SplitShard', { ShardToSplit: '1', NewStartingHashKey: '1000' }],
      'is not both greater than one plus',
    ],
    [
      'the number that there is',
      ['SplitShard', { ShardToSplit: '0', NewStartingHashKey: '1000' }],
      ['UpdateShardCount', { TargetShardCount: 3, ScalingType: 'UNIFORM_SCALING' }],
      'as many shards already',
    ],
  ] as const)('refuses %s', async (_what, [first, given], [operation, input], message) => {
    await ask(first, given);
    await core.clock.advance(10_000);

    await expect(ask(operation, input)).rejects.toThrow(message);
  });

  it('forgets a closed shard when all that it had has expired', async () => {
    await put('one');
    await setCount(4);
    await core.clock.advance(10_000);
    const before = await shards();

    await core.clock.advance(24 * HOUR_MS + 1);
    restart();

    expect([before.length, (await shards()).map(({ ShardId }) => ShardId.at(-1))]).toEqual([6, ['2', '3', '4', '5']]);
  });
});

describe('a stream', () => {
  it('has its records, their numbers and its place in each shard after a restart', async () => {
    await ask('CreateStream', { ShardCount: 1 });
    const one = await put('one');
    restart();
    const two = await put('two');

    expect(await texts()).toEqual(['one', 'two']);
    expect(one.SequenceNumber < two.SequenceNumber).toBe(true);
  });

  it('has what was counted of it after a restart, but for the minute that was under way', async () => {
    await ask('CreateStream', { ShardCount: 1 });
    const fromMs = core.clock.now();
    await put('one');
    await core.clock.advance(60_000);
    await put('two');

    restart();

    const range = { fromMs, toMs: core.clock.now() + 1, periodMs: 60_000 };
    const question = { name: 'IncomingRecords', dimensions: { StreamName }, ...range };
    expect(kinesis.metrics.read(question)).toMatchObject([{ atMs: fromMs, sum: 1 }]);
  });

  it('has what was counted of it in one for a longer time, which begins with that time', async () => {
    await ask('CreateStream', { ShardCount: 1 });
    const periodMs = 300_000;
    const fromMs = Math.ceil(core.clock.now() / periodMs) * periodMs;
    await core.clock.advance(fromMs + 60_000 - core.clock.now());
    await put('one');
    await put('two');
    await core.clock.advance(60_000);
    await put('three');

    const question = { name: 'IncomingRecords', dimensions: { StreamName }, fromMs, toMs: fromMs + periodMs, periodMs };
    expect(kinesis.metrics.read(question)).toEqual([{ atMs: fromMs, samples: 3, sum: 3, minimum: 1, maximum: 1 }]);
  });

  it('keeps records for as long as it is told', async () => {
    await ask('CreateStream', { ShardCount: 1 });
    await put('one');
    await ask('IncreaseStreamRetentionPeriod', { RetentionPeriodHours: 48 });
    await core.clock.advance(30 * HOUR_MS);
    const longer = await texts();
    await ask('DecreaseStreamRetentionPeriod', { RetentionPeriodHours: 24 });

    expect([longer, await texts()]).toEqual([['one'], []]);
    await expect(ask('DecreaseStreamRetentionPeriod', { RetentionPeriodHours: 23 })).rejects.toThrow('too short');
    await expect(ask('DecreaseStreamRetentionPeriod', { RetentionPeriodHours: 25 })).rejects.toThrow(
      'Use IncreaseRetentionPeriod',
    );
    await expect(ask('IncreaseStreamRetentionPeriod', { RetentionPeriodHours: 8761 })).rejects.toThrow('too long');
  });

  it('gives nobody what has expired, wherever they begin', async () => {
    await ask('CreateStream', { ShardCount: 1 });
    const { SequenceNumber: StartingSequenceNumber } = await put('old');
    await core.clock.advance(24 * HOUR_MS);
    await put('at the edge');
    await core.clock.advance(1);

    const from = { ShardId: '0', ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber };
    const { ShardIterator } = await ask<{ ShardIterator: string }>('GetShardIterator', from);
    const read = await core.ask('kinesis', 'GetRecords', { ShardIterator });
    expect(read).toMatchObject({ Records: [{ Data: Buffer.from('at the edge').toString('base64') }] });
  });

  it('leaves no records to one that is made under its name after it was deleted', async () => {
    await ask('CreateStream', { ShardCount: 1 });
    await put('one');

    await ask('DeleteStream');
    await ask('CreateStream', { ShardCount: 1 });

    expect(await texts()).toEqual([]);
  });

  it('is another than one of its name that was deleted in the same second, for who has read that one', async () => {
    const iterator = async () => {
      const { ShardIterator } = await ask<{ ShardIterator: string }>('GetShardIterator', {
        ShardId: '0',
        ShardIteratorType: 'LATEST',
      });
      return ShardIterator;
    };
    await ask('CreateStream', { ShardCount: 1 });
    const first = await put('one');
    const ShardIterator = await iterator();
    await ask('DeleteStream');
    await ask('CreateStream', { ShardCount: 1 });
    const second = await put('two');

    expect(BigInt(second.SequenceNumber)).toBeGreaterThan(BigInt(first.SequenceNumber));
    await expect(core.ask('kinesis', 'GetRecords', { ShardIterator })).rejects.toThrow('does not exist');
    const again = { ShardIterator: await iterator() };
    expect(await core.ask('kinesis', 'GetRecords', again)).toMatchObject({ Records: [] });
  });
});

describe('AWS::Kinesis::Stream', () => {
  const TYPE = 'AWS::Kinesis::Stream';
  const create = (properties: object) => provision(kinesis, TYPE, { Name: StreamName, ShardCount: 2, ...properties });
  const context = { stackName: 'stack', logicalId: 'Thing', generateName: () => 'stack-Thing' };
  const parsed = (properties: object) =>
    typeOf(kinesis, TYPE).properties.parse({ Name: StreamName, ShardCount: 2, ...properties });

  it('is known by name and ARN, with the shards and the retention that the template says', async () => {
    const provisioned = await create({ RetentionPeriodHours: 48, StreamModeDetails: { StreamMode: 'PROVISIONED' } });

    expect(provisioned).toEqual({
      physicalId: StreamName,
      attributes: { Arn: `arn:aws:kinesis:eu-west-1:000000000000:stream/${StreamName}` },
    });
    expect(await summary()).toMatchObject({ OpenShardCount: 2, RetentionPeriodHours: 48 });
  });

  it('keeps the shards that were made by hand, until its template says another number', async () => {
    const provisioned = await create({});
    await setCount(4);
    await core.clock.advance(10_000);

    restart();
    await typeOf(kinesis, TYPE).adopt?.(parsed({}), context);
    const adopted = await summary();
    await typeOf(kinesis, TYPE).update(provisioned, parsed({ RetentionPeriodHours: 36 }), parsed({}), context);
    const updated = await summary();
    await typeOf(kinesis, TYPE).update(provisioned, parsed({ ShardCount: 3 }), parsed({}), context);

    expect([adopted.OpenShardCount, updated.OpenShardCount, updated.RetentionPeriodHours]).toEqual([4, 4, 36]);
    expect(await summary()).toMatchObject({ OpenShardCount: 3, StreamStatus: 'ACTIVE' });
  });

  it('is the account’s with its records when the stack lets go of it', async () => {
    const provisioned = await create({});
    await put('one');

    await typeOf(kinesis, TYPE).retain?.(provisioned);
    core.store.drop('stack');
    restart();

    expect(await texts()).toEqual(['one']);
    expect(await typeOf(kinesis, TYPE).adopt?.(parsed({}), context)).toBeUndefined();
  });

  it('numbers what comes to it as the account’s after all that it ever had, expired or not', async () => {
    const provisioned = await create({});
    for (let large = 0; large < 4; large += 1) {
      await put('x'.repeat(1_000_000));
      await core.clock.advance(1000);
    }
    await core.clock.advance(49 * HOUR_MS);
    const before = await put('before');
    // Which lets go of what has expired.
    restart();

    await typeOf(kinesis, TYPE).retain?.(provisioned);
    const after = await put('after');
    restart();

    expect(BigInt(after.SequenceNumber)).toBeGreaterThan(BigInt(before.SequenceNumber));
    expect(await texts('shardId-000000000000')).toEqual(['before', 'after']);
  });

  it.each([
    [{ StreamModeDetails: { StreamMode: 'ON_DEMAND' } }, 'local-aws does not support streams on demand'],
    [{ MaxRecordSizeInKiB: 2048 }, 'MaxRecordSizeInKiB'],
    [{ RetentionPeriodHours: 23 }, 'RetentionPeriodHours'],
  ])('refuses %j', async (properties, message) => {
    await expect((async () => create(properties))()).rejects.toThrow(message);
  });
});
