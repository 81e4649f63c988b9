import { describe, expect, it } from '@jest/globals';
import { createVirtualClock } from '../../core/clock.ts';
import type { Core } from '../../core/cloud.ts';
import { Journal } from '../../core/journal.ts';
import type { AnyResourceType, ResourceContext } from '../../core/resource.ts';
import { Services } from '../../core/services.ts';
import { ApiTable } from '../../front-door/apiTable.ts';
import { createIam } from '../../iam/index.ts';
import { claimTexts } from '../authorizers/claims.ts';
import { createApiGateway } from '../index.ts';

const POOL = 'arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_arcade';
const CLIENT = '4q3nb9f2kd';
const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:game';

type Json = Record<string, unknown>;

/** A token of the fake pool says what it is. */
const tokenOf = (claims: Json) => Buffer.from(JSON.stringify(claims)).toString('base64url');

async function startApi(authorizer: Json = {}, method: Json = {}) {
  const clock = createVirtualClock();
  const atSeconds = Math.floor(clock.now() / 1000);
  const journal = new Journal(clock);
  const core = { clock, journal, newId: () => '6f1c8a52-9d9f-4c36-8c55-5a1f0a5b9a01', services: new Services() };
  const checked: string[] = [];
  const events: unknown[] = [];
  const gateway = createApiGateway(core as unknown as Core, {
    lambda: {
      functions: {
        async invoke(_name, event) {
          events.push(event);
          return { payload: '{"statusCode":200}', log: [], logStreamName: '', durationMs: 1 };
        },
      },
    },
    iam: createIam({ clock }),
    tokens: {
      async check(token, pools) {
        checked.push(token);
        const claims = JSON.parse(Buffer.from(token, 'base64url').toString()) as Json;
        if (claims.pool !== pools[0]) return { refused: 'invalid' };
        return Number(claims.exp) * 1000 <= clock.now() ? { refused: 'expired' } : { claims };
      },
    },
  });
  const create = (typeName: string, logicalId: string, properties: Json) => {
    const type = gateway.resources.find((one) => one.type === typeName) as AnyResourceType;
    const context: ResourceContext = { stackName: 's', logicalId, generateName: () => `s-${logicalId}` };
    return type.create(type.properties.parse(properties), context);
  };
  const { physicalId: RestApiId, attributes } = await create('AWS::ApiGateway::RestApi', 'Api', { Name: 'arcade' });
  const { physicalId: AuthorizerId } = await create('AWS::ApiGateway::Authorizer', 'Players', {
    RestApiId,
    Name: 'players',
    Type: 'COGNITO_USER_POOLS',
    IdentitySource: 'method.request.header.Authorization',
    ProviderARNs: [POOL],
    ...authorizer,
  });
  const closed = { RestApiId, ResourceId: attributes.RootResourceId, AuthorizationType: 'COGNITO_USER_POOLS' };
  await create('AWS::ApiGateway::Method', 'Post', {
    ...closed,
    AuthorizerId,
    HttpMethod: 'POST',
    Integration: {
      Type: 'AWS_PROXY',
      IntegrationHttpMethod: 'POST',
      Uri: `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`,
    },
    ...method,
  });
  await create('AWS::ApiGateway::Method', 'Get', {
    ...closed,
    AuthorizerId,
    HttpMethod: 'GET',
    MethodResponses: [{ StatusCode: '200' }],
    Integration: {
      Type: 'MOCK',
      RequestTemplates: { 'application/json': '{"statusCode":200}' },
      IntegrationResponses: [
        {
          StatusCode: '200',
          ResponseTemplates: {
            'application/json':
              "$context.authorizer.claims.sub is $context.authorizer.claims['cognito:username'], until $context.authorizer.claims.exp",
          },
        },
      ],
    },
  });
  await create('AWS::ApiGateway::GatewayResponse', 'Unauthorized', {
    RestApiId,
    ResponseType: 'UNAUTHORIZED',
    ResponseParameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" },
  });
  await create('AWS::ApiGateway::Deployment', 'Deployment', { RestApiId, StageName: 'dev' });
  const table = new ApiTable([gateway.apis]);
  const call = async (authorization?: string, httpMethod = 'POST') => {
    const answer = await table.serve({
      method: httpMethod,
      path: `/_api/${RestApiId}/dev/`,
      query: new URLSearchParams(),
      rawQuery: '',
      headers: authorization === undefined ? {} : { authorization },
      rawHeaders: [],
      body: Buffer.alloc(0),
      requestId: 'request',
    });
    if (!answer) throw new Error('a REST API answers whatever comes');
    return answer;
  };
  const id = (more: Json = {}): Json => ({
    pool: POOL,
    sub: 'a-player',
    aud: CLIENT,
    token_use: 'id',
    'cognito:username': "O'Neil",
    iat: atSeconds,
    exp: atSeconds + 3600,
    ...more,
  });
  return { call, id, checked, events, clock, journal, create, closed, AuthorizerId };
}

const expression = { IdentityValidationExpression: CLIENT };

describe('a method behind an authorizer of a user pool', () => {
  it('answers 401 without a token, through the gateway response, and calls nothing', async () => {
    const { call, events, journal } = await startApi();
    const { status, headers, body } = await call();

    expect([status, headers['x-amzn-errortype'], headers['access-control-allow-origin']]).toEqual([
      401,
      'UnauthorizedException',
      '*',
    ]);
    expect(body).toBe('{"message":"Unauthorized"}');
    expect(events).toEqual([]);
    expect(journal.ended().at(-1)?.error).toEqual({
      code: 'UNAUTHORIZED',
      message: "There is no token in the header 'authorization'.",
    });
  });

  const cases: [title: string, token: Json, status: number][] = [
    ['lets an id token in', {}, 200],
    ['refuses an access token', { token_use: 'access', aud: undefined, client_id: CLIENT, scope: 'arcade/play' }, 401],
    ['refuses what an access token pretends to be for the client', { token_use: 'access' }, 401],
    ['refuses a token without a use', { token_use: undefined }, 401],
    ['refuses the token of another pool', { pool: `${POOL}2` }, 401],
    ['refuses the token of another client', { aud: 'another' }, 401],
    ['refuses a token for a client whose name only begins like it', { aud: `${CLIENT}0` }, 401],
    ['refuses a token for several', { aud: [CLIENT] }, 401],
  ];
  it.each(cases)('%s', async (_title, token, wanted) => {
    const { call, id, events } = await startApi(expression);

    expect((await call(tokenOf(id(token)))).status).toBe(wanted);
    expect(events).toHaveLength(wanted === 200 ? 1 : 0);
  });

  it('takes the token bare and behind Bearer, and no other scheme', async () => {
    const { call, id } = await startApi();
    const token = tokenOf(id());
    const statuses = [];
    for (const sent of [token, `Bearer ${token}`, 'Bearer ', '']) statuses.push((await call(sent)).status);

    expect(statuses).toEqual([200, 200, 401, 401]);
  });

  it('says of an expired token that it has expired', async () => {
    const { call, id } = await startApi();
    const { status, body } = await call(tokenOf(id({ exp: 1 })));

    expect([status, body]).toEqual([401, '{"message":"The incoming token has expired"}']);
  });

  it('asks for an access token with one of its scopes where it names some', async () => {
    const { call, id } = await startApi({}, { AuthorizationScopes: ['arcade/play', 'arcade/watch'] });
    const access = (scope: string) => tokenOf(id({ token_use: 'access', aud: undefined, scope }));
    const statuses = [];
    for (const token of [access('openid arcade/watch'), access('arcade/watchers'), tokenOf(id())])
      statuses.push((await call(token)).status);

    expect(statuses).toEqual([200, 401, 401]);
  });

  it('gives the claims to a function as texts, and to mapping templates', async () => {
    const { call, id, events } = await startApi();
    const token = tokenOf(id({ iat: 1680630000, exp: 4102444800, auth_time: 1680629979, email_verified: true }));
    await call(token);
    const { body } = await call(token, 'GET');

    const { requestContext } = events[0] as { requestContext: Json };
    expect(Object.keys(requestContext).slice(0, 3)).toEqual(['resourceId', 'authorizer', 'resourcePath']);
    expect(requestContext.authorizer).toMatchObject({
      claims: { sub: 'a-player', auth_time: '1680629979', email_verified: 'true', iat: 'Tue Apr 04 17:40:00 UTC 2023' },
    });
    expect(body).toBe("a-player is O'Neil, until Fri Jan 01 00:00:00 UTC 2100");
  });

  it('checks a token once in the TTL, and again after it; not beyond the expiry of the token', async () => {
    const { call, id, checked, clock } = await startApi({ AuthorizerResultTtlInSeconds: 60 });
    const token = tokenOf(id({ exp: Math.floor(clock.now() / 1000) + 90 }));
    const statuses: number[] = [];
    const seen: number[] = [];
    for (const ms of [0, 59_000, 1_000, 31_000]) {
      await clock.advance(ms);
      statuses.push((await call(token)).status);
      seen.push(checked.length);
    }

    expect(statuses).toEqual([200, 200, 200, 401]);
    expect(seen).toEqual([1, 1, 2, 3]);
  });

  it('checks each time with a TTL of 0, and forgets the tokens that came first', async () => {
    const eager = await startApi({ AuthorizerResultTtlInSeconds: 0 });
    await eager.call(tokenOf(eager.id()));
    await eager.call(tokenOf(eager.id()));
    const busy = await startApi();
    const tokens = Array.from({ length: 5_001 }, (_, index) => tokenOf(busy.id({ jti: index })));
    for (const token of tokens) await busy.call(token);
    await busy.call(tokens.at(-1));
    const before = busy.checked.length;
    await busy.call(tokens[0]);

    expect(eager.checked).toHaveLength(2);
    expect([before, busy.checked.length]).toEqual([5_001, 5_002]);
  });

  it('cannot be made without its authorizer, nor an authorizer that is not executed', async () => {
    const { create, closed, AuthorizerId } = await startApi();
    const mock = { Type: 'MOCK', RequestTemplates: { 'application/json': '{"statusCode":200}' } };
    const method = { ...closed, HttpMethod: 'PUT', Integration: mock };
    const { RestApiId } = closed;

    await expect(create('AWS::ApiGateway::Method', 'Put', { ...method, AuthorizerId: 'none' })).rejects.toThrow(
      'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.',
    );
    await expect(
      create('AWS::ApiGateway::Method', 'Put', { ...method, AuthorizerId, AuthorizationType: 'NONE' }),
    ).rejects.toThrow('needs the AuthorizationType COGNITO_USER_POOLS');
    expect(() => create('AWS::ApiGateway::Method', 'Put', { ...method, AuthorizationType: 'AWS_IAM' })).toThrow(
      'is not executed: only NONE and COGNITO_USER_POOLS',
    );
    expect(() => create('AWS::ApiGateway::Authorizer', 'Other', { RestApiId, Name: 'other', Type: 'TOKEN' })).toThrow(
      'authorizers of REST APIs that are functions (TOKEN, REQUEST) are not executed',
    );
  });
});

describe('the claims of a token', () => {
  it('are texts, as API Gateway writes them', () => {
    const claims = {
      'cognito:groups': ['gamer', 'manager'],
      'custom:level': '7',
      email_verified: false,
      exp: 1680633579,
      identities: [{ userId: '1' }],
      __proto__: null,
      nothing: undefined,
    };

    expect(claimTexts(claims)).toEqual({
      'cognito:groups': 'gamer,manager',
      'custom:level': '7',
      email_verified: 'false',
      exp: 'Tue Apr 04 18:39:39 UTC 2023',
      identities: '{"userId":"1"}',
    });
  });
});
