import { beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import { createTestCore } from '../../core/tests/testCore.ts';
import { type Pool, UserPools } from '../pools.ts';
import { createPoolTokens } from '../poolTokens.ts';
import { poolProperties } from '../resources/poolProperties.ts';

const core = createTestCore();
const pools = new UserPools(core);
const tokens = createPoolTokens(pools, core.clock);
const nowSeconds = core.clock.now() / 1000;
let pool: Pool;
let other: Pool;
beforeAll(async () => {
  const made = (madeFor: string) => pools.create({ stackName: 'arcade', madeFor }, poolProperties.parse({}));
  [pool, other] = [await made('players'), await made('others')];
});

const claims = (more: object = {}) => ({
  iss: pools.issuerOf(pool),
  token_use: 'id',
  aud: 'client',
  exp: nowSeconds + 60,
  ...more,
});

describe("a pool's token", () => {
  it('is good, and says what was signed', async () => {
    const token = await pool.signing.sign('id', claims());

    expect(await tokens.check(token, [other.arn, pool.arn])).toEqual({ claims: claims() });
  });

  it('has a header of kid and alg alone, and escapes slashes, as on AWS', async () => {
    const [header = '', payload = ''] = (await pool.signing.sign('access', claims())).split('.');

    expect(Object.keys(JSON.parse(Buffer.from(header, 'base64url').toString()))).toEqual(['kid', 'alg']);
    expect(Buffer.from(payload, 'base64url').toString()).toContain('"iss":"http:\\/\\/127.0.0.1');
  });

  it('is checked by anybody with the keys that the pool shows, which are two and hold nothing private', async () => {
    const jwks = pool.signing.jwks();
    const token = await pool.signing.sign('id', claims());

    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), { currentDate: new Date(core.clock.now()) });

    expect(payload).toEqual(claims());
    expect(jwks.keys.map((key) => Object.keys(key))).toEqual(Array(2).fill(['alg', 'e', 'kid', 'kty', 'n', 'use']));
    expect(jwks.keys[0]?.kid).not.toBe(jwks.keys[1]?.kid);
  });

  it.each<[string, () => Promise<string> | string, 'invalid' | 'expired']>([
    ['has expired', () => pool.signing.sign('id', claims({ exp: nowSeconds })), 'expired'],
    ['has expired and is of another issuer', () => pool.signing.sign('id', claims({ exp: 1, iss: 'x' })), 'invalid'],
    ['never expires', () => pool.signing.sign('id', claims({ exp: undefined })), 'invalid'],
    ['is of another issuer', () => pool.signing.sign('id', claims({ iss: 'http://elsewhere' })), 'invalid'],
    ['is of a pool that is not asked for', () => other.signing.sign('id', claims()), 'invalid'],
    [
      'is an access token signed with the key of id tokens',
      () => pool.signing.sign('id', claims({ token_use: 'access' })),
      'invalid',
    ],
    ['is signed with another key under a kid of the pool', () => signedElsewhere(), 'invalid'],
    ['was changed', async () => changed(await pool.signing.sign('id', claims())), 'invalid'],
    ['is not signed', () => new UnsecuredJWT(claims()).encode(), 'invalid'],
    ['is not signed, under a kid of the pool', () => unsigned(), 'invalid'],
    ['is signed with a public key for a secret', () => withPublicKeyAsSecret(), 'invalid'],
    ['is no token', () => 'a.b.c', 'invalid'],
    ['is empty', () => '', 'invalid'],
  ])('is refused when it %s', async (_how, token, refused) => {
    expect(await tokens.check(await token(), [pool.arn])).toEqual({ refused });
  });

  it('is refused where no pool is asked for', async () => {
    expect(await tokens.check(await pool.signing.sign('id', claims()), [])).toEqual({ refused: 'invalid' });
  });

  it('is good after a restart, with the keys that are kept', async () => {
    const token = await pool.signing.sign('access', claims({ token_use: 'access' }));
    await core.store.settled();
    const next = createTestCore({ after: core });
    const restarted = createPoolTokens(new UserPools(next), next.clock);

    expect(await restarted.check(token, [pool.arn])).toEqual({ claims: claims({ token_use: 'access' }) });
  });
});

const kid = () => pool.signing.jwks().keys[0]?.kid as string;

async function signedElsewhere(): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256');
  return new SignJWT(claims()).setProtectedHeader({ alg: 'RS256', kid: kid() }).sign(privateKey);
}

async function withPublicKeyAsSecret(): Promise<string> {
  const { publicKey } = await generateKeyPair('RS256', { extractable: true });
  const secret = Buffer.from(JSON.stringify(await exportJWK(publicKey)));
  return new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: kid() }).sign(secret);
}

function unsigned(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', kid: kid() })}.${part(claims())}.`;
}

function changed(token: string): string {
  const [header, , signature] = token.split('.');
  return [header, Buffer.from(JSON.stringify(claims({ sub: 'x' }))).toString('base64url'), signature].join('.');
}
