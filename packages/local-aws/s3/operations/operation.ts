import { z } from 'zod';
import { checkedOperations } from '../../core/checkedOperation.ts';
import { AwsError } from '../../core/errors.ts';
import { invalidArgument } from '../errors.ts';

/** Makes an operation of S3. */
export const operation = checkedOperations('s3', (path, reason, _missing, value) =>
  path === 'Key' && typeof value === 'string' && value.length > 0
    ? new AwsError('KeyTooLongError', 'Your key is too long')
    : invalidArgument(`'${path}': ${reason}`, path, typeof value === 'string' ? value : undefined),
);

const MAX_KEY_BYTES = 1024;

/** What stands in every request: the SDK names the operation in the query. */
export const ofBucket = { Bucket: z.string().min(1), 'x-id': z.string().optional() };

export const key = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= MAX_KEY_BYTES, 'is too long');

export const ofObject = { ...ofBucket, Key: key };
