import { randomBytes } from 'node:crypto';
import {
  CompactSign,
  type CryptoKey,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose';

/** What a pool signs with, as it is kept. */
export interface KeptKeys {
  /** Private, with their `kid`: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html */
  id: JWK;
  access: JWK;
  /** For the sessions of challenges, which nobody but the pool reads: in base64url. */
  session: string;
}

/** Which of a pool's tokens: each is signed with a key of its own. */
export type TokenUse = 'id' | 'access';

/** What is in a token. */
export type Claims = Record<string, unknown>;

/** What a token is found to be. */
export type Checked = { claims: Claims } | { refused: 'expired' | 'invalid' };

/** Makes keys that nobody else has. */
export async function newKeys(): Promise<KeptKeys> {
  const [id, access] = await Promise.all([newKey(), newKey()]);
  return { id, access, session: randomBytes(32).toString('base64url') };
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomBytes(32).toString('base64'), alg: 'RS256' };
}

/** One of a pool's key pairs; it is read when it is first used. */
interface KeyPair {
  use: TokenUse;
  shown: JWK;
  signing(): Promise<CryptoKey>;
  checking(): Promise<CryptoKey>;
}

/** Signs with a pool's keys, and checks what was signed with them. */
export class PoolKeys {
  readonly #pairs: readonly KeyPair[];
  readonly #session: Uint8Array;

  constructor({ id, access, session }: KeptKeys) {
    this.#pairs = [pairOf('id', id), pairOf('access', access)];
    this.#session = Buffer.from(session, 'base64url');
  }

  /** The set of public keys, as AWS shows it. */
  jwks(): { keys: JWK[] } {
    return { keys: this.#pairs.map(({ shown }) => shown) };
  }

  has(kid: string | undefined): boolean {
    return this.#pairs.some(({ shown }) => shown.kid === kid);
  }

  /** A token with these claims. Its header is `kid` and `alg` alone, and slashes are escaped, as in AWS's. */
  async sign(wanted: TokenUse, claims: Claims): Promise<string> {
    const pair = this.#pairs.find(({ use }) => use === wanted) as KeyPair;
    return new CompactSign(Buffer.from(JSON.stringify(claims).replaceAll('/', '\\/')))
      .setProtectedHeader({ kid: pair.shown.kid as string, alg: 'RS256' })
      .sign(await pair.signing());
  }

  /** Whether the pool has signed the token as this issuer, and whether it is still good at `nowMs` (milliseconds since the epoch). */
  async check(token: string, issuer: string, nowMs: number): Promise<Checked> {
    const kid = kidOf(token);
    const pair = this.#pairs.find(({ shown }) => shown.kid === kid);
    if (!pair) return { refused: 'invalid' };
    const checked = await verified(token, await pair.checking(), 'RS256', nowMs, issuer);
    // Which key it is signed with says what it is for.
    return 'claims' in checked && checked.claims.token_use !== pair.use ? { refused: 'invalid' } : checked;
  }

  /** What a challenge gives its client to come back with, until `expiresAtMs`. */
  async sealSession(claims: Record<string, string>, expiresAtMs: number): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(Math.floor(expiresAtMs / 1000))
      .sign(this.#session);
  }

  /** What was sealed. */
  openSession(session: string, nowMs: number): Promise<Checked> {
    return verified(session, this.#session, 'HS256', nowMs);
  }
}

async function verified(
  token: string,
  key: CryptoKey | Uint8Array,
  algorithm: string,
  nowMs: number,
  issuer?: string,
): Promise<Checked> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [algorithm],
      requiredClaims: ['exp'],
      currentDate: new Date(nowMs),
      ...(issuer !== undefined && { issuer }),
    });
    return { claims: payload };
  } catch (error) {
    return { refused: error instanceof errors.JWTExpired ? 'expired' : 'invalid' };
  }
}

function pairOf(use: TokenUse, kept: JWK): KeyPair {
  const { alg, e, kid, kty, n } = kept;
  const shown = { alg, e, kid, kty, n, use: 'sig' } as JWK;
  return { use, shown, signing: once(() => cryptoKey(kept)), checking: once(() => cryptoKey(shown)) };
}

const cryptoKey = (jwk: JWK) => importJWK(jwk, 'RS256') as Promise<CryptoKey>;

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Which key a token says it is signed with; undefined when it is no token. */
export function kidOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).kid;
  } catch {
    return undefined;
  }
}

/** What a token says, unchecked; undefined when it is none. */
export function unchecked(token: string): Claims | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}
