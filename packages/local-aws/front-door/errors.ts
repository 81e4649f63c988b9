import { AwsError } from '../core/errors.ts';
import type { AwsService } from '../core/service.ts';

/** How each service refuses a call that comes too fast. */
const THROTTLES: Record<string, { code: string; status: number; message: string }> = {
  dynamodb: {
    code: 'ProvisionedThroughputExceededException',
    status: 400,
    message:
      'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
  },
  kinesis: {
    code: 'ProvisionedThroughputExceededException',
    status: 400,
    message: 'Rate exceeded for the shard.',
  },
  sns: { code: 'Throttling', status: 400, message: 'Rate exceeded' },
  sts: { code: 'Throttling', status: 400, message: 'Rate exceeded' },
  sqs: { code: 'RequestThrottled', status: 403, message: 'The request was denied due to request throttling.' },
  lambda: { code: 'TooManyRequestsException', status: 429, message: 'Rate Exceeded.' },
};

/** The service's own throttling error, as the fault plan asks for it. */
export function throttlingError(serviceId: string): AwsError {
  const known = THROTTLES[serviceId];
  return new AwsError(known?.code ?? 'ThrottlingException', known?.message ?? 'Rate exceeded', {
    status: known?.status ?? 400,
  });
}

/** The request is not signed. */
export function missingTokenError(service: AwsService | undefined): AwsError {
  const isJson = service?.protocol.kind === 'json';
  return new AwsError(
    isJson ? 'MissingAuthenticationTokenException' : 'MissingAuthenticationToken',
    'Missing Authentication Token: sign the request; AWS_ACCESS_KEY_ID=local is the laptop itself.',
    { status: 403 },
  );
}

/** The request is signed with a key that was never given out. */
export function unknownKeyError(service: AwsService | undefined, accessKeyId: string): AwsError {
  const isQuery = service?.protocol.kind === 'query' || service?.id === 'sqs';
  return new AwsError(
    isQuery ? 'InvalidClientTokenId' : 'UnrecognizedClientException',
    `The security token included in the request is invalid: local-aws gave out no access key '${accessKeyId}'.`,
    { status: 403 },
  );
}

/** What went wrong inside local-aws itself: the cause is in its log. */
export function internalError(requestId: string): AwsError {
  return new AwsError('InternalFailure', `local-aws failed; its log says how, under request ${requestId}.`, {
    status: 500,
  });
}
