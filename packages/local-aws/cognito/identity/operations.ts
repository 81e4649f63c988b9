import { z } from 'zod';
import { arnOf } from '../../core/arn.ts';
import { checkedOperations } from '../../core/checkedOperation.ts';
import type { Core } from '../../core/cloud.ts';
import { AwsError } from '../../core/errors.ts';
import type { Operation } from '../../core/service.ts';
import type { Iam } from '../../iam/index.ts';
import { invalidParameter, notAuthorized, resourceNotFound } from '../errors.ts';
import type { UserPools } from '../pools.ts';
import type { IdentityPools } from './identityPools.ts';
import { checkLogin, type Login } from './login.ts';
import { type Choice, chooseRole } from './roleSettings.ts';

/** What the operations of identity pools work on. */
export interface IdentityState {
  core: Core;
  iam: Pick<Iam, 'assumeWithWebIdentity'>;
  pools: UserPools;
  identityPools: IdentityPools;
}

/** How trust policies name identity pools. */
export const IDENTITY_PROVIDER = 'cognito-identity.amazonaws.com';

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetCredentialsForIdentity.html */
const LIFETIME_MS = 60 * 60_000;
/** How sessions of the roles that identity pools give are called. */
export const IDENTITY_SESSION = 'CognitoIdentityCredentials';

const operation = checkedOperations('cognito-identity', (path, reason, missing) =>
  invalidParameter(
    `1 validation error detected: Value${missing ? ' null' : ''} at '${path}' failed to satisfy constraint: ${reason}`,
  ),
);

const id = z
  .string()
  .max(55)
  .regex(/^[\w-]+:[0-9a-f-]+$/, 'Member must satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+');
const logins = z.record(z.string().max(128), z.string().max(50_000)).default({});

/** The ARN by which the journal shows an identity pool. */
export const arnOfPool = (poolId: string): string => arnOf('cognito-identity', `identitypool/${poolId}`);

/** The condition keys of who has signed in: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif */
export function federationOf(poolId: string, identityId: string, { provider, sub }: Pick<Login, 'provider' | 'sub'>) {
  return {
    provider: IDENTITY_PROVIDER,
    keys: {
      [`${IDENTITY_PROVIDER}:aud`]: poolId,
      [`${IDENTITY_PROVIDER}:sub`]: identityId,
      [`${IDENTITY_PROVIDER}:amr`]: ['authenticated', provider, `${provider}:CognitoSignIn:${sub}`],
    },
  };
}

/** What anybody may ask of identity pools. */
export function identityOperations(state: IdentityState): Record<string, Operation> {
  const { core, pools, identityPools } = state;
  const parts = { pools, clock: core.clock };
  return {
    GetId: operation('GetId', {
      input: z.strictObject({ IdentityPoolId: id, Logins: logins, AccountId: z.string().optional() }),
      target: ({ IdentityPoolId }) => arnOfPool(IdentityPoolId),
      async run({ IdentityPoolId, Logins }) {
        const pool = identityPools.find(IdentityPoolId);
        if (!pool) throw resourceNotFound(`IdentityPool '${IdentityPoolId}' not found.`);
        if (Object.keys(Logins).length === 0)
          throw notAuthorized('Unauthenticated access is not supported for this identity pool.');
        const { provider, sub } = await checkLogin(parts, pool, Logins);
        return { IdentityId: identityPools.identify(pool, provider, sub) };
      },
    }),
    GetCredentialsForIdentity: operation('GetCredentialsForIdentity', {
      input: z.strictObject({ IdentityId: id, Logins: logins, CustomRoleArn: z.string().min(20).max(2048).optional() }),
      target: ({ IdentityId }) => arnOfPool(identityPools.ofIdentity(IdentityId)?.id ?? IdentityId),
      async run({ IdentityId, Logins, CustomRoleArn }) {
        const pool = identityPools.ofIdentity(IdentityId);
        if (!pool) throw resourceNotFound(`Identity '${IdentityId}' not found.`);
        if (Object.keys(Logins).length === 0) throw notAuthorized(`Access to Identity '${IdentityId}' is forbidden.`);
        const login = await checkLogin(parts, pool, Logins);
        if (!identityPools.isHis(pool, IdentityId, login.provider, login.sub))
          throw notAuthorized(
            "Logins don't match. Please include at least one valid login for this identity or identity pool.",
          );
        const settings = pool.roles ?? { Roles: {}, RoleMappings: {} };
        const client = `${login.provider}:${login.clientId}`;
        const roleArn = chosen(chooseRole(settings, client, login.claims, CustomRoleArn));
        return { IdentityId, Credentials: credentials(state, roleArn, pool.id, IdentityId, login) };
      },
    }),
  };
}

function chosen(choice: Choice): string {
  if ('roleArn' in choice) return choice.roleArn;
  if (choice.denied === 'none') throw badConfiguration();
  throw notAuthorized(
    choice.denied === 'custom'
      ? 'The CustomRoleArn is none of the roles in the token.'
      : 'No role fits the token, and AmbiguousRoleResolution is Deny.',
  );
}

const badConfiguration = () =>
  new AwsError(
    'InvalidIdentityPoolConfigurationException',
    'Invalid identity pool configuration. Check assigned IAM roles for this pool.',
  );

function credentials({ iam }: IdentityState, roleArn: string, poolId: string, identityId: string, login: Login) {
  try {
    const session = { roleArn, sessionName: IDENTITY_SESSION, lifetimeMs: LIFETIME_MS };
    const made = iam.assumeWithWebIdentity({ ...session, ...federationOf(poolId, identityId, login) });
    return {
      AccessKeyId: made.accessKeyId,
      SecretKey: made.secretAccessKey,
      SessionToken: made.sessionToken,
      Expiration: Math.floor(made.expiresAtMs / 1000),
    };
  } catch (error) {
    // There is no such role, or it does not trust the pool.
    throw error instanceof AwsError ? badConfiguration() : error;
  }
}
