import { beforeEach, describe, expect, it } from '@jest/globals';
import { typeOf } from '../../core/tests/testCore.ts';
import { createSecretsManager } from '../../secretsmanager/index.ts';
import { ApiDestinations } from '../destinations/apiDestinations.ts';
import { Connections, type Credentials } from '../destinations/connections.ts';
import { requestOf } from '../destinations/invoke.ts';
import { verdictOf } from '../retryPolicy.ts';
import { createHarness, type Harness, ROLE } from './harness.ts';

const endpoint = 'https://partner.example/hooks?v=1';
const none = { HeaderParameters: [], QueryStringParameters: [], BodyParameters: [] };
const withKey: Credentials = {
  authorization: { type: 'API_KEY', keyName: 'X-Key', keyValue: 'hush' },
  parameters: none,
};
const parameter = (Key: string, Value: string) => ({ Key, Value, IsValueSecret: false });

describe('a request to an API destination', () => {
  it("has the connection's key and AWS's own headers, and the event as it is", () => {
    const request = requestOf({ endpoint, method: 'POST' }, withKey, '{"id":"ü"}');

    expect(request).toMatchObject({ method: 'POST', body: '{"id":"ü"}' });
    expect(String(request.url)).toBe(endpoint);
    expect(request.headers).toEqual({
      'Content-Type': 'application/json; charset=utf-8',
      'X-Key': 'hush',
      'User-Agent': 'Amazon/EventBridge/ApiDestinations',
      Range: 'bytes=0-1048575',
      'Accept-Encoding': 'gzip,deflate',
      Connection: 'close',
      'Content-Length': '11',
    });
  });

  it('has a name and a password as HTTP writes them', () => {
    const credentials: Credentials = {
      authorization: { type: 'BASIC', username: 'ann', password: 'ü:1' },
      parameters: none,
    };

    const { Authorization = '' } = requestOf({ endpoint, method: 'PUT' }, credentials, '{}').headers;

    expect(Buffer.from(Authorization.replace('Basic ', ''), 'base64').toString()).toBe('ann:ü:1');
  });

  it("has the connection's parameters, but for headers that are EventBridge's own", () => {
    const parameters = {
      HeaderParameters: [
        parameter('X-Game', 'fakemon'),
        parameter('user-agent', 'mine'),
        parameter('content-type', 'a/b'),
      ],
      QueryStringParameters: [parameter('v', '2'), parameter('q', 'a b')],
      BodyParameters: [parameter('id', 'theirs')],
    };

    const { url, headers, body } = requestOf(
      { endpoint, method: 'POST' },
      { ...withKey, parameters },
      '{"id":"1","n":2}',
    );

    expect(String(url)).toBe('https://partner.example/hooks?v=2&q=a+b');
    expect(headers).toMatchObject({ 'X-Game': 'fakemon', 'content-type': 'a/b' });
    expect(headers['User-Agent']).toBe('Amazon/EventBridge/ApiDestinations');
    expect(Object.keys(headers)).not.toContain('Content-Type');
    expect(Object.keys(headers)).not.toContain('user-agent');
    expect(JSON.parse(body)).toEqual({ id: 'theirs', n: 2 });
  });
});

describe('what follows a request that failed', () => {
  const after = (tries: number, retryAfterMs: number) =>
    verdictOf(
      { tries, sinceMs: 0 },
      { code: 'ApiDestinationError', message: '', mayPass: true, retryAfterMs },
      undefined,
      0,
    );

  it('is the longer of the own pause and the one that the endpoint asks for', () => {
    expect(after(1, 7000)).toEqual({ pauseMs: 7000 });
    expect(after(10, 7000)).toEqual({ pauseMs: 480_000 });
  });

  it('is nothing when the endpoint wants no more of it, or only when it is too old', () => {
    expect(after(1, -1)).toEqual({ over: '' });
    expect(after(1, 90_000_000)).toEqual({ over: 'MaximumEventAgeInSeconds' });
  });
});

describe('connections and API destinations', () => {
  let harness: Harness;

  beforeEach(() => {
    harness = createHarness();
  });

  const connection = (more: object = {}) =>
    harness.create('AWS::Events::Connection', {
      Name: 'partner',
      AuthorizationType: 'API_KEY',
      AuthParameters: {
        ApiKeyAuthParameters: { ApiKeyName: 'X-Key', ApiKeyValue: 'hush' },
        InvocationHttpParameters: {
          HeaderParameters: [
            { Key: 'X-Open', Value: 'open', IsValueSecret: false },
            { Key: 'X-Shut', Value: 'hush-too' },
          ],
        },
      },
      ...more,
    });
  const destination = (ConnectionArn: string | undefined, more: object = {}) =>
    harness.create('AWS::Events::ApiDestination', {
      Name: 'hook',
      ConnectionArn,
      InvocationEndpoint: endpoint,
      HttpMethod: 'POST',
      ...more,
    });

  it('are described without what is secret, and have the same ARNs each time that they are made', async () => {
    const { attributes } = await connection();
    const { Arn = '', SecretArn = '' } = attributes;
    const made = await destination(Arn);

    expect(Arn).toMatch(/^arn:aws:events:eu-west-1:000000000000:connection\/partner\/[0-9a-f-]{36}$/);
    expect(SecretArn).toMatch(/:secret:events!connection\/partner\/[0-9a-f-]{36}-[0-9a-f]{6}$/);
    const described = await harness.call('DescribeConnection', { Name: 'partner' });
    expect(described).toMatchObject({
      ConnectionState: 'AUTHORIZED',
      SecretArn,
      AuthParameters: {
        ApiKeyAuthParameters: { ApiKeyName: 'X-Key' },
        InvocationHttpParameters: {
          HeaderParameters: [
            { Key: 'X-Open', Value: 'open', IsValueSecret: false },
            { Key: 'X-Shut', IsValueSecret: true },
          ],
        },
      },
    });
    const list = [await harness.call('ListConnections', {}), await harness.call('ListApiDestinations', {})];
    expect(list).toMatchObject([
      { Connections: [{ ConnectionArn: Arn }] },
      { ApiDestinations: [{ ApiDestinationArn: made.attributes.Arn, InvocationRateLimitPerSecond: 300 }] },
    ]);
    expect(JSON.stringify([described, list])).not.toContain('hush');
    harness = createHarness();
    expect((await connection()).attributes).toEqual(attributes);
    expect((await destination(Arn)).attributes).toEqual(made.attributes);
  });

  it('keep what is secret in Secrets Manager alone, and take it away when they go', async () => {
    const secretsManager = createSecretsManager(harness.core);
    const connections = new Connections(harness.core, secretsManager.secrets);
    const wanted = {
      ...withKey,
      owner: 'tests',
      name: 'partner',
      parameters: { ...none, BodyParameters: [parameter('a', 'b')] },
    };
    const made = connections.create(wanted);

    expect(JSON.stringify(made)).not.toContain('hush');
    expect(JSON.parse(secretsManager.secrets.valueOf(made.secretArn))).toEqual({
      api_key_name: 'X-Key',
      api_key_value: 'hush',
      invocation_http_parameters: { body_parameters: [{ key: 'a', value: 'b', is_value_secret: false }] },
    });
    const basic = { type: 'BASIC', username: 'ann', password: 'b' } as const;
    const { secretArn } = connections.change({ ...wanted, authorization: basic });
    expect(secretArn).toBe(made.secretArn);
    expect(connections.credentialsOf(connections.find('partner'))).toMatchObject({ authorization: basic });
    connections.remove('partner');
    expect(secretsManager.secrets.list()).toEqual([]);
  });

  it('let so many requests go in a second', async () => {
    const connections = new Connections(harness.core, createSecretsManager(harness.core).secrets);
    const { arn: connectionArn } = connections.create({ ...withKey, owner: 'tests', name: 'partner' });
    const destinations = new ApiDestinations(harness.core, connections);
    const known = { owner: 'tests', name: 'hook', connectionArn, endpoint, method: 'POST' } as const;
    const { arn } = destinations.create({ ...known, rate: 2 });
    await harness.core.clock.advance(300);

    const ask = (...ids: string[]) => ids.map((id) => destinations.takeTurn(arn, id));

    expect(ask('a', 'b', 'c', 'd', 'e')).toEqual([0, 0, 700, 700, 1700]);
    await harness.core.clock.advance(700);
    expect(ask('c', 'f', 'd', 'e')).toEqual([0, 1000, 0, 1000]);
    destinations.letGo('f');
    await harness.core.clock.advance(1000);
    expect(ask('e', 'f')).toEqual([0, 1000]);
    await harness.core.clock.advance(60_000);
    expect(ask('g', 'h', 'i')).toEqual([0, 0, 1000]);
  });

  it('are refused in the words of AWS when something is not there', async () => {
    await expect(harness.call('DescribeConnection', { Name: 'none' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: "Failed to describe the connection(s). Connection 'none' does not exist.",
    });
    await expect(harness.call('DescribeApiDestination', { Name: 'none' })).rejects.toMatchObject({
      message: "Failed to describe the api-destination(s). An api-destination 'none' does not exist.",
    });
    await expect(destination('arn:aws:events:eu-west-1:000000000000:connection/none/1')).rejects.toMatchObject({
      message: "Failed to describe the connection(s). Connection 'none' does not exist.",
    });
  });

  const problems = (type: string, properties: object) =>
    JSON.stringify(typeOf(harness.events, type).properties.safeParse(properties).error?.issues);

  it.each([
    [
      'the way of authorization that is not executed',
      { AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS', AuthParameters: {} },
      'no OAUTH_CLIENT_CREDENTIALS',
    ],
    ['its parameters', { AuthorizationType: 'API_KEY', AuthParameters: { OAuthParameters: {} } }, 'OAuthParameters'],
    [
      "another way's parameters",
      { AuthorizationType: 'API_KEY', AuthParameters: { BasicAuthParameters: { Username: 'a', Password: 'hush' } } },
      'must have ApiKeyAuthParameters, and no others',
    ],
    [
      'a password that is too long',
      {
        AuthorizationType: 'BASIC',
        AuthParameters: { BasicAuthParameters: { Username: 'a', Password: 'hush'.repeat(200) } },
      },
      'is longer than 512 characters',
    ],
  ])('a connection is refused with %s, and no secret is repeated', (_what, properties, message) => {
    expect(problems('AWS::Events::Connection', properties)).toContain(message);
    expect(problems('AWS::Events::Connection', properties)).not.toContain('hush');
  });

  it.each([
    ['http://partner.example/', /must be an https address/],
    ['ftp://127.0.0.1/', /must be an https address/],
    ['nowhere', /must be an https address/],
    ['https://partner.example/*/x', /no path parameters/],
  ])('a destination is refused at %s', async (InvocationEndpoint, message) => {
    const ConnectionArn = 'arn:aws:events:eu-west-1:000000000000:connection/a/b';
    expect(problems('AWS::Events::ApiDestination', { ConnectionArn, InvocationEndpoint, HttpMethod: 'POST' })).toMatch(
      message,
    );
  });

  it.each([
    [
      'an API destination without a role',
      { Arn: 'arn:aws:events:eu-west-1:000000000000:api-destination/hook/1' },
      'RoleArn is required for target one.',
    ],
    [
      'HTTP parameters of its own',
      { Arn: 'arn:aws:events:eu-west-1:000000000000:api-destination/hook/1', RoleArn: ROLE, HttpParameters: {} },
      'HttpParameters',
    ],
  ])('a target is refused with %s', async (_case, target, message) => {
    const Targets = [{ Id: 'one', ...target }];

    expect(problems('AWS::Events::Rule', { EventPattern: { source: ['a'] }, Targets })).toContain(message);
  });
});
