import { z } from 'zod';
import type { CallContext } from '../core/service.ts';
import { type GroupClaims, groupClaims } from './groups.ts';
import type { PoolClient, Session, User } from './model.ts';
import type { Pool } from './pools.ts';
import { lifetimesOf } from './resources/clientProperties.ts';
import { readable } from './schema.ts';
import type { PoolState } from './service.ts';
import { attributesFor } from './triggers.ts';

/** Who gets tokens, by which client, and of which sign-in. */
export interface Grant {
  pool: Pool;
  client: PoolClient;
  user: User;
  session: Pick<Session, 'id' | 'signedInAtMs'>;
}

/** Why tokens are made, as the function that may change them is told. */
export type TokenSource =
  | 'TokenGeneration_Authentication'
  | 'TokenGeneration_NewPasswordChallenge'
  | 'TokenGeneration_RefreshTokens';

/** What API sign-ins may do with an access token: everything to their own user. */
const SCOPE = 'aws.cognito.signin.user.admin';

/** What no function changes: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html */
const FIXED = new Set([
  'acr',
  'amr',
  'at_hash',
  'aud',
  'auth_time',
  'azp',
  'cognito:username',
  'event_id',
  'exp',
  'iat',
  'identities',
  'iss',
  'jti',
  'nbf',
  'nonce',
  'origin_jti',
  'sub',
  'token_use',
]);

const groupOverride = z.looseObject({
  groupsToOverride: z.array(z.string()).nullish(),
  iamRolesToOverride: z.array(z.string()).nullish(),
  preferredRole: z.string().nullish(),
});
const override = z.looseObject({
  claimsOverrideDetails: z
    .looseObject({
      claimsToAddOrOverride: z.record(z.string(), z.string()).nullish(),
      claimsToSuppress: z.array(z.string()).nullish(),
      groupOverrideDetails: groupOverride.nullish(),
    })
    .nullish(),
});
type Override = NonNullable<z.output<typeof override>['claimsOverrideDetails']>;

/** Makes an id token and an access token. Throws AwsError of the pool's function for tokens. */
export async function issueTokens(
  { core, pools, triggers }: Pick<PoolState, 'core' | 'pools' | 'triggers'>,
  grant: Grant,
  source: TokenSource,
  context: CallContext,
  clientMetadata?: object,
): Promise<{ AccessToken: string; ExpiresIn: number; IdToken: string; TokenType: 'Bearer' }> {
  const { pool, client, user } = grant;
  const groups = groupClaims(user.groups.flatMap((name) => pool.groups.get(name) ?? []));
  const answered = await triggers.call(
    pool,
    'PreTokenGeneration',
    {
      source,
      userName: user.name,
      clientId: client.id,
      request: {
        userAttributes: attributesFor(user),
        groupConfiguration: {
          groupsToOverride: groups.groups,
          iamRolesToOverride: groups.roles,
          preferredRole: groups.preferredRole ?? null,
        },
        ...(clientMetadata && { clientMetadata }),
      },
      response: { claimsOverrideDetails: null },
    },
    override,
    context,
  );
  const { id, access } = claimsOf(grant, groups, answered?.claimsOverrideDetails ?? {}, {
    iss: pools.issuerOf(pool),
    nowMs: core.clock.now(),
    newId: core.newId,
  });
  const [IdToken, AccessToken] = await Promise.all([pool.signing.sign('id', id), pool.signing.sign('access', access)]);
  return { AccessToken, ExpiresIn: lifetimesOf(client.properties).access, IdToken, TokenType: 'Bearer' };
}

/**
 * What the two tokens say.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html and `...-the-access-token.html`
 */
export function claimsOf(
  { client, user, session }: Omit<Grant, 'pool'>,
  ofGroups: GroupClaims,
  changes: Override,
  { iss, nowMs, newId }: { iss: string; nowMs: number; newId(): string },
): Record<'id' | 'access', Record<string, unknown>> {
  const { groups, roles, preferredRole } = overridden(ofGroups, changes);
  const lifetimes = lifetimesOf(client.properties);
  const iat = Math.floor(nowMs / 1000);
  const common = {
    sub: user.sub,
    ...(groups.length > 0 && { 'cognito:groups': groups }),
    iss,
    origin_jti: session.id,
    event_id: newId(),
    auth_time: Math.floor(session.signedInAtMs / 1000),
    iat,
  };
  const { email_verified, phone_number_verified, ...texts } = readable(client, user.attributes);
  const id: Record<string, unknown> = {
    ...common,
    ...texts,
    ...(email_verified !== undefined && { email_verified: email_verified === 'true' }),
    ...(phone_number_verified !== undefined && { phone_number_verified: phone_number_verified === 'true' }),
    ...(preferredRole !== undefined && { 'cognito:preferred_role': preferredRole }),
    ...(roles.length > 0 && { 'cognito:roles': roles }),
    'cognito:username': user.name,
    aud: client.id,
    token_use: 'id',
    exp: iat + lifetimes.id,
    jti: newId(),
  };
  const added = Object.entries(changes.claimsToAddOrOverride ?? {});
  for (const [name, value] of added) if (!FIXED.has(name)) id[name] = value;
  for (const name of changes.claimsToSuppress ?? []) if (!FIXED.has(name)) delete id[name];
  const access = {
    ...common,
    client_id: client.id,
    token_use: 'access',
    scope: SCOPE,
    exp: iat + lifetimes.access,
    jti: newId(),
    username: user.name,
  };
  return { id, access };
}

/** An override that names no groups takes them all away. */
function overridden(groups: GroupClaims, { groupOverrideDetails: details }: Override): GroupClaims {
  if (!details) return groups;
  return {
    groups: details.groupsToOverride ?? [],
    roles: details.iamRolesToOverride ?? [],
    ...(details.preferredRole && { preferredRole: details.preferredRole }),
  };
}
