import { type LocalAws, startLocalAws } from '@arcade/local-aws/testkit';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { emptyBucket } from '../stage/emptyBucket.ts';
import { removeRetained } from '../stage/retained.ts';

/** More than S3 lists, or deletes, at once. */
const OBJECTS = 1001;

let aws: LocalAws;
let s3: S3Client;
beforeAll(async () => {
  aws = await startLocalAws();
  s3 = new S3Client(aws.rootClientConfig);
});
afterAll(async () => {
  s3.destroy();
  await aws.stop();
});

async function fill(Bucket: string, count: number): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  await Promise.all(
    Array.from({ length: count }, (_, at) => s3.send(new PutObjectCommand({ Bucket, Key: `a/${at}`, Body: 'x' }))),
  );
}

it('empties a bucket, however full it is, and says how much was in it', async () => {
  await fill('full', OBJECTS);

  expect(await emptyBucket(s3, { name: 'full', isVersioned: false })).toBe(OBJECTS);
  expect((await s3.send(new ListObjectsV2Command({ Bucket: 'full' }))).KeyCount).toBe(0);
});

it('has nothing to do for a bucket that is gone', async () => {
  expect(await emptyBucket(s3, { name: 'gone', isVersioned: false })).toBe(0);
});

it('removes for good what a stack has left, and names what must be removed by hand', async () => {
  const config = aws.rootClientConfig;
  const dynamodb = new DynamoDBClient(config);
  const kms = new KMSClient(config);
  const kept = (Type: string, Properties: object = {}) => ({ Type, DeletionPolicy: 'Retain', Properties });
  const template = {
    Resources: {
      Archive: kept('AWS::S3::Bucket', { BucketName: 'left' }),
      Grants: kept('AWS::DynamoDB::Table', {
        TableName: 'grants',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
      Key: kept('AWS::KMS::Key'),
    },
    Outputs: { KeyId: { Value: { Ref: 'Key' } } },
  };
  const { KeyId = '' } = (await aws.cloud.stacks.deploy({ stackName: 'left', template })).outputs;
  await s3.send(new PutObjectCommand({ Bucket: 'left', Key: 'statuses', Body: 'x' }));
  await aws.cloud.stacks.remove('left');

  const said = await removeRetained({ getAwsSdkV3Config: async () => config }, [
    { logicalId: 'Archive', type: 'AWS::S3::Bucket', id: 'left', isVersioned: false },
    { logicalId: 'Grants', type: 'AWS::DynamoDB::Table', id: 'grants', isVersioned: false },
    { logicalId: 'Key', type: 'AWS::KMS::Key', id: KeyId, isVersioned: false },
    { logicalId: 'Queue', type: 'AWS::SQS::Queue', id: 'line', isVersioned: false },
  ]);

  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const { TableNames } = await dynamodb.send(new ListTablesCommand({}));
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
  expect(Buckets.map(({ Name }) => Name)).toEqual(['full']);
  expect(TableNames).toEqual([]);
  expect(KeyMetadata?.KeyState).toBe('PendingDeletion');
  expect(said).toEqual([
    'left (AWS::S3::Bucket) was removed with all that was in it',
    'grants (AWS::DynamoDB::Table) was removed with all that was in it',
    expect.stringContaining('is gone in 7 days'),
    'line (AWS::SQS::Queue) stays: it is to be removed by hand',
  ]);
});
