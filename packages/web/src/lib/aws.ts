import type { AccountConfig } from '../account/account.ts';
import { callOrigin } from './api.ts';

/** Where AWS is, and how the page gets credentials of it. */
export type AwsPlace = Pick<AccountConfig, 'region' | 'identityPoolId' | 'aws'>;

/** As the clients of the SDK take them. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

/** A refusal of AWS's; `name` is its code, as in errors of the SDK. */
export class AwsError extends Error {
  override readonly name: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = code;
  }
}

/** Where AWS is for this stage. Throws `Problem`. */
export const awsPlace = (): Promise<AwsPlace> => callOrigin<AwsPlace>('/_arcade/config');

/** What credentials are made of. */
export interface CredentialParts {
  /** The id token of whoever is signed in; another one when the one before was refused. */
  idToken(options?: { isRefused?: boolean }): Promise<string>;
  nowMs(): number;
  send?: typeof fetch;
}

/** Both calls are answered within a second, as a rule. */
const LIMIT_MS = 10_000;
/** New credentials are asked for so long before the old ones end, as the SDK does. */
const DUE_BEFORE_MS = 300_000;

/**
 * Gives what gives credentials: those of the role that the identity pool has for whoever is signed in. They are asked for once, and again
 * when they are about to end; all clients share them. The two calls that it takes need no signature, and their client of the SDK would be
 * larger than what stands here by 50 kB.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html
 *
 * It rejects with an `AwsError`, with `AccountError` when nobody is signed in.
 */
export function credentialsAt(place: AwsPlace, { idToken, nowMs, send = fetch }: CredentialParts) {
  let identityId: string | undefined;
  let known: AwsCredentials | undefined;
  let asking: Promise<AwsCredentials> | undefined;

  const ask = (operation: string, input: object) => askIdentity(place, operation, input, send);
  const withToken = async (token: string): Promise<AwsCredentials> => {
    const Logins = { [issuerOf(token)]: token };
    if (identityId === undefined) {
      const { IdentityId } = await ask('GetId', { IdentityPoolId: place.identityPoolId, Logins });
      identityId = String(IdentityId);
    }
    const { Credentials } = await ask('GetCredentialsForIdentity', { IdentityId: identityId, Logins });
    return credentialsIn(Credentials);
  };
  const renew = async (): Promise<AwsCredentials> => {
    try {
      return await withToken(await idToken());
    } catch (error) {
      if (!(error instanceof AwsError && error.name === 'NotAuthorizedException')) throw error;
      // The token may have ended by AWS's clock, or its owner be in other groups by now.
      return withToken(await idToken({ isRefused: true }));
    }
  };
  return (): Promise<AwsCredentials> => {
    if (known && nowMs() < known.expiration.getTime() - DUE_BEFORE_MS) return Promise.resolve(known);
    asking ??= renew()
      .then((credentials) => {
        known = credentials;
        return credentials;
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
}

async function askIdentity(
  { region, aws }: AwsPlace,
  operation: string,
  input: object,
  send: typeof fetch,
): Promise<Record<string, unknown>> {
  // On a phone that plays on somebody else's laptop: the page must not look for it at Amazon's.
  if (!aws) throw new AwsError('NotFromHere', 'AWS is not reached from here: open this page where the arcade runs.');
  let answer: Response;
  try {
    answer = await send(aws.endpoint ?? `https://cognito-identity.${region}.amazonaws.com/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityService.${operation}`,
      },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(LIMIT_MS),
    });
  } catch (cause) {
    throw new AwsError('NoConnection', 'AWS does not answer.', { cause });
  }
  const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  if (answer.ok) return body;
  if (typeof body.__type !== 'string')
    throw new AwsError('NoConnection', `AWS does not answer: HTTP ${answer.status}.`);
  throw new AwsError(body.__type.replace(/^.*#/, ''), String(body.message ?? body.Message ?? ''));
}

/** The name under which an identity pool knows who has signed a token: on a laptop too it is that of Cognito's address. */
function issuerOf(token: string): string {
  const [, payload = ''] = token.split('.');
  const { iss } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { iss?: string };
  const poolId = iss?.split('/').at(-1) ?? '';
  const [region] = poolId.split('_');
  return `cognito-idp.${region}.amazonaws.com/${poolId}`;
}

function credentialsIn(value: unknown): AwsCredentials {
  const { AccessKeyId, SecretKey, SessionToken, Expiration } = (value ?? {}) as Record<string, unknown>;
  return {
    accessKeyId: String(AccessKeyId),
    secretAccessKey: String(SecretKey),
    sessionToken: String(SessionToken),
    expiration: new Date(Number(Expiration) * 1000),
  };
}

/** What each client of the SDK is made with. */
export const clientSettings = ({ region, aws }: AwsPlace, credentials: () => Promise<AwsCredentials>) => ({
  region,
  credentials,
  ...(aws?.endpoint !== undefined && { endpoint: aws.endpoint }),
  // Who asks every second and a half need not be patient.
  maxAttempts: 2,
  requestHandler: { requestTimeout: LIMIT_MS },
});

/** Whether AWS has understood, and says no: to this role, or to this person. */
export const isDenied = (error: unknown): boolean =>
  error instanceof Error && ['AccessDeniedException', 'AccessDenied', 'NotAuthorizedException'].includes(error.name);

/** Whether AWS is not reached from this page, however often it asks: it is open on another machine than the arcade runs on. */
export const isElsewhere = (error: unknown): boolean => error instanceof AwsError && error.name === 'NotFromHere';
