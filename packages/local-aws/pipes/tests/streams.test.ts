import { describe, expect, it } from '@jest/globals';
import type { Provisioned, ResourceType } from '../../core/resource.ts';
import { kinesisSources } from '../../lambda/sources/kinesis.ts';
import { createTestLambda, type FakeFunction, type TestLambda } from '../../lambda/tests/testCore.ts';
import { createPipes } from '../index.ts';
import type { PipeProperties } from '../pipeResource.ts';

const STREAM = 'arn:aws:kinesis:eu-west-1:000000000000:stream/statuses';
const LETTERS = 'arn:aws:sqs:eu-west-1:000000000000:letters';
const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:000000000000:function:${name}`;
const PIPE = 'arn:aws:pipes:eu-west-1:000000000000:pipe/statuses';

/** A pipe from a stream, as a stack would have it, with functions that are code of the test. */
interface TestPipe {
  lambda: TestLambda;
  create(): Promise<Provisioned>;
  update(properties: object): Promise<Provisioned>;
  remove(): Promise<void>;
}

interface Options {
  pipe?: object;
  stream?: object;
  after?: TestLambda;
}

const ALL = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
const ROLE = {
  RoleName: 'piper',
  AssumeRolePolicyDocument: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'pipes.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  },
  Policies: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: ALL } }],
};

async function testPipe({ pipe = {}, stream = {}, after }: Options = {}): Promise<TestPipe> {
  const lambda = await createTestLambda({ withKinesis: true, withSqs: true, ...(after && { after: after.core }) });
  if (!after) await lambda.create('AWS::Kinesis::Stream', { Name: 'statuses', ShardCount: 1 });
  if (!after) await lambda.create('AWS::SQS::Queue', { QueueName: 'letters' });
  const role = await lambda.create('AWS::IAM::Role', ROLE, 'Piper');
  const service = createPipes({
    core: lambda.core,
    iam: lambda.iam,
    functions: lambda.functions,
    sources: { kinesis: kinesisSources(lambda.core, lambda.streams(), 'pipe') },
  });
  const [type] = service.resources as unknown as [ResourceType<PipeProperties>];
  const context = { stackName: 'tests', logicalId: 'Pipe', generateName: () => 'statuses' };
  const propertiesOf = (others: object) =>
    type.properties.parse({
      Name: 'statuses',
      RoleArn: role.attributes.Arn,
      Source: STREAM,
      SourceParameters: { KinesisStreamParameters: { StartingPosition: 'TRIM_HORIZON', ...stream } },
      Target: functionArn('tell'),
      ...pipe,
      ...others,
    });
  const resume = () => service.resume?.();
  let made: Provisioned = { physicalId: 'statuses', attributes: {} };
  return {
    lambda,
    async create() {
      made = await type.create(propertiesOf({}), context);
      resume();
      return made;
    },
    update: (properties) => type.update(made, propertiesOf(properties), propertiesOf({}), context),
    remove: async () => type.remove(made, propertiesOf({}), context),
  };
}

let lambda: TestLambda;

/** A pipe that is there, and the function behind it. */
async function begun(code: FakeFunction = () => 'done', options: Options = {}) {
  const pipe = await testPipe(options);
  ({ lambda } = pipe);
  await lambda.addFunction('tell', code);
  await pipe.create();
  return pipe;
}

const putIn = (test: TestLambda, data: unknown, PartitionKey = 'a') =>
  test.core.ask<{ SequenceNumber: string }>('kinesis', 'PutRecord', {
    StreamName: 'statuses',
    PartitionKey,
    Data: Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)).toString('base64'),
  });
const put = (data: unknown, key?: string) => putIn(lambda, data, key);

interface Piped {
  data: string;
  eventID: string;
  sequenceNumber: string;
}
const listIn = <Item = Piped>(payload: string) => JSON.parse(payload) as Item[];
const textOf = ({ data }: Piped) => Buffer.from(data, 'base64').toString();
/** What the function was given, in the order of its runs. */
const batches = () => lambda.requests.map(({ payload }) => listIn(payload).map(textOf));
const failing =
  (...texts: string[]): FakeFunction =>
  ({ payload }) => ({
    batchItemFailures: listIn(payload)
      .filter((event) => texts.includes(textOf(event)))
      .map(({ eventID }) => ({ itemIdentifier: eventID })),
  });
const hops = () => lambda.core.journal.ended().filter(({ service }) => service === 'pipes');
const letters = async () => {
  const QueueUrl = 'http://127.0.0.1:4566/000000000000/letters';
  const { Messages = [] } = await lambda.core.ask<{ Messages?: { Body: string }[] }>('sqs', 'ReceiveMessage', {
    QueueUrl,
    MaxNumberOfMessages: 10,
  });
  return Messages.map(({ Body }) => JSON.parse(Body));
};

describe('a pipe from a stream to a function', () => {
  it('gives it a list of the records of a shard, flat and as they are, in the chain of what they say', async () => {
    await begun();

    const { SequenceNumber: sequenceNumber } = await put({ correlationId: 'game-1', lives: 0 });
    await lambda.core.clock.idle();

    expect(lambda.requests.map(({ payload }) => listIn(payload))).toEqual([
      [
        {
          kinesisSchemaVersion: '1.0',
          partitionKey: 'a',
          sequenceNumber,
          data: Buffer.from('{"correlationId":"game-1","lives":0}').toString('base64'),
          approximateArrivalTimestamp: lambda.core.clock.now() / 1000,
          eventSource: 'aws:kinesis',
          eventVersion: '1.0',
          eventID: `shardId-000000000000:${sequenceNumber}`,
          eventName: 'aws:kinesis:record',
          invokeIdentityArn: 'arn:aws:iam::000000000000:role/piper',
          awsRegion: 'eu-west-1',
          eventSourceARN: STREAM,
        },
      ],
    ]);
    expect(hops()).toEqual([
      expect.objectContaining({
        kind: 'delivery',
        action: 'deliver',
        from: PIPE,
        to: functionArn('tell'),
        correlationId: 'game-1',
        outcome: 'ok',
      }),
    ]);
  });

  it('lets through what its filters say, of the data that it has read, and by template what is asked for', async () => {
    const Filters = [{ Pattern: '{"partitionKey":["a"],"data":{"detail":{"lives":[0]}}}' }];
    const { lambda } = await begun(() => 'done', {
      pipe: {
        SourceParameters: {
          FilterCriteria: { Filters },
          KinesisStreamParameters: { StartingPosition: 'TRIM_HORIZON' },
        },
        TargetParameters: { InputTemplate: '{"name":"<$.data.detail.name>","from":"<aws.pipes.pipe-name>"}' },
      },
    });

    for (const lives of [3, 2, 1, 0]) await put({ detail: { name: 'Ann', lives } });
    await put('no JSON');
    await put({ detail: { name: 'Bob', lives: 0 } }, 'b');
    await lambda.core.clock.idle();

    expect(lambda.requests.map(({ payload }) => listIn(payload))).toEqual([[{ name: 'Ann', from: 'statuses' }]]);
    // One a second for each field that decides: of a stream there may be a thousand.
    const unwanted = hops().filter(({ kind }) => kind === 'no-match');
    expect(unwanted.map(({ action, detail }) => [action, detail?.field])).toEqual([
      ['FilterCriteria', 'data.detail.lives'],
      ['FilterCriteria', 'partitionKey'],
    ]);
  });

  it('collects as many as it may for as long as it may', async () => {
    await begun(undefined, { stream: { BatchSize: 3, MaximumBatchingWindowInSeconds: 5 } });

    for (const text of ['1', '2', '3', '4']) await put(text);
    await lambda.core.clock.idle();
    const atOnce = batches();
    await lambda.core.clock.advance(5000);

    expect(atOnce).toEqual([['1', '2', '3']]);
    expect(batches()).toEqual([['1', '2', '3'], ['4']]);
  });

  it('goes on from the record that the function names, and gives up what fails too often, where the letter says which', async () => {
    await begun(failing('2'), {
      stream: {
        MaximumRetryAttempts: 1,
        DeadLetterConfig: { Arn: LETTERS },
        BatchSize: 3,
        MaximumBatchingWindowInSeconds: 1,
      },
    });

    for (const text of ['1', '2', '3']) await put(text);
    await lambda.core.clock.advance(60_000);

    expect(batches()).toEqual([
      ['1', '2', '3'],
      ['2', '3'],
      ['2', '3'],
    ]);
    const records = listIn(lambda.requests[1]?.payload ?? '[]');
    expect(await letters()).toEqual([
      {
        context: { partnerResourceArn: PIPE, condition: 'RetryAttemptsExhausted' },
        version: '1.0',
        timestamp: expect.any(String),
        KinesisBatchInfo: {
          shardId: 'shardId-000000000000',
          startSequenceNumber: records[0]?.sequenceNumber,
          endSequenceNumber: records[1]?.sequenceNumber,
          approximateArrivalOfFirstRecord: expect.any(String),
          approximateArrivalOfLastRecord: expect.any(String),
          batchSize: 2,
          streamArn: STREAM,
        },
      },
    ]);
    expect(hops().filter(({ kind }) => kind === 'dead-letter')).toEqual([
      expect.objectContaining({ from: PIPE, to: LETTERS, outcome: 'ok' }),
    ]);
  });

  it('halves a batch that fails as a whole until one alone is to blame', async () => {
    const code: FakeFunction = ({ payload }) => {
      if (listIn(payload).some((event) => textOf(event) === '3')) throw new Error('poison');
    };
    await begun(code, {
      stream: {
        ...{ OnPartialBatchItemFailure: 'AUTOMATIC_BISECT', MaximumRetryAttempts: 0 },
        ...{ BatchSize: 4, MaximumBatchingWindowInSeconds: 1 },
      },
    });

    for (const text of ['1', '2', '3', '4']) await put(text);
    await lambda.core.clock.advance(60_000);

    expect(batches()).toEqual([['1', '2', '3', '4'], ['1', '2'], ['3', '4'], ['3'], ['4']]);
    expect(hops().filter(({ kind }) => kind === 'dead-letter')).toEqual([
      expect.objectContaining({ action: 'dropped', outcome: 'error' }),
    ]);
  });

  it('gives up what is too old, and waits in order with the rest of its shard', async () => {
    let isBroken = true;
    const code: FakeFunction = () => {
      if (isBroken) throw new Error('down');
    };
    await begun(code, { stream: { MaximumRecordAgeInSeconds: 60, BatchSize: 1 } });

    await put('old');
    await lambda.core.clock.advance(59_000);
    await put('young');
    await lambda.core.clock.advance(3000);
    isBroken = false;
    await lambda.core.clock.advance(120_000);

    expect(batches().at(-1)).toEqual(['young']);
    expect(hops().filter(({ kind }) => kind === 'dead-letter')).toEqual([
      expect.objectContaining({ detail: expect.objectContaining({ reason: 'RecordAgeExceeded' }) }),
    ]);
  });

  it('runs as many batches of a shard side by side as it may, and a key’s in their order', async () => {
    let running = 0;
    let most = 0;
    const code: FakeFunction = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resume) => setImmediate(resume));
      running -= 1;
    };
    await begun(code, { stream: { ParallelizationFactor: 4, BatchSize: 6 } });

    await Promise.all(Array.from({ length: 12 }, (_, at) => put(`${at % 6}:${at}`, String(at % 6))));
    await lambda.core.clock.idle();

    const texts = batches().flat();
    expect(most).toBeGreaterThan(1);
    for (const key of ['0', '1', '2', '3', '4', '5']) {
      const own = texts.filter((text) => text.startsWith(`${key}:`));
      expect(own).toEqual([`${key}:${key}`, `${key}:${Number(key) + 6}`]);
    }
  });

  it('asks for nothing back where nobody waits: what the function fails on is Lambda’s to try again', async () => {
    await begun(
      () => {
        throw new Error('down');
      },
      { pipe: { TargetParameters: { LambdaFunctionParameters: { InvocationType: 'FIRE_AND_FORGET' } } } },
    );

    await put('1');
    await lambda.core.clock.advance(300_000);

    expect(batches()).toEqual([['1'], ['1'], ['1']]);
    expect(hops().map(({ action, outcome }) => [action, outcome])).toEqual([['deliver', 'ok']]);
  });

  it('leaves records in the stream until the function has code', async () => {
    const pipe = await testPipe();
    ({ lambda } = pipe);
    await lambda.addFunction('tell', undefined);
    await pipe.create();
    await put('early');
    await lambda.core.clock.advance(60_000);
    const before = lambda.requests.length;

    await lambda.functions.setCode('tell', { kind: 'bundle', file: '/none.cjs', handler: 'handler' });
    await lambda.core.clock.idle();

    expect([before, batches()]).toEqual([0, [['early']]]);
  });
});

describe('an enrichment', () => {
  const ENRICH = { Enrichment: functionArn('enrich') };
  const enriching = async (code: FakeFunction, pipe: object = {}, stream: object = {}) => {
    const test = await testPipe({ pipe: { ...ENRICH, ...pipe }, stream });
    ({ lambda } = test);
    await lambda.addFunction('tell', () => 'done');
    await lambda.addFunction('enrich', code);
    await test.create();
  };
  const asked = (name: string) =>
    lambda.requests
      .filter(({ invokedFunctionArn }) => invokedFunctionArn.startsWith(functionArn(name)))
      .map(({ payload }) => JSON.parse(payload));

  it('makes of each batch what the target gets, by both templates', async () => {
    await enriching(
      ({ payload }) => listIn<{ who: string }>(payload).map(({ who }) => ({ title: `${who} the brave` })),
      {
        EnrichmentParameters: { InputTemplate: '{"who":<$.data.name>}' },
        TargetParameters: { InputTemplate: '{"said":<$.title>}' },
      },
    );

    await put({ name: 'Ann' });
    await lambda.core.clock.idle();

    expect([asked('enrich'), asked('tell')]).toEqual([[[{ who: 'Ann' }]], [[{ said: 'Ann the brave' }]]]);
    expect(hops().map(({ action, to }) => [action, to])).toEqual([
      ['enrich', functionArn('enrich')],
      ['deliver', functionArn('tell')],
    ]);
  });

  it.each([[[]], [{}], [''], [null]])('that answers %j keeps the target out of it', async (answer) => {
    await enriching(() => answer);

    await put('1');
    await put('2');
    await lambda.core.clock.advance(10_000);

    expect(asked('enrich').length).toBeGreaterThan(0);
    expect(asked('tell')).toEqual([]);
  });

  it('that fails has the whole batch tried again', async () => {
    let tries = 0;
    await enriching(({ payload }) => {
      tries += 1;
      if (tries < 3) throw new Error('down');
      return listIn(payload);
    });

    await put('1');
    await lambda.core.clock.advance(10_000);

    expect([tries, asked('tell').length]).toEqual([3, 1]);
  });
});

describe('how far a pipe is in its stream', () => {
  it('is kept over a restart, and forgotten with the pipe', async () => {
    const first = await begun();
    await put('before');
    await lambda.core.clock.idle();

    const second = await testPipe({ after: first.lambda });
    ({ lambda } = second);
    await lambda.addFunction('tell', () => 'done');
    await second.create();
    await put('after');
    await lambda.core.clock.idle();
    const again = batches();
    await second.remove();
    await second.create();
    await lambda.core.clock.advance(1000);

    expect(again).toEqual([['after']]);
    expect(batches().flat().toSorted()).toEqual(['after', 'after', 'before']);
  });

  it.each<[string, object, string[]]>([
    ['LATEST', { StartingPosition: 'LATEST' }, ['new']],
    ['TRIM_HORIZON', { StartingPosition: 'TRIM_HORIZON' }, ['old', 'new']],
  ])('begins at %s', async (_at, stream, expected) => {
    const pipe = await testPipe({ stream });
    ({ lambda } = pipe);
    await lambda.addFunction('tell', () => 'done');
    await put('old');
    await pipe.create();
    await lambda.core.clock.advance(1000);
    await put('new');
    await lambda.core.clock.advance(1000);

    expect(batches().flat()).toEqual(expected);
  });

  it('cannot be settled anew', async () => {
    const pipe = await begun();
    const later = { SourceParameters: { KinesisStreamParameters: { StartingPosition: 'LATEST' } } };

    await expect(async () => pipe.update(later)).rejects.toThrow('StartingPosition of a pipe cannot be changed');
  });
});

describe('what pipes refuse', () => {
  it.each<[string, Options]>([
    ['which need them', { pipe: { SourceParameters: {} } }],
    ['StartingPositionTimestamp goes with AT_TIMESTAMP', { stream: { StartingPosition: 'AT_TIMESTAMP' } }],
    ['BatchSize is at most 10', { pipe: { Target: LETTERS }, stream: { BatchSize: 11 } }],
    ['are for functions only', { pipe: { Target: LETTERS, TargetParameters: { LambdaFunctionParameters: {} } } }],
    ['are for an Enrichment', { pipe: { EnrichmentParameters: { InputTemplate: 'x' } } }],
  ])('is said: %s', async (expected, options) => {
    const pipe = await testPipe(options);

    await expect(pipe.create()).rejects.toThrow(expected);
  });
});
