import {
  JwtExpiredError,
  JwtInvalidIssuerError,
  JwtInvalidSignatureAlgorithmError,
  JwtInvalidSignatureError,
  KidNotFoundInJwksError,
  WaitPeriodNotYetEndedJwkError,
} from 'aws-jwt-verify/error';
import { assertIsJwks, SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';
import { LambdaError } from './errors.ts';

/** Whose tokens are taken, and which. */
export interface TokenVerifierOptions {
  /** The pool's `ProviderURL`, which its tokens carry as `iss`. */
  issuer: string;
  /** The id of the pool's client that the tokens are for. */
  audience: string;
  /** An id token says who somebody is; an access token lets them change their own account. A function that wants one takes no other. */
  use: 'id' | 'access';
}

/** What the keys are had with; tests pass their own. */
export interface TokenVerifierParts {
  /** Gives what is at an address. Throws when nothing is. */
  fetchText?: (url: string) => Promise<string>;
}

/** Who a token is about, as the pool has signed it. */
export interface TokenClaims {
  /** The pool's own id of the user, which never changes. */
  sub: string;
  /** The user's name as they have written it: their nickname. */
  username: string;
  /** The pool's groups that the user was in when the token was made. */
  groups: readonly string[];
  expiresAtSeconds: number;
}

/** `missing`: there was none. `expired`: it was good once. `invalid`: forged, of another issuer, use or client, or no token at all. */
export type TokenRefusal = 'missing' | 'expired' | 'invalid';

/** What becomes of a token. */
export type VerifiedToken =
  | { outcome: 'verified'; claims: TokenClaims }
  /** `why` is for the log, never for whoever has sent it. It says nothing of what the token says. */
  | { outcome: 'refused'; refusal: TokenRefusal; why: string };

/** The pool's public keys could not be had: nothing is known of any token, so that nobody is refused for good. */
export class KeysUnavailableError extends LambdaError {
  override readonly name = 'KeysUnavailableError';
  readonly code = 'KEYS_UNAVAILABLE';

  constructor(url: string, cause: unknown) {
    super(`the keys at ${url} could not be had`, { cause });
  }
}

/** Keys are asked for once in the life of an environment, and whoever connects waits for them. */
const PATIENCE_MS = 3000;

/**
 * Verifies the tokens of a user pool: signature (RS256 by a key of the pool), issuer, expiry, use and client. Make one while the
 * function is loaded: it keeps the keys, and asks for them again only for a key id that it does not know.
 * The function gives a refusal for whatever is wrong with a token; it throws KeysUnavailableError when the pool's keys cannot be had.
 *
 * It stands on the generic verifier of aws-jwt-verify: the one for Cognito makes the issuer's address itself, on amazonaws.com.
 *
 * @example
 * const verify = tokenVerifier({ issuer: env.USER_POOL_ISSUER, audience: env.USER_POOL_CLIENT_ID, use: 'id' });
 * const token = await verify(event.queryStringParameters?.token);
 * if (token.outcome === 'refused') throw new Error('Unauthorized');
 */
export function tokenVerifier(
  { issuer, audience, use }: TokenVerifierOptions,
  { fetchText = fetchFromIssuer }: TokenVerifierParts = {},
): (token: string | undefined) => Promise<VerifiedToken> {
  const fetcher = {
    async fetch(url: string): Promise<ArrayBuffer> {
      try {
        const text = await fetchText(url);
        assertIsJwks(JSON.parse(text));
        return new TextEncoder().encode(text).buffer;
      } catch (cause) {
        throw new KeysUnavailableError(url, cause);
      }
    },
  };
  // An access token has its client in `client_id` and no audience, so both are asked for below.
  const verifier = JwtVerifier.create({ issuer, audience: null }, { jwksCache: new SimpleJwksCache({ fetcher }) });
  return async (token) => {
    if (token === undefined || token === '') return refused('missing', 'there is no token');
    try {
      return claimsOf(await verifier.verify(token), { audience, use });
    } catch (error) {
      if (error instanceof KeysUnavailableError) throw error;
      return refused(error instanceof JwtExpiredError ? 'expired' : 'invalid', whyOf(error));
    }
  };
}

const refused = (refusal: TokenRefusal, why: string): VerifiedToken => ({ outcome: 'refused', refusal, why });

/** In words of our own: the library's messages repeat what the token says. */
const REASONS = [
  [JwtExpiredError, 'it has expired'],
  [JwtInvalidSignatureError, 'it was not signed by the key that it names'],
  [JwtInvalidSignatureAlgorithmError, 'its algorithm is not that of the key'],
  [KidNotFoundInJwksError, 'the pool has no such key'],
  // An unknown key has the keys read again, at most every ten seconds: nobody has the pool asked again and again.
  [WaitPeriodNotYetEndedJwkError, 'the pool had no such key a moment ago'],
  [JwtInvalidIssuerError, 'it is of another issuer'],
] as const;

const whyOf = (error: unknown): string =>
  REASONS.find(([kind]) => error instanceof kind)?.[1] ?? 'it is no token that can be read';

/** Where the claims are that the two kinds of token call by different names. */
const NAMES = {
  id: { audience: 'aud', username: 'cognito:username' },
  access: { audience: 'client_id', username: 'username' },
} as const;

function claimsOf(
  payload: Readonly<Record<string, unknown>>,
  { audience, use }: Pick<TokenVerifierOptions, 'audience' | 'use'>,
): VerifiedToken {
  const names = NAMES[use];
  if (payload.token_use !== use) return refused('invalid', `it is no ${use} token`);
  if (payload[names.audience] !== audience) return refused('invalid', 'it is for another client');
  const { sub, exp, [names.username]: username, 'cognito:groups': groups = [] } = payload;
  // The library lets a token live for ever that does not say when it ends.
  if (typeof sub !== 'string' || typeof username !== 'string' || typeof exp !== 'number' || !isTexts(groups))
    return refused('invalid', 'it lacks claims that each token of a pool has');
  return { outcome: 'verified', claims: { sub, username, groups, expiresAtSeconds: exp } };
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

/**
 * Gives what is at the issuer's address; where AWS_ENDPOINT_URL says that AWS is somewhere else, which each client of the SDK
 * follows, what is there at the same path.
 */
async function fetchFromIssuer(url: string): Promise<string> {
  const { pathname, search } = new URL(url);
  const endpoint = process.env.AWS_ENDPOINT_URL;
  const answer = await fetch(endpoint ? new URL(pathname + search, endpoint) : url, {
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return await answer.text();
}
