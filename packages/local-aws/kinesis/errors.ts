import { LOCAL_ACCOUNT } from '../core/arn.ts';
import { AwsError } from '../core/errors.ts';

export const notFound = (message: string) => new AwsError('ResourceNotFoundException', message);
export const invalidArgument = (message: string) => new AwsError('InvalidArgumentException', message);
export const limitExceeded = (message: string) => new AwsError('LimitExceededException', message);
export const inUse = (message: string) => new AwsError('ResourceInUseException', message);
export const invalid = (message: string) => new AwsError('ValidationException', message);

export const streamNotFound = (name: string) => notFound(`Stream ${name} under account ${LOCAL_ACCOUNT} not found.`);

export const shardNotFound = (shardId: string, stream: string) =>
  notFound(`Could not find shard ${shardId} in stream ${stream} under account ${LOCAL_ACCOUNT}.`);

export const notActive = (stream: string, status: string) =>
  inUse(`Stream ${stream} under account ${LOCAL_ACCOUNT} not ACTIVE, instead in state ${status}`);

/** What a shard does not take any more in this second. */
export const throughputExceeded = (shardId: string, stream: string) =>
  new AwsError(
    'ProvisionedThroughputExceededException',
    `Rate exceeded for shard ${shardId} in stream ${stream} under account ${LOCAL_ACCOUNT}.`,
  );
