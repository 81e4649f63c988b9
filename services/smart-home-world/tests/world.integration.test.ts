import { setTimeout as after } from 'node:timers/promises';
import { createDocumentClient } from '@arcade/dynamodb';
import { type ApiAnswer, PATIENCE_MS } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { switched, told } from '../domain/bulb.ts';
import { issueCode } from '../domain/tokens.ts';
import { createBulbsTable } from '../storage/bulbsTable.ts';
import { createHomesTable } from '../storage/homesTable.ts';
import { createTokensTable } from '../storage/tokensTable.ts';
import { SECRETS, startReceiver, startWorld, type TestHome, type World } from './aws.ts';
import { messageOf } from './parts.ts';

let world: World;
let home: TestHome;
let vendorToken: string;
beforeAll(async () => {
  world = await startWorld();
  home = await world.enter({ seed: 'tests' });
  vendorToken = await world.vendorTokenOf(home.homeId);
  await home.ask('PUT', '/misbehaviour', { latencyMs: 0 });
}, PATIENCE_MS);
afterAll(() => world?.stop());

/** All that was secret in these tests. */
const secrets: string[] = Object.values(SECRETS);

const bearing = (token: string) => ({ authorization: `Bearer ${token}` });
const vendor = (method: string, path: string, body?: unknown, token = vendorToken) =>
  world.ask(method, `/vendor${path}`, body, bearing(token));
/** Says something, at a time of its own. */
async function say(text: string): Promise<string> {
  await world.aws.advance(1);
  return (await home.ask('POST', '/utterances', { text })).body.speech;
}
const seen = async () => (await home.ask('GET', '')).body;
const newest = async () => (await seen()).conversation[0];
const bulb = async (deviceId: string) => {
  const { bulbs } = await seen();
  return bulbs.find((one: { deviceId: string }) => one.deviceId === deviceId);
};

/** Asks for tokens as the skill does: by a form. */
async function exchanged(fields: Record<string, string>): Promise<ApiAnswer> {
  const { clientId, clientSecret } = JSON.parse(SECRETS['lwa-client']);
  const form = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...fields });
  const response = await fetch(`${world.url}/auth/o2/token`, { method: 'POST', body: form });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

async function newCode(): Promise<string> {
  const client = createDocumentClient(world.aws.rootClientConfig);
  const tokens = createTokensTable(client, 'smart-home-world-local-tokens');
  const code = await issueCode(
    { tokens, now: () => world.aws.clock.now(), newId: () => crypto.randomUUID() },
    home.homeId,
  );
  client.destroy();
  secrets.push(code);
  return code;
}

async function accessToken(): Promise<string> {
  const { body } = await exchanged({ grant_type: 'authorization_code', code: await newCode() });
  secrets.push(body.access_token, body.refresh_token);
  return body.access_token;
}

const send = (token: string, parts: Parameters<typeof messageOf>[0]) => {
  const scope = { type: 'BearerToken', token };
  return world.ask(
    'POST',
    '/v3/events',
    messageOf({ ...parts, endpoint: { scope, ...parts?.endpoint } }),
    bearing(token),
  );
};

describe('the voice console', () => {
  it('made a home that is linked, with two bulbs of each kind, which Alexa knows', async () => {
    const { bulbs, linked, conversation, misbehaviour } = await seen();

    expect([linked, bulbs.length, conversation, misbehaviour.latencyMs]).toEqual([true, 8, [], 0]);
    expect(await say('Alexa, discover my devices')).toBe('I found 8 devices.');
  });

  it.each([
    ['turn on the kitchen light', 'OK.', 'answered'],
    ['is the kitchen light on', 'The kitchen light is on, at 55 percent.', 'answered'],
    ['turn on the hall light', /^Sorry, the hall light isn’t responding\. Please check/, 'refused'],
    ['turn on the bedroom light', 'Sorry, the bedroom light isn’t responding.', 'unanswered'],
    ['turn on the reading lamp', 'Sorry, the reading lamp isn’t responding.', 'unanswered'],
    ['open the pod bay doors', /^Sorry, I don’t know that one\. Try “turn on the \w+ light”\.$/, 'misunderstood'],
    ['link my account', 'Your account is linked.', 'answered'],
  ])('hears "%s", and Alexa says: %s', async (text, speech, kind) => {
    expect(await say(text)).toEqual(speech instanceof RegExp ? expect.stringMatching(speech) : speech);

    expect(await newest()).toMatchObject({ text, outcome: { kind } });
  });

  it('waits for an answer that was put off, which comes by the event gateway', async () => {
    expect(await say('turn on the living room light')).toBe('');
    const { directive, outcome } = await newest();
    expect(outcome).toBeUndefined();
    const { correlationToken } = directive.directive.header;
    const token = await accessToken();
    const answer: Parameters<typeof messageOf>[0] = {
      header: { correlationToken, messageId: 'answer-1' },
      properties: [['powerState', 'ON']],
    };
    await world.aws.advance(1000);

    const answers = [
      await send(token, { ...answer, endpoint: { endpointId: 'living-room-light' } }),
      await send(token, answer),
    ];

    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(await newest()).toMatchObject({
      steps: [{ kind: 'direct' }, { kind: 'event', speech: 'OK.', repeated: 1 }],
      outcome: { kind: 'answered', tookMs: 1000 },
    });
    expect((await bulb('living-room-light')).alexa).toEqual({ power: 'ON' });
  });

  it('asks as nobody but the home’s own page', async () => {
    const other = await world.enter();
    const path = `/homes/${home.homeId}`;

    for (const token of [vendorToken, `${home.homeId}.guessed`, '']) {
      expect((await world.ask('GET', path, undefined, bearing(token))).status).toBe(401);
    }
    expect((await other.ask('GET', '')).status).toBe(200);
    expect((await world.ask('GET', path)).headers.get('www-authenticate')).toBe('Bearer');
  });

  it('lets pages of the arcade ask with their key', async () => {
    const headers = { origin: 'http://localhost:4000', 'access-control-request-method': 'PUT' };
    const answer = await fetch(`${world.url}/homes/x/misbehaviour`, { method: 'OPTIONS', headers });

    expect(answer.headers.get('access-control-allow-headers')).toContain('Authorization');
  });
});

describe('the vendor', () => {
  const commands = (deviceId: string) => `/devices/${deviceId}/commands`;

  it('has a command done once, however often it comes, also at the same time', async () => {
    const body = { requestId: 'r-1', brightnessDelta: -10 };

    const answers = await Promise.all([1, 2, 3].map(() => vendor('POST', commands('kitchen-light'), body)));

    const done = { status: 200, body: { state: { power: 'ON', brightness: 70 }, changedAtMs: expect.any(Number) } };
    expect(answers).toMatchObject([done, done, done]);
    expect(await bulb('kitchen-light')).toMatchObject({ state: { brightness: 70 } });
  });

  it('carries out all commands to one bulb that come at once', async () => {
    const ids = ['a', 'b', 'c', 'd'];
    await Promise.all(
      ids.map((requestId) => vendor('POST', commands('hall-light'), { requestId, brightnessDelta: -5 })),
    );

    expect(await bulb('hall-light')).toMatchObject({ state: { brightness: 60 } });
  });

  it('says of a bulb that has to be asked how far it is, and tells nobody by itself', async () => {
    await home.ask('PUT', '/misbehaviour', { latencyMs: 2000 });
    const path = commands('desk-lamp');

    expect(await vendor('POST', path, { requestId: 'r-1', power: 'ON' })).toMatchObject({ status: 202, body: {} });
    expect((await vendor('GET', `${path}/r-1`)).body).toEqual({ status: 'pending' });
    expect(await bulb('desk-lamp')).toMatchObject({ state: { power: 'OFF' } });
    await world.aws.advance(2000);

    expect((await vendor('GET', `${path}/r-1`)).body).toMatchObject({ status: 'done', state: { power: 'ON' } });
    expect(await bulb('desk-lamp')).toMatchObject({ state: { power: 'ON' } });
    await home.ask('PUT', '/misbehaviour', { latencyMs: 0 });
  });

  it.each<[string, number, string, string, object | undefined]>([
    ['who has no token', 401, 'GET', '/devices', undefined],
    ['a device that is not there', 404, 'GET', '/devices/no-bulb', undefined],
    ['a request that was not made', 404, 'GET', '/devices/desk-lamp/commands/none', undefined],
    ['a command to no device', 404, 'POST', commands('no-bulb'), { requestId: 'x', power: 'ON' }],
    ['a brightness that no bulb has', 422, 'POST', commands('desk-lamp'), { requestId: 'x', brightness: 140 }],
    ['two commands in one', 422, 'POST', commands('desk-lamp'), { requestId: 'x', power: 'ON', brightness: 40 }],
    ['a command that says nothing', 422, 'POST', commands('desk-lamp'), { requestId: 'x' }],
    [
      'an address elsewhere',
      422,
      'POST',
      commands('living-room-light'),
      { requestId: 'x', power: 'ON', callbackUrl: 'http://169.254.169.254/changes' },
    ],
    ['a subscription elsewhere', 422, 'PUT', '/subscription', { callbackUrl: 'https://evil.example/changes' }],
  ])('refuses %s: %d', async (_what, status, method, path, body) => {
    const tokens = status === 401 ? ['x.y', `${home.homeId}.guessed`, ''] : [undefined];
    for (const token of tokens) expect((await vendor(method, path, body, token)).status).toBe(status);
  });

  it('knows whose account it is, and shows each device', async () => {
    expect((await vendor('GET', '/account')).body).toEqual({ account: home.homeId, grants: 'table' });
    const { devices } = (await vendor('GET', '/devices')).body;
    expect(devices).toHaveLength(8);
    expect((await vendor('GET', '/devices/garden-light')).body).toMatchObject({
      ...devices.find(({ deviceId }: { deviceId: string }) => deviceId === 'garden-light'),
      sampledAtMs: expect.any(Number),
    });
  });
});

describe('a push', () => {
  /** Lets time pass until so many have come. */
  const untilPushed = async (pushes: readonly unknown[], count: number) => {
    for (let tries = 0; tries < 100 && pushes.length < count; tries++) {
      await world.aws.advance(500);
      await after(1);
    }
    expect(pushes).toHaveLength(count);
  };

  it('comes when a bulb has done what it was told, and again when it was not taken', async () => {
    const receiver = await startReceiver((_push, count) => (count === 1 ? 503 : 200));
    const body = { requestId: 'pushed', power: 'ON', callbackUrl: receiver.url };

    const headers = { ...bearing(vendorToken), 'x-correlation-id': 'chain-7' };
    expect((await world.ask('POST', '/vendor/devices/living-room-light/commands', body, headers)).status).toBe(202);
    await untilPushed(receiver.pushes, 2);

    const [first, second] = receiver.pushes.map(({ body: text }) => JSON.parse(text));
    expect(second.id).toBe(first.id);
    expect(second).toMatchObject({
      type: 'bulb_vendor.state_changed',
      detail: { account: home.homeId, deviceId: 'living-room-light', requestId: 'pushed', state: { power: 'ON' } },
    });
    expect(receiver.pushes.map(({ correlationId }) => correlationId)).toEqual(['chain-7', 'chain-7']);
    await receiver.stop();
  });

  it('tells whoever has subscribed what a hand has done', async () => {
    const receiver = await startReceiver();
    expect((await vendor('PUT', '/subscription', { callbackUrl: receiver.url })).status).toBe(204);

    expect((await home.ask('PUT', '/bulbs/garden-light', { power: 'ON', brightness: 30 })).status).toBe(200);
    await untilPushed(receiver.pushes, 1);

    const { detail } = JSON.parse(receiver.pushes[0]?.body ?? '');
    expect(detail).toMatchObject({ deviceId: 'garden-light', state: { power: 'ON', brightness: 30 } });
    expect(detail).not.toHaveProperty('requestId');
    await receiver.stop();
  });
});

describe('Login with Amazon', () => {
  it('gives tokens for a code once, also to two who come at the same time', async () => {
    const request = { grant_type: 'authorization_code', code: await newCode() };

    const answers = await Promise.all([exchanged(request), exchanged(request), exchanged(request)]);

    for (const { body } of answers) if (body.access_token) secrets.push(body.access_token, body.refresh_token);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
    expect(answers.find(({ status }) => status === 400)?.body).toMatchObject({ error: 'invalid_grant' });
    expect(answers[0]?.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['a wrong secret', { client_secret: 'guessed', grant_type: 'refresh_token' }, 401, 'invalid_client'],
    ['nothing', {}, 400, 'invalid_request'],
  ])('refuses %s in OAuth’s words', async (_what, fields, status, error) => {
    expect(await exchanged(fields as Record<string, string>)).toMatchObject({ status, body: { error } });
  });

  it('refuses what is no form in OAuth’s words, too', async () => {
    expect(await world.ask('POST', '/auth/o2/token', {})).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
  });
});

describe('what is kept', () => {
  it('gives a code to one of two who take it at once', async () => {
    const client = createDocumentClient(world.aws.rootClientConfig);
    const tokens = createTokensTable(client, 'smart-home-world-local-tokens');
    const code = await newCode();

    const taken = await Promise.all([tokens.take(code), tokens.take(code), tokens.take(code)]);
    client.destroy();

    expect(taken.filter((grant) => grant !== undefined)).toHaveLength(1);
  });

  it('takes one of two changes of a bulb that were made at once, and of its request nothing without it', async () => {
    const client = createDocumentClient(world.aws.rootClientConfig);
    const bulbs = createBulbsTable(client, 'smart-home-world-local-homes');
    const found = await bulbs.find(home.homeId, 'counter-light');
    if (!found) throw new Error('there is no such bulb');
    const nowMs = world.aws.clock.now();
    const changeTo = (brightness: number) => {
      const { bulb: changed, coming } = told(found, { brightness }, { nowMs, latencyMs: 0 });
      const requestId = `at-once-${brightness}`;
      const { homeId, deviceId } = found;
      return bulbs.keep(changed, { homeId, deviceId, requestId, fails: false, state: coming.state, doneAtMs: nowMs });
    };

    const outcomes = [await changeTo(10), await changeTo(20), await bulbs.keep(switched(found, {}, nowMs))];
    const requests = await Promise.all(
      [10, 20].map((brightness) => bulbs.findRequest(home.homeId, 'counter-light', `at-once-${brightness}`)),
    );
    client.destroy();

    expect(outcomes).toEqual(['kept', 'changed', 'changed']);
    expect(requests).toMatchObject([{ state: { brightness: 10 } }, undefined]);
  });

  it('has no home any more whose time is over, though DynamoDB may still have it', async () => {
    const client = createDocumentClient(world.aws.rootClientConfig);
    const inADay = () => world.aws.clock.now() + 24 * 60 * 60_000;
    const found = await createHomesTable(client, 'smart-home-world-local-homes', inADay).find(home.homeId);
    client.destroy();

    expect(found).toBeUndefined();
  });
});

describe('the event gateway', () => {
  const codeOf = ({ status, body }: ApiAnswer) => [status, body.header.namespace, body.payload.code];

  it.each([
    ['a token that is none', 401, 'INVALID_ACCESS_TOKEN_EXCEPTION'],
    ['an event that is none', 400, 'INVALID_REQUEST_EXCEPTION'],
    ['an event that is too long', 413, 'REQUEST_ENTITY_TOO_LARGE_EXCEPTION'],
    ['what is no JSON', 400, 'INVALID_REQUEST_EXCEPTION'],
  ])('refuses %s by Alexa’s code', async (what, status, code) => {
    const token = await accessToken();
    const bodies: Record<string, unknown> = {
      'an event that is too long': { event: 'x'.repeat(70_000) },
      'what is no JSON': '{',
    };
    const answer = await world.ask(
      'POST',
      '/v3/events',
      bodies[what] ?? {},
      bearing(status === 401 ? 'Atza|x.y' : token),
    );

    expect(codeOf(answer)).toEqual([status, 'System', code]);
  });

  it('refuses for a customer who has switched off the skill, and turns each message away once when it is busy', async () => {
    const token = await accessToken();
    await home.ask('PUT', '/misbehaviour', { skillDisabled: true });
    expect(codeOf(await send(token, {}))).toEqual([403, 'System', 'SKILL_DISABLED_EXCEPTION']);
    expect((await seen()).linked).toBe(false);
    await home.ask('PUT', '/misbehaviour', {});
    expect((await seen()).linked).toBe(false);
    await say('link my account');
    expect((await seen()).linked).toBe(true);
    await home.ask('PUT', '/misbehaviour', { gatewayBusy: true });

    const first = await send(token, { header: { messageId: 'busy-1' } });
    expect([429, 503]).toContain(first.status);
    expect((await send(token, { header: { messageId: 'busy-1' } })).status).toBe(202);
    await home.ask('PUT', '/misbehaviour', {});
  });
});

describe('a hub', () => {
  it('keeps what it is given, for who knows the secret, and is silent when it is off', async () => {
    const path = `/hubs/${home.homeId}/grant`;
    const hub = (method: string, body?: unknown, headers: Record<string, string> = {}) =>
      world.ask(method, path, body, { ...bearing(SECRETS['hub-secret']), ...headers });

    expect((await hub('PUT', { access: 'sealed' }, { 'if-none-match': '*' })).headers.get('etag')).toBe('"1"');
    expect((await hub('PUT', { access: 'other' }, { 'if-none-match': '*' })).status).toBe(412);
    expect((await hub('PUT', { access: 'other' }, { 'if-match': '"1"' })).headers.get('etag')).toBe('"2"');
    expect(await hub('GET')).toMatchObject({ status: 200, body: { access: 'other' } });
    expect((await world.ask('GET', path, undefined, bearing('guessed'))).status).toBe(401);
    await home.ask('PUT', '/misbehaviour', { hubOff: true });
    expect((await hub('GET')).status).toBe(503);
    await home.ask('PUT', '/misbehaviour', {});
    expect([(await hub('DELETE')).status, (await hub('GET')).status]).toEqual([204, 404]);
  });
});

it('neither the journal nor any log has had a secret in it', async () => {
  const functions = ['console', 'home', 'vendor', 'push', 'tokens', 'gateway', 'hub'];
  const logged = functions.flatMap((name) => world.aws.logs(`smart-home-world-local-${name}`));
  const all = JSON.stringify([world.aws.journal(), logged]);

  expect(logged.length).toBeGreaterThan(20);
  expect(secrets.length).toBeGreaterThan(10);
  expect([...secrets, vendorToken].filter((secret) => all.includes(secret))).toEqual([]);
});

it('a home is gone after a day, with all that it had', async () => {
  await world.aws.advance(24 * 60 * 60_000);

  expect((await home.ask('GET', '')).status).toBe(401);
  expect((await vendor('GET', '/devices')).status).toBe(401);
});
