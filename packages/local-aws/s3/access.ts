import type { Core } from '../core/cloud.ts';
import type { CallContext, Permission } from '../core/service.ts';
import type { Bucket, Buckets, StoredObject } from './buckets.ts';
import { noSuchKey } from './errors.ts';

/** What S3's operations work with. */
export interface S3Parts {
  core: Core;
  buckets: Buckets;
}

/** Buckets are in no region and no account, as far as their names go. */
export const bucketArn = (name: string) => `arn:aws:s3:::${name}`;
export const objectArn = (name: string, key: string) => `${bucketArn(name)}/${key}`;

/** The bucket in an ARN, also in that of an object. */
export const bucketInArn = (arn: string) => arn.slice(bucketArn('').length).split('/', 1)[0] ?? '';

/** What IAM is asked of an object. */
export const onObject = (action: string, bucket: string, key: string): Permission[] => [
  { action: `s3:${action}`, resource: objectArn(bucket, key) },
];

/** What IAM is asked of a bucket. */
export const onBucket = (action: string, bucket: string, conditions?: Permission['conditions']): Permission[] => [
  { action: `s3:${action}`, resource: bucketArn(bucket), ...(conditions && { conditions }) },
];

/**
 * The object. Throws AwsError NoSuchKey, or AccessDenied where it is not there and the caller may not list the bucket: whoever may not is not
 * told that either. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function objectFor(
  { core, buckets }: S3Parts,
  { principal }: Pick<CallContext, 'principal'>,
  { name }: Pick<Bucket, 'name'>,
  key: string,
): StoredObject {
  const object = buckets.object(name, key);
  if (object) return object;
  for (const permission of onBucket('ListBucket', name)) core.authorize(principal, permission);
  throw noSuchKey(key);
}
