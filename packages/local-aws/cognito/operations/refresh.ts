import type { CallContext } from '../../core/service.ts';
import { invalidParameter, notAuthorized } from '../errors.ts';
import type { PoolClient } from '../model.ts';
import type { Pool } from '../pools.ts';
import { allows } from '../resources/clientProperties.ts';
import { checkSecret, type PoolState } from '../service.ts';
import { issueTokens } from '../tokens.ts';

/** REFRESH_TOKEN_AUTH: new tokens of the same session, without a new refresh token. Throws AwsError NotAuthorizedException. */
export async function refresh(
  state: PoolState,
  { pool, client }: { pool: Pool; client: PoolClient },
  { REFRESH_TOKEN: token, SECRET_HASH }: { REFRESH_TOKEN?: string | undefined; SECRET_HASH?: string | undefined },
  context: CallContext,
) {
  if (!allows(client.properties, 'REFRESH_TOKEN_AUTH'))
    throw invalidParameter('REFRESH_TOKEN_AUTH flow not enabled for this client');
  if (!token) throw invalidParameter('Missing required parameter REFRESH_TOKEN');
  const session = pool.sessions.ofToken(token);
  const user = session && pool.users.bySub(session.sub);
  if (!user || session.clientId !== client.id) throw notAuthorized('Invalid Refresh Token.');
  checkSecret(client, user.name, SECRET_HASH);
  if (session.isRevoked) throw notAuthorized('Refresh Token has been revoked');
  if (session.expiresAtMs <= state.core.clock.now()) throw notAuthorized('Refresh Token has expired');
  if (!user.enabled) throw notAuthorized('User is disabled.');
  const grant = { pool, client, user, session };
  const tokens = await issueTokens(state, grant, 'TokenGeneration_RefreshTokens', context);
  return { ChallengeParameters: {}, AuthenticationResult: tokens };
}
