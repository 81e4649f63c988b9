import { AwsError } from '../../core/errors.ts';
import { notAuthorized } from '../errors.ts';
import { unchecked } from '../poolKeys.ts';
import { type Pool, providerName, type UserPools } from '../pools.ts';
import type { IdentityPool } from './identityPools.ts';

/** Somebody who has signed in with a user pool. */
export interface Login {
  provider: string;
  clientId: string;
  sub: string;
  claims: Readonly<Record<string, unknown>>;
}

const invalid = (reason: string) => notAuthorized(`Invalid login token. ${reason}`);
const unsupported = () => notAuthorized('Token is not from a supported provider of this identity pool.');

/** Checks `Logins`: one provider, and an id token of one of its clients. Throws AwsError NotAuthorizedException, in Cognito's words. */
export async function checkLogin(
  { pools, clock }: { pools: UserPools; clock: { now(): number } },
  { providers }: IdentityPool,
  logins: Readonly<Record<string, string>>,
): Promise<Login> {
  const [[provider = '', token = ''] = [], ...others] = Object.entries(logins);
  if (others.length > 0)
    throw new AwsError('InvalidParameterException', 'local-aws takes one login at a time: identities are not merged.');
  const known = providers.filter(({ name }) => name === provider);
  const pool = known.length === 0 ? undefined : pools.all().find(({ id }) => providerName(id) === provider);
  if (!pool) throw unsupported();
  const issuer = pools.issuerOf(pool);
  const said = unchecked(token);
  if (!said) throw invalid('Not a valid OpenId Connect identity token.');
  if (said.iss !== issuer) throw invalid("Issuer doesn't match providerName");
  const nowMs = clock.now();
  const checked = await pool.signing.check(token, issuer, nowMs);
  if ('refused' in checked)
    throw checked.refused === 'expired'
      ? invalid(`Token expired: ${Math.floor(nowMs / 1000)} >= ${said.exp}`)
      : invalid("Couldn't verify signed token.");
  const { claims } = checked;
  if (claims.aud === undefined) throw invalid('Missing a required claim: aud');
  const client = known.find(({ clientId }) => clientId === claims.aud);
  if (!client) throw unsupported();
  if (client.asksServer) checkSession(pool, claims);
  return { provider, clientId: client.clientId, sub: String(claims.sub), claims };
}

/** `ServerSideTokenCheck`: the session must go on, and its user be there. */
function checkSession({ users, sessions }: Pool, { sub, origin_jti }: Readonly<Record<string, unknown>>): void {
  const session = sessions.find(String(origin_jti));
  if (session && !session.isRevoked && users.bySub(String(sub))?.enabled) return;
  throw invalid('Token is revoked or its user is disabled or deleted.');
}
