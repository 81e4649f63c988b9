import { AwsError } from '../core/errors.ts';
import type { LocalService } from '../core/service.ts';

/** The request is not signed. */
export function missingTokenError(service: LocalService | undefined): AwsError {
  const isJson = service?.protocol?.kind === 'json';
  return new AwsError(
    isJson ? 'MissingAuthenticationTokenException' : 'MissingAuthenticationToken',
    'Missing Authentication Token: sign the request; AWS_ACCESS_KEY_ID=local is the laptop itself.',
    { status: 403 },
  );
}

/** The request is signed with a key that was never given out. */
export function unknownKeyError(service: LocalService | undefined, accessKeyId: string): AwsError {
  const isQuery = service?.protocol?.kind === 'query' || service?.errors?.queryCodes !== undefined;
  return new AwsError(
    isQuery ? 'InvalidClientTokenId' : 'UnrecognizedClientException',
    `The security token included in the request is invalid: local-aws gave out no access key '${accessKeyId}'.`,
    { status: 403 },
  );
}

/** The request is signed with a key whose session is over. */
export function expiredTokenError(service: LocalService | undefined): AwsError {
  const code = service?.protocol?.kind === 'json' ? 'ExpiredTokenException' : 'ExpiredToken';
  return new AwsError(code, 'The security token included in the request is expired', { status: 403 });
}
