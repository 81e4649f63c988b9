import { describe, expect, it } from '@jest/globals';
import type { AlexaMessage } from '../domain/messages.ts';
import { createEventGateway } from '../outside/eventGateway.ts';
import { createHub } from '../outside/hub.ts';
import { createLogin } from '../outside/loginWithAmazon.ts';

/** Somebody outside who answers so, and what was asked of him. */
function outside(status: number, body: unknown) {
  const asked: { url: string; method: string; headers: Record<string, string>; body: string | undefined }[] = [];
  const fetch = async (url: unknown, init: RequestInit = {}) => {
    const headers = Object.fromEntries(new Headers(init.headers));
    asked.push({ url: String(url), method: init.method ?? 'GET', headers, body: init.body as string | undefined });
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return new Response(status === 204 ? null : text, { status });
  };
  return { asked, fetch: fetch as typeof globalThis.fetch, url: 'https://outside.example.com/' };
}
const unreached = {
  url: 'https://outside.example.com',
  fetch: (async () => {
    throw new TypeError('fetch failed');
  }) as unknown as typeof globalThis.fetch,
};

describe('Login with Amazon', () => {
  const client = async () => JSON.stringify({ clientId: 'the-skill', clientSecret: 'its-secret' });
  const tokens = { access_token: 'Atza|a', refresh_token: 'Atzr|r', token_type: 'bearer', expires_in: 3600 };

  it.each([
    ['exchange', 'code-1', 'grant_type=authorization_code&code=code-1'],
    ['refresh', 'Atzr|r', 'grant_type=refresh_token&refresh_token=Atzr%7Cr'],
  ] as const)('is asked as the skill: %s', async (how, what, form) => {
    const amazon = { ...outside(200, tokens), url: 'https://outside.example.com/auth/o2/token' };

    expect(await createLogin(amazon, client)[how](what)).toEqual({
      access: 'Atza|a',
      refresh: 'Atzr|r',
      expiresInSeconds: 3600,
    });
    expect(amazon.asked).toMatchObject([
      {
        url: 'https://outside.example.com/auth/o2/token',
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `${form}&client_id=the-skill&client_secret=its-secret`,
      },
    ]);
  });

  it.each([
    ['a consent that is none any more, for good', 400, { error: 'invalid_grant' }, true],
    ['a client that it does not know', 401, { error: 'invalid_client' }, false],
    ['being busy', 503, 'Service Unavailable', false],
    ['tokens without an end', 200, { access_token: 'a', refresh_token: 'r' }, false],
  ])('says no by %s, and its words hold no token', async (_case, status, body, isFinal) => {
    const asking = createLogin(outside(status, body), client).refresh('Atzr|r');

    await expect(asking).rejects.toMatchObject({ name: 'GrantError', isFinal });
    await expect(asking).rejects.not.toThrow(/Atzr|its-secret/);
  });

  it.each(['its-secret', '{"clientSecret": "its-secret', '{"clientSecret": "its-secret"}', '"its-secret"'])(
    'is not asked by credentials that do not fit, and what they are is not said: %s',
    async (secret) => {
      const amazon = outside(200, tokens);

      const asking = createLogin(amazon, async () => secret).refresh('Atzr|r');

      await expect(asking).rejects.toThrow('the parameter lwa-client is not {"clientId": ..., "clientSecret": ...}');
      await expect(asking).rejects.toMatchObject({ cause: undefined, isFinal: false });
      expect(amazon.asked).toEqual([]);
    },
  );

  it('that is not reached may be later', async () => {
    await expect(createLogin(unreached, client).refresh('Atzr|r')).rejects.toMatchObject({ isFinal: false });
  });
});

describe('the event gateway', () => {
  const message = { event: { header: { messageId: 'm' } } } as AlexaMessage;
  const sent = (from: Parameters<typeof createEventGateway>[0]) =>
    createEventGateway(from).send(message, 'Atza|a', 500);

  it('is told by the customer’s token', async () => {
    const alexa = { ...outside(202, ''), url: 'https://outside.example.com/v3/events' };

    expect(await sent(alexa)).toEqual({ outcome: 'accepted' });
    expect(alexa.asked).toMatchObject([
      {
        url: 'https://outside.example.com/v3/events',
        method: 'POST',
        headers: { authorization: 'Bearer Atza|a', 'content-type': 'application/json' },
        body: JSON.stringify(message),
      },
    ]);
  });

  it.each([
    [403, { payload: { code: 'SKILL_DISABLED_EXCEPTION', description: '' } }, 'SKILL_DISABLED_EXCEPTION'],
    [503, '<html>', 'without a code'],
  ])('says no by %d', async (status, body, code) => {
    expect(await sent(outside(status, body))).toEqual({ outcome: 'refused', status, code });
  });

  it('that is not reached says nothing', async () => {
    expect(await sent(unreached)).toMatchObject({ outcome: 'silent', reason: expect.stringContaining('fetch failed') });
  });
});

describe('a hub in the house', () => {
  const secret = async () => 'hub-secret';
  const sealed = { access: 'sealed-a', refresh: 'sealed-r' };

  it('keeps a grant, gives it back and drops it, for who knows the secret', async () => {
    const house = outside(200, sealed);
    const hub = createHub(house, secret);

    await hub.keep('a/b', sealed);
    expect(await hub.fetch('a/b')).toEqual(sealed);
    await hub.drop('a/b');

    expect(house.asked.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual(
      ['PUT', 'GET', 'DELETE'].map((method) => [
        method,
        'https://outside.example.com/hubs/a%2Fb/grant',
        'Bearer hub-secret',
      ]),
    );
    expect(house.asked[0]?.body).toBe(JSON.stringify(sealed));
  });

  it('has nothing where there is no grant', async () => {
    expect(await createHub(outside(404, {}), secret).fetch('ann')).toBeUndefined();
  });

  it.each([
    ['that is off', outside(503, {})],
    ['that does not know the secret', outside(401, {})],
    ['that nobody has', outside(404, {})],
    ['that is not reached', unreached],
  ])('%s keeps nothing', async (_case, house) => {
    await expect(createHub(house, secret).keep('ann', sealed)).rejects.toMatchObject({ name: 'GrantError' });
  });
});
