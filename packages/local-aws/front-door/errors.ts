import { AwsError } from '../core/errors.ts';
import type { LocalService } from '../core/service.ts';
import { KEYS_FILE } from '../keys.ts';

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

/** The request changes what runs here, and is signed with the key that everybody knows. */
export function needsKeyError(service: LocalService, operation: string): AwsError {
  const { code = 'AccessDeniedException', status = 400 } = service.errors?.denied ?? {};
  const message = `${service.id}:${operation} brings in code or permissions: sign it with the access key of ${KEYS_FILE} in the state folder, not with 'local'.`;
  return new AwsError(code, message, { status });
}

/** The request is signed with a key whose session is over. */
export function expiredTokenError(service: LocalService | undefined): AwsError {
  const code = service?.protocol?.kind === 'json' ? 'ExpiredTokenException' : 'ExpiredToken';
  return new AwsError(code, 'The security token included in the request is expired', { status: 403 });
}
