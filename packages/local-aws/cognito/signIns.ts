import { z } from 'zod';
import type { CallContext } from '../core/service.ts';
import { notAuthorized, userNotConfirmed } from './errors.ts';
import type { PoolClient, User } from './model.ts';
import type { Pool } from './pools.ts';
import { lifetimesOf } from './resources/clientProperties.ts';
import type { PoolState } from './service.ts';
import { issueTokens, type TokenSource } from './tokens.ts';
import { attributesFor } from './triggers.ts';

/** Somebody who signs in. */
export interface SignIn {
  pool: Pool;
  client: PoolClient;
  clientMetadata?: Record<string, string> | undefined;
}

/** What is told to who knows the password. */
export function checkStatus({ core }: Pick<PoolState, 'core'>, { enabled, status, temporaryUntilMs }: User): void {
  if (!enabled) throw notAuthorized('User is disabled.');
  if (status === 'UNCONFIRMED') throw userNotConfirmed('User is not confirmed.');
  if (status === 'FORCE_CHANGE_PASSWORD' && temporaryUntilMs !== undefined && temporaryUntilMs <= core.clock.now())
    throw notAuthorized('Temporary password has expired and must be reset by an administrator.');
}

/** Begins a session: its tokens, and what refreshes them. */
export async function signedIn(
  state: PoolState,
  { pool, client, clientMetadata: metadata }: SignIn,
  user: User,
  source: TokenSource,
  context: CallContext,
) {
  const { core, triggers } = state;
  const nowMs = core.clock.now();
  const expiresAtMs = nowMs + lifetimesOf(client.properties).refresh * 1000;
  const ids = { id: core.newId(), sub: user.sub, clientId: client.id };
  const grant = { pool, client, user, session: { ...ids, signedInAtMs: nowMs } };
  const tokens = await issueTokens(state, grant, source, context, metadata);
  const request = {
    userAttributes: attributesFor(user),
    newDeviceUsed: false,
    ...(metadata && { clientMetadata: metadata }),
  };
  const call = { source: 'PostAuthentication_Authentication', userName: user.name, clientId: client.id, request };
  await triggers.call(pool, 'PostAuthentication', call, z.unknown(), context);
  // Somebody may have signed the user out, or removed him, while functions ran.
  if (!pool.users.bySub(user.sub)?.enabled) throw notAuthorized('User is disabled.');
  const { refreshToken } = pool.sessions.begin({ ...ids, expiresAtMs });
  return { ChallengeParameters: {}, AuthenticationResult: { ...tokens, RefreshToken: refreshToken } };
}
