import { AwsError } from '../core/errors.ts';

/** The errors of S3, in its words: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export const noSuchBucket = (BucketName: string) =>
  new AwsError('NoSuchBucket', 'The specified bucket does not exist', { status: 404, fields: { BucketName } });

export const noSuchKey = (Key: string) =>
  new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404, fields: { Key } });

export const preconditionFailed = (Condition: string) =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    status: 412,
    fields: { Condition },
  });

/** AWS has the header and waits for somebody to do something about it. */
export const notImplemented = (Header: string) =>
  new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', {
    status: 501,
    fields: { Header },
  });

export const invalidArgument = (message: string, ArgumentName?: string, ArgumentValue?: string) =>
  new AwsError('InvalidArgument', message, { fields: { ArgumentName, ArgumentValue } });

export const badDigest = (message: string) => new AwsError('BadDigest', message);
