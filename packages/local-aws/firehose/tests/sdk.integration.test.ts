import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  DescribeDeliveryStreamCommand,
  FirehoseClient,
  PutRecordBatchCommand,
  PutRecordCommand,
} from '@aws-sdk/client-firehose';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../testkit/index.ts';

const Bucket = 'archive';
const DeliveryStreamName = 'hose';
const SECOND = 1000;

/** A delivery stream into a bucket, from a stream unless it is put to directly, with the role that it needs. */
const template = ({ destination = {}, isDirect = false, statements = STATEMENTS, trusts = 'firehose' } = {}) => ({
  Resources: {
    Statuses: { Type: 'AWS::Kinesis::Stream', Properties: { Name: 'statuses', ShardCount: 2 } },
    Archive: { Type: 'AWS::S3::Bucket', Properties: { BucketName: Bucket } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'hose',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: `${trusts}.amazonaws.com` }, Action: 'sts:AssumeRole' }],
        },
        Policies: [{ PolicyName: 'hose', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
      },
    },
    Hose: {
      Type: 'AWS::KinesisFirehose::DeliveryStream',
      Properties: {
        DeliveryStreamName,
        ...(!isDirect && {
          DeliveryStreamType: 'KinesisStreamAsSource',
          KinesisStreamSourceConfiguration: {
            KinesisStreamARN: { 'Fn::GetAtt': ['Statuses', 'Arn'] },
            RoleARN: { 'Fn::GetAtt': ['Role', 'Arn'] },
          },
        }),
        ExtendedS3DestinationConfiguration: {
          BucketARN: { 'Fn::GetAtt': ['Archive', 'Arn'] },
          RoleARN: { 'Fn::GetAtt': ['Role', 'Arn'] },
          BufferingHints: { IntervalInSeconds: 60 },
          ...destination,
        },
      },
    },
  },
});

const ON_STREAM = {
  Effect: 'Allow',
  Action: ['kinesis:DescribeStream', 'kinesis:GetShardIterator', 'kinesis:GetRecords', 'kinesis:ListShards'],
  Resource: { 'Fn::GetAtt': ['Statuses', 'Arn'] },
};
const STATEMENTS = [
  {
    Effect: 'Allow',
    Action: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
    Resource: { 'Fn::Sub': `\${Archive.Arn}/*` },
  },
  {
    Effect: 'Allow',
    Action: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
    Resource: { 'Fn::GetAtt': ['Archive', 'Arn'] },
  },
  ON_STREAM,
];

const BY_SESSION = {
  Prefix: 'date=!{timestamp:yyyy-MM-dd}/session=!{partitionKeyFromQuery:session}/',
  ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
  CompressionFormat: 'GZIP',
  BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 60 },
  DynamicPartitioningConfiguration: { Enabled: true },
  ProcessingConfiguration: {
    Enabled: true,
    Processors: [
      {
        Type: 'MetadataExtraction',
        Parameters: [
          { ParameterName: 'MetadataExtractionQuery', ParameterValue: '{session: .detail.sessionId}' },
          { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
        ],
      },
    ],
  },
};

let stateFolder: string;
let starts = 0;
let aws: LocalAws;
let clients: { s3: S3Client; hose: FirehoseClient; kinesis: KinesisClient };

const start = async () => {
  // Another seed each time: the same one would give the same names again.
  starts += 1;
  aws = await startLocalAws({ stateFolder, seed: starts });
  const config = { ...aws.rootClientConfig, maxAttempts: 1 };
  clients = { s3: new S3Client(config), hose: new FirehoseClient(config), kinesis: new KinesisClient(config) };
};
const stop = async () => {
  for (const client of Object.values(clients)) client.destroy();
  await aws.stop();
};
const deploy = (options?: Parameters<typeof template>[0]) =>
  aws.cloud.stacks.deploy({ stackName: 'archive', template: template(options) });

const put = (...texts: string[]) =>
  clients.hose.send(
    new PutRecordBatchCommand({ DeliveryStreamName, Records: texts.map((text) => ({ Data: Buffer.from(text) })) }),
  );
/** A line of JSON each. */
const send = (...records: [key: string, record: unknown][]) =>
  clients.kinesis.send(
    new PutRecordsCommand({
      StreamName: 'statuses',
      Records: records.map(([PartitionKey, record]) => ({
        PartitionKey,
        Data: Buffer.from(typeof record === 'string' ? record : `${JSON.stringify(record)}\n`),
      })),
    }),
  );
const status = (sessionId: string, sequence: number) => ({ detail: { sessionId, sequence } });

/** What is in the bucket: texts by names, those with random letters at their ends by what stands before. */
const archive = async () => {
  const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket }));
  const found: Record<string, string> = {};
  for (const { Key = '' } of Contents) {
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    const name = Key.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '*');
    const text = Key.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString();
    found[name] = (found[name] ?? '') + text;
  }
  return found;
};
const linesOf = (text = '') =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'firehose-'));
  await start();
});
afterEach(async () => {
  await stop();
  await rm(stateFolder, { recursive: true });
});

describe('what is put directly', () => {
  it('is one object when the interval is over, in its order, without anything between records', async () => {
    await deploy({ isDirect: true });

    const one = new PutRecordCommand({ DeliveryStreamName, Record: { Data: Buffer.from('a') } });
    expect(await clients.hose.send(one)).toMatchObject({ RecordId: expect.any(String), Encrypted: false });
    expect(await put('b', 'c')).toMatchObject({ FailedPutCount: 0, RequestResponses: [{}, {}] });
    await aws.advance(59 * SECOND);
    expect(await archive()).toEqual({});
    await aws.advance(SECOND);

    expect(await archive()).toEqual({ '2030/01/01/00/hose-1-2030-01-01-00-00-00-*': 'abc' });
  });

  it('is an object at once when it is as large as hinted', async () => {
    const BufferingHints = { SizeInMBs: 1, IntervalInSeconds: 900 };
    await deploy({ isDirect: true, destination: { BufferingHints } });
    const half = 'x'.repeat(512 * 1024);

    await put(half, half, 'rest');
    await aws.idle();

    expect(Object.values(await archive()).map((text) => text.length)).toEqual([1024 * 1024]);
  });

  it('is there once and whole after a restart in between', async () => {
    await deploy({ isDirect: true });
    await put('a', 'b');
    await aws.advance(10 * SECOND);
    await stop();
    await start();
    await deploy({ isDirect: true });
    await put('c');
    await aws.advance(61 * SECOND);
    await stop();
    await start();
    await aws.advance(61 * SECOND);

    expect(Object.values(await archive())).toEqual(['abc']);
  });

  it('is written when the bucket can be, under the name that it had from the start', async () => {
    await deploy({ isDirect: true });
    await put('a');
    const plan = { seed: 1, rules: [{ match: { service: 's3', operation: 'PutObject' }, throttle: 1 }] };
    aws.cloud.core.faults.change(plan);
    await aws.advance(70 * SECOND);
    expect(await archive()).toEqual({});
    aws.cloud.core.faults.change(undefined);
    await aws.advance(60 * SECOND);

    expect(Object.values(await archive())).toEqual(['a']);
    const tries = aws.journal().filter(({ service, to }) => service === 'firehose' && to?.startsWith('arn:aws:s3'));
    expect(new Set(tries.map(({ detail }) => detail?.key)).size).toBe(1);
    expect(tries.map(({ outcome }) => outcome)).toContain('error');
  });

  it('is refused where it is too much, or comes from a stream already', async () => {
    await deploy();
    await expect(put('a')).rejects.toThrow('KinesisStreamAsSource');
    await aws.cloud.stacks.remove('archive');
    await deploy({ isDirect: true });

    await expect(put(...Array.from({ length: 501 }, () => 'a'))).rejects.toMatchObject({
      name: 'InvalidArgumentException',
    });
    await expect(put('x'.repeat(1_024_001))).rejects.toThrow('larger than 1024000 bytes');
    const five = Array.from({ length: 5 }, () => 'x'.repeat(1_000_000));
    await expect(put(...five)).rejects.toThrow('Records size exceeds');
  });
});

describe('a stream', () => {
  it('goes to objects by date and by what a record says, compressed; what says nothing goes where errors do', async () => {
    await deploy({ destination: BY_SESSION });
    await send(['a', status('s1', 1)], ['b', status('s2', 1)], ['c', status('s1', 2)], ['d', 'no JSON\n'], ['e', {}]);

    await aws.advance(62 * SECOND);

    const found = await archive();
    const at = (session: string) => `date=2030-01-01/session=${session}/hose-1-2030-01-01-00-00-00-*.gz`;
    const errors = 'errors/processing-failed/hose-1-2030-01-01-00-00-00-*';
    expect(Object.keys(found).sort()).toEqual([at('s1'), at('s2'), errors]);
    const bySequence = linesOf(found[at('s1')]).sort((left, right) => left.detail.sequence - right.detail.sequence);
    expect(bySequence).toEqual([status('s1', 1), status('s1', 2)]);
    expect(linesOf(found[at('s2')])).toEqual([status('s2', 1)]);
    const told = linesOf(found[errors]).map(({ errorMessage, rawData }) => [
      errorMessage,
      Buffer.from(rawData, 'base64').toString(),
    ]);
    expect(told.sort()).toEqual([
      ['Non JSON record provided', 'no JSON\n'],
      ['partitionKeys values must not be null or empty', '{}\n'],
    ]);
    const buried = aws.journal().filter(({ kind, service }) => kind === 'dead-letter' && service === 'firehose');
    expect(buried).toHaveLength(2);
  });

  it('is in objects whole after a restart in between, and is not read twice once it is', async () => {
    await deploy({ destination: BY_SESSION });
    await send(['a', status('s1', 1)], ['b', status('s1', 2)]);
    await aws.advance(62 * SECOND);
    await send(['a', status('s1', 3)], ['b', status('s1', 4)]);
    await aws.advance(10 * SECOND);
    await stop();
    await start();
    await send(['a', status('s1', 5)]);
    await aws.advance(62 * SECOND);

    const sequences = Object.values(await archive()).flatMap((text) =>
      linesOf(text).map(({ detail }) => detail.sequence),
    );
    expect(sequences.sort()).toEqual([1, 2, 3, 4, 5]);
  });

  it('goes on under other settings with what was not delivered yet', async () => {
    await deploy({ destination: BY_SESSION });
    await send(['a', status('s1', 1)]);
    await aws.advance(SECOND);

    await deploy({ destination: { ...BY_SESSION, Prefix: 'to/!{partitionKeyFromQuery:session}/' } });
    await aws.advance(62 * SECOND);

    expect(Object.keys(await archive())).toEqual(['to/s1/hose-2-2030-01-01-00-00-00-*.gz']);
    const describe = new DescribeDeliveryStreamCommand({ DeliveryStreamName });
    expect((await clients.hose.send(describe)).DeliveryStreamDescription).toMatchObject({
      VersionId: '2',
      DeliveryStreamType: 'KinesisStreamAsSource',
      Destinations: [{ ExtendedS3DestinationDescription: { CompressionFormat: 'GZIP', S3BackupMode: 'Disabled' } }],
    });
  });

  it('is not deployed without all that its role needs, or by a role that is not for Firehose', async () => {
    const without = (action: string) =>
      STATEMENTS.map((statement) => ({ ...statement, Action: statement.Action.filter((one) => one !== action) }));

    for (const action of ['s3:PutObject', 's3:ListBucket', 'kinesis:GetRecords'])
      await expect(deploy({ statements: without(action) })).rejects.toThrow(`${action} on`);
    await expect(deploy({ trusts: 'lambda' })).rejects.toThrow('unable to assume role');
  });

  it('is read once a second, however much comes', async () => {
    await deploy();
    const before = aws.journal().at(-1)?.seq;
    for (let at = 0; at < 20; at += 1) {
      await send(['a', `${at}\n`]);
      await aws.advance(150);
    }

    const reads = aws.journal(before).filter(({ action, kind }) => action === 'GetRecords' && kind === 'call');
    // The shard of the key, and twice for each: begun and ended.
    expect(reads.length / 2).toBeLessThanOrEqual(5);
    await aws.advance(62 * SECOND);
    expect(linesOf(Object.values(await archive()).join(''))).toHaveLength(20);
  });

  it('writes nothing over what is there already', async () => {
    await deploy();
    await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'mine', Body: 'mine' }));
    await send(['a', 'x']);
    await aws.advance(62 * SECOND);
    await send(['a', 'y']);
    await aws.advance(62 * SECOND);

    expect(Object.values(await archive()).sort()).toEqual(['mine', 'x', 'y']);
  });
});
