import { z } from 'zod';
import { LOCAL_REGION } from '../../core/arn.ts';
import { AwsError } from '../../core/errors.ts';
import { type Operation, RawAnswer } from '../../core/service.ts';
import { ACCOUNT } from '../../core/store/index.ts';
import { bucketArn, onBucket, type S3Parts } from '../access.ts';
import { invalidArgument } from '../errors.ts';
import { ofBucket, operation } from './operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Whose all buckets here are. */
const OWNER = { ID: '0'.repeat(64), DisplayName: 'local' };

/** What is done with buckets themselves. */
export function bucketOperations({ buckets }: S3Parts): Record<string, Operation> {
  return {
    ListBuckets: operation('ListBuckets', {
      input: z.strictObject({ 'x-id': z.string().optional() }),
      permissions: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
      run: () => ({
        Owner: OWNER,
        Buckets: {
          Bucket: buckets.list().map(({ name, createdMs }) => ({ Name: name, CreationDate: new Date(createdMs) })),
        },
      }),
    }),
    CreateBucket: operation('CreateBucket', {
      input: z.strictObject({ ...ofBucket, LocationConstraint: z.string().optional() }),
      permissions: ({ Bucket }) => onBucket('CreateBucket', Bucket),
      run({ Bucket, LocationConstraint = LOCAL_REGION }) {
        if (!BUCKET_NAME.test(Bucket)) {
          throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', {
            fields: { BucketName: Bucket },
          });
        }
        if (LocationConstraint !== LOCAL_REGION)
          throw invalidArgument(`There is the region ${LOCAL_REGION} only`, 'LocationConstraint', LocationConstraint);
        buckets.create(ACCOUNT, Bucket);
        return new RawAnswer(200, { location: `/${Bucket}` });
      },
    }),
    HeadBucket: operation('HeadBucket', {
      input: z.strictObject(ofBucket),
      permissions: ({ Bucket }) => onBucket('ListBucket', Bucket),
      run({ Bucket }) {
        buckets.find(Bucket);
        return new RawAnswer(200, { 'x-amz-bucket-region': LOCAL_REGION, 'x-amz-bucket-arn': bucketArn(Bucket) });
      },
    }),
    DeleteBucket: operation('DeleteBucket', {
      input: z.strictObject(ofBucket),
      permissions: ({ Bucket }) => onBucket('DeleteBucket', Bucket),
      run({ Bucket }) {
        const { owner } = buckets.find(Bucket);
        if (owner !== ACCOUNT)
          throw new AwsError('OperationAborted', `The bucket belongs to the stack ${owner}`, { status: 409 });
        buckets.remove(Bucket);
        return new RawAnswer(204, {});
      },
    }),
  };
}
