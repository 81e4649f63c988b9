import { describe, expect, it } from '@jest/globals';
import { AwsError, type AwsPlace, credentialsAt, isDenied, isElsewhere } from '../src/lib/aws.ts';
import { idTokenOf } from './fakePool.ts';

const PLACE: AwsPlace = {
  region: 'eu-west-1',
  identityPoolId: 'eu-west-1:pool',
  aws: { endpoint: 'http://127.0.0.1:4566' },
};
const HOUR_MS = 3_600_000;

/** An identity pool: it knows the tokens that are good, and hands out credentials for an hour. */
function identityPool({ good = ['t1'] } = {}) {
  const clock = { nowMs: 1_000_000 };
  const asked: { url: string; operation: string; input: Record<string, unknown> }[] = [];
  const tokens: { isRefused: boolean }[] = [];
  let given = 0;
  const token = (name: string) =>
    idTokenOf({ sub: '1', iss: 'http://127.0.0.1:4566/eu-west-1_Ab1', 'cognito:username': 'Ada', name });
  const provider = (place = PLACE) =>
    credentialsAt(place, {
      idToken: async ({ isRefused = false } = {}) => {
        tokens.push({ isRefused });
        return token(isRefused ? 't2' : 't1');
      },
      nowMs: () => clock.nowMs,
      async send(url, init) {
        const operation = new Headers(init?.headers).get('x-amz-target') ?? '';
        const input = JSON.parse(String(init?.body)) as { Logins: Record<string, string> };
        asked.push({ url: String(url), operation, input });
        const [login = ''] = Object.values(input.Logins);
        if (!good.some((name) => login === token(name)))
          return Response.json(
            { __type: 'NotAuthorizedException', message: 'Invalid login token. Token expired: 2 >= 1' },
            { status: 400 },
          );
        if (operation.endsWith('GetId')) return Response.json({ IdentityId: 'eu-west-1:id' });
        given += 1;
        return Response.json({
          Credentials: {
            AccessKeyId: `key-${given}`,
            SecretKey: 'secret',
            SessionToken: 'session',
            Expiration: (clock.nowMs + HOUR_MS) / 1000,
          },
        });
      },
    });
  return { provider, clock, asked, tokens };
}

describe('credentials of AWS for whoever is signed in', () => {
  it('are those that the identity pool gives for the id token, under the name of the pool that has signed it', async () => {
    const { provider, asked } = identityPool();

    const credentials = await provider()();

    expect(credentials).toEqual({
      accessKeyId: 'key-1',
      secretAccessKey: 'secret',
      sessionToken: 'session',
      expiration: new Date(1_000_000 + HOUR_MS),
    });
    expect(asked.map(({ url, operation }) => [url, operation])).toEqual([
      ['http://127.0.0.1:4566', 'AWSCognitoIdentityService.GetId'],
      ['http://127.0.0.1:4566', 'AWSCognitoIdentityService.GetCredentialsForIdentity'],
    ]);
    expect(Object.keys(asked[0]?.input.Logins as object)).toEqual([
      'cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1',
    ]);
  });

  it('are asked of AWS itself where no other address is named', async () => {
    const { provider, asked } = identityPool();

    await provider({ ...PLACE, aws: {} })();

    expect(asked[0]?.url).toBe('https://cognito-identity.eu-west-1.amazonaws.com/');
  });

  it('are asked of nobody where AWS is not reached: a laptop’s phones do not try Amazon’s', async () => {
    const { provider, asked } = identityPool();
    const { aws: _here, ...elsewhere } = PLACE;

    await expect(provider(elsewhere)()).rejects.toThrow('open this page where the arcade runs');
    expect(asked).toEqual([]);
  });

  it('are asked for once, however many clients want them, and again five minutes before they end', async () => {
    const { provider, clock, asked } = identityPool();
    const credentials = provider();

    const [one, other] = await Promise.all([credentials(), credentials()]);
    clock.nowMs += HOUR_MS - 300_001;
    const still = await credentials();
    clock.nowMs += 1;
    const renewed = await credentials();

    expect([one, other, still, renewed].map(({ accessKeyId }) => accessKeyId)).toEqual([
      ...['key-1', 'key-1', 'key-1'],
      'key-2',
    ]);
    expect(asked.filter(({ operation }) => operation.endsWith('GetId'))).toHaveLength(1);
  });

  it('are asked for with a new token when the one before is refused, and not a third time', async () => {
    const late = identityPool({ good: ['t2'] });
    const never = identityPool({ good: [] });

    const credentials = await late.provider()();
    const refused = await never
      .provider()()
      .catch((error: unknown) => error);

    expect(credentials.accessKeyId).toBe('key-1');
    expect(late.tokens).toEqual([{ isRefused: false }, { isRefused: true }]);
    expect(never.tokens).toEqual([{ isRefused: false }, { isRefused: true }]);
    expect(refused).toMatchObject({ name: 'NotAuthorizedException', message: expect.stringMatching(/^Invalid login/) });
    expect(isDenied(refused)).toBe(true);
  });

  it('can be asked for again after nobody has answered', async () => {
    let isUp = false;
    const pool = identityPool();
    const credentials = credentialsAt(PLACE, {
      idToken: async () => idTokenOf({ iss: 'x/eu-west-1_A' }),
      nowMs: () => 0,
      async send() {
        if (!isUp) throw new TypeError('Failed to fetch');
        return Response.json({ IdentityId: 'i', Credentials: { Expiration: 1 } });
      },
    });

    const refused = await credentials().catch((error: unknown) => error);
    isUp = true;

    expect(refused).toBeInstanceOf(AwsError);
    expect(isDenied(refused)).toBe(false);
    await expect(credentials()).resolves.toMatchObject({ expiration: new Date(1000) });
    expect(pool.asked).toEqual([]);
  });

  it('tell a page from which AWS is not reached apart from an AWS that refuses, or does not answer', async () => {
    const { aws: _here, ...elsewhere } = PLACE;
    const refusal = (place: AwsPlace) =>
      credentialsAt(place, {
        idToken: async () => idTokenOf({ iss: 'x/eu-west-1_A' }),
        nowMs: () => 0,
        send: () => Promise.reject(new TypeError('Failed to fetch')),
      })().catch((error: unknown) => error);
    const [away, down] = await Promise.all([refusal(elsewhere), refusal(PLACE)]);

    expect([isElsewhere(away), isDenied(away)]).toEqual([true, false]);
    expect([isElsewhere(down), isDenied(down)]).toEqual([false, false]);
  });
});
