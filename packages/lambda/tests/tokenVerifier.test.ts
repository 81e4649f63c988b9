import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { KeysUnavailableError, tokenVerifier } from '../tokenVerifier.ts';

const ISSUER = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Abcdefghi';
const CLIENT = 'the-arcade';

/** A key of a pool, as AWS makes them. */
function poolKey(kid: string) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid, privateKey, publicKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' } };
}
const [key, other] = [poolKey('key-1='), poolKey('key-2=')];

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const idClaims = {
  sub: '7f0a',
  'cognito:username': 'Ada',
  'cognito:groups': ['gamer', 'manager'],
  token_use: 'id',
  aud: CLIENT,
  iss: ISSUER,
  iat: inSeconds(-10),
  exp: inSeconds(60),
};
const { aud: _aud, 'cognito:username': _username, ...shared } = idClaims;
const accessClaims = { ...shared, token_use: 'access', client_id: CLIENT, username: 'Ada' };

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A token by `by`, which says that it is by the key named `kid`. */
function tokenOf(claims: object, { by = key, header = { kid: key.kid, alg: 'RS256' } } = {}): string {
  const said = `${base64(header)}.${base64(claims)}`;
  return `${said}.${sign('RSA-SHA256', Buffer.from(said), by.privateKey).toString('base64url')}`;
}

/** A pool whose keys are `keys`, and how often it was asked for them. */
function setUp({ use = 'id' as 'id' | 'access', keys = [key.jwk] } = {}) {
  const asked: string[] = [];
  const pool = { keys };
  const verify = tokenVerifier(
    { issuer: ISSUER, audience: CLIENT, use },
    {
      async fetchText(url) {
        asked.push(url);
        return JSON.stringify({ keys: pool.keys });
      },
    },
  );
  return { verify, asked, pool };
}

describe('a token of the pool', () => {
  it('says who somebody is, whichever name the claims have in its kind', async () => {
    const claims = { sub: '7f0a', username: 'Ada', groups: ['gamer', 'manager'], expiresAtSeconds: idClaims.exp };

    expect(await setUp().verify(tokenOf(idClaims))).toEqual({ outcome: 'verified', claims });
    expect(await setUp({ use: 'access' }).verify(tokenOf(accessClaims))).toEqual({ outcome: 'verified', claims });
  });

  it('of somebody in no group has none', async () => {
    const { 'cognito:groups': _groups, ...alone } = idClaims;

    expect(await setUp().verify(tokenOf(alone))).toMatchObject({ claims: { groups: [] } });
  });

  it('is verified by keys that were asked for once, until one is unknown', async () => {
    const { verify, asked, pool } = setUp();
    await Promise.all([verify(tokenOf(idClaims)), verify(tokenOf(idClaims))]);
    await verify(tokenOf(idClaims));
    expect(asked).toEqual([`${ISSUER}/.well-known/jwks.json`]);

    pool.keys = [key.jwk, other.jwk];
    const byNew = tokenOf(idClaims, { by: other, header: { kid: other.kid, alg: 'RS256' } });
    expect(await verify(byNew)).toMatchObject({ outcome: 'verified' });
    await verify(byNew);
    expect(asked.length).toBe(2);
  });
});

describe('refused is', () => {
  const { alg: _alg, ...anyAlgorithm } = key.jwk;
  const hmac = (claims: object) => {
    const said = `${base64({ kid: key.kid, alg: 'HS256' })}.${base64(claims)}`;
    const secret = key.publicKey.export({ format: 'pem', type: 'spki' });
    return `${said}.${createHmac('sha256', secret).update(said).digest('base64url')}`;
  };
  const { exp: _exp, ...forEver } = idClaims;
  const { sub: _sub, ...nobody } = idClaims;
  const cases: [string, string | undefined, string, (typeof key.jwk)[]?][] = [
    ['no token', undefined, 'missing'],
    ['an empty one', '', 'missing'],
    ['one that has expired', tokenOf({ ...idClaims, exp: inSeconds(-1) }), 'expired'],
    ['one that never expires', tokenOf(forEver), 'invalid'],
    ['one by another key under the name of a good one', tokenOf(idClaims, { by: other }), 'invalid'],
    ['one by a key that the pool does not have', tokenOf(idClaims, { header: { kid: 'x', alg: 'RS256' } }), 'invalid'],
    ['one by no key', tokenOf(idClaims, { header: { alg: 'RS256' } as never }), 'invalid'],
    ['one of algorithm none', tokenOf(idClaims, { header: { kid: key.kid, alg: 'none' } }), 'invalid'],
    ['one without a signature', tokenOf(idClaims).replace(/[^.]*$/, ''), 'invalid'],
    ['one signed with the public key as a secret', hmac(idClaims), 'invalid', [anyAlgorithm as typeof key.jwk]],
    [
      'one that was changed',
      tokenOf(idClaims).replace(/\.[^.]+\./, `.${base64({ ...idClaims, sub: 'x' })}.`),
      'invalid',
    ],
    ['an access token', tokenOf(accessClaims), 'invalid'],
    ['an access token with an audience', tokenOf({ ...accessClaims, aud: CLIENT }), 'invalid'],
    ['one for another client', tokenOf({ ...idClaims, aud: 'other' }), 'invalid'],
    ['one for no client', tokenOf({ ...idClaims, aud: undefined }), 'invalid'],
    ['one of another pool', tokenOf({ ...idClaims, iss: `${ISSUER}x` }), 'invalid'],
    ['one of nobody', tokenOf(nobody), 'invalid'],
    ['what is no token', 'Bearer of news', 'invalid'],
    [
      'one that says no JSON',
      tokenOf(idClaims).replace(/\.[^.]+\./, `.${Buffer.from('Ada').toString('base64url')}.`),
      'invalid',
    ],
  ];

  it.each(cases)('%s, for a reason that repeats nothing of it', async (_what, token, refusal, keys = [key.jwk]) => {
    const answer = await setUp({ keys }).verify(token);

    expect(answer).toEqual({ outcome: 'refused', refusal, why: expect.any(String) });
    expect(JSON.stringify(answer)).not.toMatch(/Ada|7f0a|the-arcade|key-1|news/);
  });

  it('an id token where an access token is wanted', async () => {
    expect(await setUp({ use: 'access' }).verify(tokenOf({ ...idClaims, client_id: CLIENT }))).toMatchObject({
      refusal: 'invalid',
      why: 'it is no access token',
    });
  });
});

describe('a pool whose keys cannot be had', () => {
  it.each<[string, () => Promise<string>]>([
    ['does not answer', () => Promise.reject(new Error('connection refused'))],
    ['answers something else', async () => '<html>'],
    ['has no keys', async () => '{}'],
  ])('that %s refuses nobody: it is a failure, until it is mended', async (_what, fetchText) => {
    let fetching = fetchText;
    const verify = tokenVerifier({ issuer: ISSUER, audience: CLIENT, use: 'id' }, { fetchText: () => fetching() });

    await expect(verify(tokenOf(idClaims))).rejects.toThrow(KeysUnavailableError);

    fetching = async () => JSON.stringify({ keys: [key.jwk] });
    expect(await verify(tokenOf(idClaims))).toMatchObject({ outcome: 'verified' });
  });

  it('is not asked again and again by tokens that name keys of their own', async () => {
    const { verify, asked } = setUp();
    for (const kid of ['a', 'b', 'c']) await verify(tokenOf(idClaims, { header: { kid, alg: 'RS256' } }));

    expect(asked.length).toBe(1);
  });
});

describe('the address of the keys', () => {
  const endings: (() => void)[] = [];
  afterEach(() => {
    for (const end of endings.splice(0)) end();
  });
  const set = (value: string | undefined) => {
    if (value === undefined) delete process.env.AWS_ENDPOINT_URL;
    else process.env.AWS_ENDPOINT_URL = value;
  };

  async function keyServer(status = 200) {
    const asked: string[] = [];
    const server = createServer(({ url = '' }, response) => {
      asked.push(url);
      response.writeHead(status).end(JSON.stringify({ keys: [key.jwk] }));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const before = process.env.AWS_ENDPOINT_URL;
    endings.push(() => {
      server.close();
      set(before);
    });
    return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  it.each([
    ['the issuer, on AWS', (origin: string) => [`${origin}/pool_1`, undefined] as const],
    ['the endpoint of AWS where one is set', (origin: string) => ['http://127.0.0.1:9/pool_1', origin] as const],
  ])('is that of %s', async (_what, placesAt) => {
    const { origin, asked } = await keyServer();
    const [issuer, endpoint] = placesAt(origin);
    set(endpoint);

    const token = await tokenVerifier({ issuer, audience: CLIENT, use: 'id' })(tokenOf({ ...idClaims, iss: issuer }));

    expect(token).toMatchObject({ outcome: 'verified' });
    expect(asked).toEqual(['/pool_1/.well-known/jwks.json']);
  });

  it('is told when nothing good is there', async () => {
    const { origin } = await keyServer(500);
    set(origin);

    const verifying = tokenVerifier({ issuer: ISSUER, audience: CLIENT, use: 'id' })(tokenOf(idClaims));

    await expect(verifying).rejects.toThrow(`the keys at ${ISSUER}/.well-known/jwks.json could not be had`);
  });
});
