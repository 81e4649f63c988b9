import { z } from 'zod';
import { notAuthorized, userNotFound } from './errors.ts';
import type { User } from './model.ts';
import { kidOf } from './poolKeys.ts';
import type { Pool } from './pools.ts';
import type { PoolState } from './service.ts';

/** Who signs a call with an access token. */
export interface Bearer {
  pool: Pool;
  user: User;
  clientId: string;
}

/** A token in an input. */
export const accessToken = z.string().min(1).max(20_000);

const claims = z.looseObject({ sub: z.string(), client_id: z.string(), origin_jti: z.string() });

/** Throws AwsError NotAuthorizedException for a token that is none, has expired or is revoked, UserNotFoundException when its user is gone. */
export async function bearerOf({ core, pools }: Pick<PoolState, 'core' | 'pools'>, token: string): Promise<Bearer> {
  const kid = kidOf(token);
  const pool = pools.all().find(({ signing }) => signing.has(kid));
  const checked = await pool?.signing.check(token, pools.issuerOf(pool), core.clock.now());
  if (checked && 'refused' in checked && checked.refused === 'expired') throw notAuthorized('Access Token has expired');
  const found = claims.safeParse(checked && 'claims' in checked ? checked.claims : undefined);
  if (!pool || !found.success) throw notAuthorized('Invalid Access Token');
  const { sub, client_id: clientId, origin_jti } = found.data;
  const session = pool.sessions.find(origin_jti);
  if (!session || session.isRevoked) throw notAuthorized('Access Token has been revoked');
  const user = pool.users.bySub(sub);
  if (!user) throw userNotFound('User does not exist.');
  if (!user.enabled) throw notAuthorized('User is disabled.');
  return { pool, user, clientId };
}
