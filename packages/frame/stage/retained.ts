import type { Account } from '../plugin/serverlessTypes.ts';
import { emptyBucket } from './emptyBucket.ts';
import { BUCKET, type RetainedResource } from './removalPlan.ts';

type Config = Awaited<ReturnType<Account['getAwsSdkV3Config']>>;

/** The shortest that KMS waits before a key is gone for good, and with it all that it has sealed. */
const KEY_WAITS_DAYS = 7;

/** How what a stack has left is removed, by its type, and what is to be said of it. */
const REMOVERS: Readonly<Record<string, (config: Config, resource: RetainedResource) => Promise<string>>> = {
  async [BUCKET](config, { id, isVersioned }) {
    const { DeleteBucketCommand, S3Client } = await import('@aws-sdk/client-s3');
    const client = new S3Client(config);
    await emptyBucket(client, { name: id, isVersioned });
    await client.send(new DeleteBucketCommand({ Bucket: id }));
    return 'was removed with all that was in it';
  },
  async 'AWS::DynamoDB::Table'(config, { id }) {
    const { DeleteTableCommand, DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
    await new DynamoDBClient(config).send(new DeleteTableCommand({ TableName: id }));
    return 'was removed with all that was in it';
  },
  async 'AWS::KMS::Key'(config, { id }) {
    const { KMSClient, ScheduleKeyDeletionCommand } = await import('@aws-sdk/client-kms');
    await new KMSClient(config).send(
      new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: KEY_WAITS_DAYS }),
    );
    return `is gone in ${KEY_WAITS_DAYS} days; until then it can be taken back (aws kms cancel-key-deletion)`;
  },
};

/** Removes what a stack has left behind, for good. Gives a sentence for each. Throws what AWS refuses. */
export async function removeRetained(account: Account, retained: readonly RetainedResource[]): Promise<string[]> {
  const config = await account.getAwsSdkV3Config();
  const sentences: string[] = [];
  for (const resource of retained) {
    const { type, id } = resource;
    const remove = REMOVERS[type];
    sentences.push(`${id} (${type}) ${remove ? await remove(config, resource) : 'stays: it is to be removed by hand'}`);
  }
  return sentences;
}
