import { beforeEach, describe, expect, it } from '@jest/globals';
import { AwsError } from '../../core/errors.ts';
import { createTestLambda, type FakeFunction, type TestLambda } from './testCore.ts';

const SECOND = 1000;
const STREAM = 'arn:aws:kinesis:eu-west-1:000000000000:stream/statuses';
const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:given-up';
/** Of two shards, the first takes the keys `a` and `s`, the second `b`. */
const SHARDS = 2;

let lambda: TestLambda;
beforeEach(async () => {
  lambda = await createTestLambda({ withKinesis: true });
  await makeStream();
});

const makeStream = (properties: object = {}) =>
  lambda.create('AWS::Kinesis::Stream', { Name: 'statuses', ShardCount: SHARDS, ...properties });
const map = (properties: object = {}) =>
  lambda.create('AWS::Lambda::EventSourceMapping', {
    FunctionName: 'f',
    EventSourceArn: STREAM,
    StartingPosition: 'TRIM_HORIZON',
    ...properties,
  });
const put = (text: string, PartitionKey = 'a') =>
  lambda.core.ask<{ SequenceNumber: string }>('kinesis', 'PutRecord', {
    StreamName: 'statuses',
    PartitionKey,
    Data: Buffer.from(text).toString('base64'),
  });
const putAll = async (...records: string[]) => {
  for (const record of records) {
    const [key, text] = record.includes(':') ? record.split(':') : ['a', record];
    await put(text ?? '', key);
  }
};

interface KinesisEvent {
  Records: { kinesis: { data: string; sequenceNumber: string }; eventID: string }[];
}
const recordsOf = (payload: string) => (JSON.parse(payload) as KinesisEvent).Records;
const textOf = ({ kinesis }: KinesisEvent['Records'][number]) => Buffer.from(kinesis.data, 'base64').toString();
/** What the function was given, in the order of its runs. */
const batches = () => lambda.requests.map(({ payload }) => recordsOf(payload).map(textOf));
/** Says that the records fail whose texts stand here. */
const failing =
  (...texts: string[]): FakeFunction =>
  ({ payload }) => ({
    batchItemFailures: recordsOf(payload)
      .filter((record) => texts.includes(textOf(record)))
      .map(({ kinesis }) => ({ itemIdentifier: kinesis.sequenceNumber })),
  });
const REPORTING = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
/** Another run of local-aws with the same state, in which the same stack is there again. */
const restart = async (code: FakeFunction = () => 'done', properties: object = {}) => {
  lambda = await createTestLambda({ withKinesis: true, after: lambda.core });
  await lambda.addFunction('f', code);
  await map(properties);
  lambda.resume?.();
};

describe('an event source mapping of a stream', () => {
  it('brings records as AWS does, with the function’s role, in a batch for each shard', async () => {
    await lambda.addFunction('f', () => 'done');
    await map();

    const { SequenceNumber: sequenceNumber } = await put('{"detail":{"correlationId":"game-1"}}');
    await put('b', 'b');
    await lambda.core.clock.idle();

    expect(lambda.requests.map(({ payload }) => recordsOf(payload))).toEqual([
      [
        {
          kinesis: {
            kinesisSchemaVersion: '1.0',
            partitionKey: 'a',
            sequenceNumber,
            data: Buffer.from('{"detail":{"correlationId":"game-1"}}').toString('base64'),
            approximateArrivalTimestamp: lambda.core.clock.now() / 1000,
          },
          eventSource: 'aws:kinesis',
          eventVersion: '1.0',
          eventID: `shardId-000000000000:${sequenceNumber}`,
          eventName: 'aws:kinesis:record',
          invokeIdentityArn: 'arn:aws:iam::000000000000:role/functions',
          awsRegion: 'eu-west-1',
          eventSourceARN: STREAM,
        },
      ],
      [expect.objectContaining({ eventID: expect.stringMatching(/^shardId-000000000001:/) })],
    ]);
    expect(lambda.core.hops('invocation')).toMatchObject([
      { from: STREAM, correlationId: 'game-1', detail: { count: 1, lane: 'shardId-000000000000/0' } },
      { from: STREAM, detail: { count: 1, lane: 'shardId-000000000001/0' } },
    ]);
    expect([...new Set(lambda.core.asked)]).toEqual(
      [
        `kinesis:PutRecord ${STREAM}`,
        `kinesis:GetShardIterator ${STREAM}`,
        `kinesis:GetRecords ${STREAM}`,
        `lambda:InvokeFunction arn:aws:lambda:eu-west-1:000000000000:function:f`,
      ].filter((one) => lambda.core.asked.includes(one)),
    );
  });

  it('reads nothing, and asks for nothing, while nothing comes', async () => {
    await lambda.addFunction('f', () => 'done');
    await map();

    await lambda.core.clock.advance(3600 * SECOND);

    expect(lambda.core.asked).toEqual([]);
  });

  it.each([
    ['TRIM_HORIZON', {}, [['old', 'older than now', 'new']]],
    ['LATEST', {}, [['new']]],
    [
      'AT_TIMESTAMP',
      { StartingPositionTimestamp: Date.parse('2030-01-01T00:00:05Z') / 1000 },
      [['older than now', 'new']],
    ],
  ])('begins at %s, and stays with it over a restart', async (StartingPosition, more, expected) => {
    await putAll('old');
    await lambda.core.clock.advance(5 * SECOND);
    await putAll('older than now');
    await lambda.addFunction('f', undefined);
    await lambda.core.clock.advance(5 * SECOND);
    await map({ StartingPosition, ...more });
    await putAll('new');

    await restart(() => 'done', { StartingPosition, ...more });
    await lambda.core.clock.idle();

    expect(batches()).toEqual(expected);
  });

  it('collects what comes within the window, counted from the first record, or until a batch is full', async () => {
    await lambda.addFunction('f', () => 'done');
    await map({ BatchSize: 3, MaximumBatchingWindowInSeconds: 2 });

    await putAll('1');
    await lambda.core.clock.advance(SECOND);
    await putAll('2');
    await lambda.core.clock.advance(SECOND - 1);
    const early = batches();
    await lambda.core.clock.advance(1);
    await putAll('3', '4', '5');
    await lambda.core.clock.advance(SECOND);

    expect([early, batches()]).toEqual([
      [],
      [
        ['1', '2'],
        ['3', '4', '5'],
      ],
    ]);
  });

  it('counts the window of what came while a batch was tried again from when that came', async () => {
    const times: number[] = [];
    const startMs = lambda.core.clock.now();
    await lambda.addFunction('f', () => {
      times.push(lambda.core.clock.now() - startMs);
      if (times.length === 1) throw new Error('no luck');
    });
    await map({ MaximumBatchingWindowInSeconds: 1 });
    await putAll('1');

    await lambda.core.clock.advance(1100);
    await putAll('2');
    await lambda.core.clock.advance(5 * SECOND);

    expect(times).toEqual([1000, 1250, 2100]);
  });

  it('keeps a shard waiting behind what fails, and no other', async () => {
    await lambda.addFunction('f', failing('bad'));
    await map({ ...REPORTING, MaximumRetryAttempts: 1000 });

    await putAll('bad', 'b:1');
    await lambda.core.clock.idle();
    await putAll('good', 'b:2');
    await lambda.core.clock.advance(10 * SECOND);

    expect(batches().flat()).not.toContain('good');
    expect(batches().filter(([text]) => text !== 'bad')).toEqual([['1'], ['2']]);
  });

  it('runs so many batches of a shard at once, each key in its order', async () => {
    await lambda.addFunction('f', failing('s1'));
    await map({ ...REPORTING, ParallelizationFactor: 2, MaximumRetryAttempts: 1000 });

    // `a` and `s` are in the same shard, and in different halves of it.
    await putAll('a:a1', 's:s1', 'a:a2', 's:s2');
    await lambda.core.clock.idle();
    await putAll('a:a3', 's:s3');
    await lambda.core.clock.advance(10 * SECOND);

    expect(batches().filter((texts) => texts.some((text) => text.startsWith('a')))).toEqual([['a1', 'a2'], ['a3']]);
    expect(batches().flat()).not.toContain('s3');
  });

  it('brings to the function what its filter fits, and passes over the rest', async () => {
    await lambda.addFunction('f', () => 'done');
    const Pattern = JSON.stringify({ data: { level: [{ numeric: ['>', 1] }] } });
    await map({ FilterCriteria: { Filters: [{ Pattern }] } });

    for (const text of ['{"level":1}', '{"level":2}', 'no JSON']) await put(text);
    await lambda.core.clock.idle();
    const before = batches();
    const fields = lambda.core.hops('no-match').map(({ detail }) => detail?.field);
    await restart(() => 'done', { FilterCriteria: { Filters: [{ Pattern }] } });
    await lambda.core.clock.idle();

    expect([before, batches()]).toEqual([[['{"level":2}']], []]);
    expect(fields).toEqual(['data.level', 'data.level']);
  });

  it('says to the destination which records it has given up, and why', async () => {
    await lambda.addFunction('f', failing('bad'));
    await map({
      ...REPORTING,
      MaximumRetryAttempts: 1,
      BisectBatchOnFunctionError: true,
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    });
    const arrivedMs = lambda.core.clock.now();

    await putAll('1', 'bad', '2');
    await lambda.core.clock.advance(60 * SECOND);

    const [bad] =
      lambda.requests.map(({ payload }) => recordsOf(payload)).find((records) => records.length === 1) ?? [];
    const sequence = bad?.kinesis.sequenceNumber;
    expect(lambda.core.delivered.map(({ targetArn, payload }) => [targetArn, JSON.parse(payload)])).toEqual([
      [
        QUEUE,
        {
          requestContext: {
            requestId: expect.any(String),
            functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:f',
            condition: 'RetryAttemptsExhausted',
            approximateInvokeCount: 2,
          },
          responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: null },
          version: '1.0',
          timestamp: expect.any(String),
          KinesisBatchInfo: {
            shardId: 'shardId-000000000000',
            startSequenceNumber: sequence,
            endSequenceNumber: sequence,
            approximateArrivalOfFirstRecord: new Date(arrivedMs).toISOString(),
            approximateArrivalOfLastRecord: new Date(arrivedMs).toISOString(),
            batchSize: 1,
            streamArn: STREAM,
          },
        },
      ],
    ]);
    expect(batches().at(-1)).toEqual(['2']);
  });

  it('goes on after a restart behind what is done, and brings again what was not', async () => {
    await lambda.addFunction('f', failing('bad'));
    await map({ ...REPORTING, BatchSize: 10, MaximumRetryAttempts: 1000 });
    await putAll('1', '2', 'bad', '3');
    await lambda.core.clock.idle();

    await restart();
    await lambda.core.clock.idle();

    expect(batches()).toEqual([['bad', '3']]);
  });

  it('tries again when it may not read, and says so meanwhile', async () => {
    let isAllowed = false;
    lambda = await createTestLambda({
      withKinesis: true,
      authorize(_principal, { action }) {
        if (action === 'kinesis:GetRecords' && !isAllowed) throw new AwsError('AccessDeniedException', 'not you');
      },
    });
    await makeStream();
    await lambda.addFunction('f', () => 'done');
    const { physicalId: UUID } = await map();
    const result = async () =>
      (await lambda.core.ask<{ LastProcessingResult: string }>('lambda', 'GetEventSourceMapping', { UUID }))
        .LastProcessingResult;
    await putAll('1');
    await lambda.core.clock.idle();
    const problem = await result();

    isAllowed = true;
    await lambda.core.clock.advance(SECOND);

    expect([problem, batches(), await result()]).toEqual(['PROBLEM: not you', [['1']], 'OK']);
  });

  it('forgets how far it was when it is removed', async () => {
    await lambda.addFunction('f', () => 'done');
    const mapping = await map();
    await putAll('1');
    await lambda.core.clock.idle();

    await lambda.remove('AWS::Lambda::EventSourceMapping', mapping);
    await map();
    await lambda.core.clock.idle();

    expect(batches()).toEqual([['1'], ['1']]);
  });
});

describe('a mapping of a stream is refused', () => {
  it.each([
    ['without a starting position', { StartingPosition: undefined }, "Value null at 'startingPosition' failed"],
    ['of a stream that is not there', { EventSourceArn: `${STREAM}s` }, `Stream not found: ${STREAM}s`],
    [
      'that begins in the future',
      { StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: 4e9 },
      'in the future',
    ],
    ['with what only queues know', { ScalingConfig: { MaximumConcurrency: 2 } }, 'Unsupported ScalingConfig'],
  ])('%s', async (_what, properties, message) => {
    await lambda.addFunction('f', () => 'done');

    await expect(map(properties)).rejects.toThrow(message);
  });
});

describe('a window', () => {
  it('has all that came before its end, and is not read for again just before that', async () => {
    await lambda.addFunction('f', () => 'done');
    await map({ BatchSize: 1000, MaximumBatchingWindowInSeconds: 1 });
    const reads: number[] = [];
    const { core } = lambda;
    const call = core.call.bind(core);
    core.call = (request) => {
      if (request.operation === 'GetRecords') reads.push(core.clock.now() % 10_000);
      return call(request);
    };

    for (let at = 0; at < 10; at += 1) {
      await put(`${at}`);
      await core.clock.advance(100);
    }

    expect(batches()).toEqual([['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']]);
    expect(reads.length).toBeLessThanOrEqual(3);
  });
});
