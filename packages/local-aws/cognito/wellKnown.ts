import { LOCAL_REGION } from '../core/arn.ts';
import { RawAnswer } from '../core/service.ts';
import type { Route } from '../front-door/index.ts';
import { resourceNotFound } from './errors.ts';
import type { UserPools } from './pools.ts';

/** How the paths of user pools begin. */
export const POOL_PREFIX = `/${LOCAL_REGION}_`;

const PATH = /^\/([\w-]+_[0-9a-zA-Z]+)\/\.well-known\/(jwks\.json|openid-configuration)$/;

/** A pool's public keys and its discovery document, open to everybody, as on AWS at the issuer's address. */
export function wellKnown(pools: UserPools): Route {
  return {
    async serve({ method, path }) {
      const [, poolId = '', what] = PATH.exec(path) ?? [];
      if (what === undefined || (method !== 'GET' && method !== 'HEAD')) return undefined;
      const pool = pools.find(poolId);
      if (!pool) throw resourceNotFound(`User pool ${poolId} does not exist.`);
      return json(what === 'jwks.json' ? pool.signing.jwks() : discovery(pools.issuerOf(pool)));
    },
  };
}

/** https://openid.net/specs/openid-connect-discovery-1_0.html: what it says of a login page is left out, for there is none. */
function discovery(issuer: string) {
  return {
    id_token_signing_alg_values_supported: ['RS256'],
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ['code', 'token'],
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
  };
}

const json = (value: object) => new RawAnswer(200, { 'content-type': 'application/json' }, JSON.stringify(value));
