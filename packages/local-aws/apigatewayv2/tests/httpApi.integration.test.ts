import { afterEach, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { openRoom, type Room } from './room.ts';

let room: Room | undefined;
afterEach(async () => {
  await room?.stop();
  room = undefined;
});
const open = async (...options: Parameters<typeof openRoom>) => {
  room = await openRoom(...options);
  return room;
};
const call = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${room?.url}${path}`, init);
  const text = await response.text();
  const event = () => JSON.parse(text) as APIGatewayProxyEventV2;
  return { status: response.status, headers: response.headers, text, event };
};
const answering = (answer: unknown) =>
  call('/answer', { method: 'POST', body: JSON.stringify(answer), headers: { 'content-type': 'application/json' } });

describe('an HTTP API', () => {
  it('hands a function the request in payload format 2.0', async () => {
    const { url, aws } = await open();

    const { event, headers } = await call('/pages/blue%20moon?page=1&page=2&sort=a%26b', {
      headers: [
        ['Cookie', 'a=1; b=2'],
        ['X-Player', 'ann'],
        ['X-Player', 'bob'],
        ['User-Agent', 'a test'],
      ],
    });

    expect(event()).toMatchObject({
      version: '2.0',
      routeKey: 'GET /pages/{name}',
      rawPath: '/pages/blue moon',
      rawQueryString: 'page=1&page=2&sort=a%26b',
      cookies: ['a=1', 'b=2'],
      queryStringParameters: { page: '1,2', sort: 'a&b' },
      pathParameters: { name: 'blue moon' },
      headers: { 'x-player': 'ann, bob', 'x-forwarded-for': '127.0.0.1' },
      requestContext: {
        accountId: '000000000000',
        apiId: resourceId(aws, 'AWS::ApiGatewayV2::Api', 'HttpApi'),
        domainName: new URL(url ?? '').host,
        http: {
          method: 'GET',
          path: '/pages/blue moon',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'a test',
        },
        requestId: headers.get('apigw-requestid'),
        routeKey: 'GET /pages/{name}',
        stage: '$default',
        time: '01/Jan/2030:00:00:00 +0000',
        timeEpoch: Date.parse('2030-01-01T00:00:00Z'),
      },
      isBase64Encoded: false,
    });
    expect(event()).not.toHaveProperty('body');
    expect(event().headers).not.toHaveProperty('cookie');
  });

  it('leaves out what is not there', async () => {
    await open();

    const event = (await call('/nowhere')).event();

    for (const member of ['cookies', 'queryStringParameters', 'pathParameters', 'stageVariables', 'body'])
      expect(event).not.toHaveProperty(member);
    expect(event).toMatchObject({ routeKey: '$default', rawQueryString: '' });
  });

  it('hands bodies on as text or, when they are none, in base64', async () => {
    await open();
    const bodyOf = async (type: string) => {
      const { event } = await call('/files/a', { method: 'PUT', body: 'a=1', headers: { 'content-type': type } });
      return [event().body, event().isBase64Encoded];
    };

    expect(await bodyOf('application/json; charset=utf-8')).toEqual(['a=1', false]);
    expect(await bodyOf('application/x-www-form-urlencoded')).toEqual(['YT0x', true]);
    expect(await bodyOf('image/png')).toEqual(['YT0x', true]);
  });

  it('takes the closest path, then the greedy one, then $default', async () => {
    await open();
    const routeOf = async (path: string, method = 'GET') => (await call(path, { method })).event().routeKey;

    expect(await routeOf('/pages/one')).toBe('GET /pages/{name}');
    expect(await routeOf('/files/a/b', 'DELETE')).toBe('ANY /files/{path+}');
    expect(await routeOf('/pages/one', 'PUT')).toBe('$default');
    expect(await routeOf('/')).toBe('$default');
  });

  it.each([
    ['an object without statusCode', { a: 1 }, [200, 'application/json', '{"a":1}']],
    ['a text', 'hello', [200, 'application/json', 'hello']],
    ['nothing', null, [200, 'application/json', 'null']],
    [
      'a whole response',
      { statusCode: '201', headers: { 'X-Page': 3 }, body: 'made' },
      [201, 'text/plain;charset=utf-8', 'made'],
    ],
    [
      'a body in base64',
      { statusCode: 200, body: 'aGk=', isBase64Encoded: true },
      [200, 'text/plain;charset=utf-8', 'hi'],
    ],
    ['a status that is none', { statusCode: 'ok' }, [500, 'application/json', '{"message":"Internal Server Error"}']],
    [
      'a header that HTTP has not',
      { statusCode: 200, headers: { a: 'b\nc' } },
      [500, 'application/json', '{"message":"Internal Server Error"}'],
    ],
  ])('answers what a function gives: %s', async (_what, answer, expected) => {
    await open();

    const { status, headers, text } = await answering(answer);

    expect([status, headers.get('content-type'), text]).toEqual(expected);
  });

  it('sets cookies, and says 500 for a function that throws', async () => {
    await open();

    expect((await answering({ statusCode: 200, cookies: ['a=1; Secure', 'b=2'] })).headers.getSetCookie()).toEqual([
      'a=1; Secure',
      'b=2',
    ]);
    const failed = await call('/answer', { method: 'POST', body: 'no JSON' });
    expect([failed.status, failed.text]).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(room?.aws.journal().findLast(({ service }) => service === 'apigateway')).toMatchObject({
      action: 'POST /answer',
      outcome: 'error',
      error: { message: expect.stringContaining('SyntaxError') },
    });
  });

  it('names a request without a route in the journal by its method: the path is the caller’s own words', async () => {
    await open({ transform: ({ Resources }) => void delete Resources.HttpApiRouteDefault });

    await call('/a-mafioso/is-bea');

    expect(room?.aws.journal().findLast(({ service }) => service === 'apigateway')).toMatchObject({
      action: 'GET',
      detail: { path: '/a-mafioso/is-bea' },
    });
  });

  it('answers preflights itself, and puts its CORS headers in the place of the function’s', async () => {
    await open();
    const origin = 'http://localhost:4000';

    const preflight = await call('/answer', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    const answer = await call('/answer', {
      method: 'POST',
      headers: { origin },
      body: JSON.stringify({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'http://elsewhere' } }),
    });

    expect([preflight.status, Object.fromEntries(preflight.headers)]).toMatchObject([
      204,
      {
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'content-type,x-player',
        'access-control-max-age': '300',
      },
    ]);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('access-control-expose-headers')).toBe('x-made-by');
    const ofItsOwn = `http://localhost:${room?.aws.cloud.port}`;
    const other = await call('/answer', {
      method: 'OPTIONS',
      headers: { origin: ofItsOwn, 'access-control-request-method': 'POST' },
    });
    expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([204, null]);
  });

  it('throttles its routes as the stage says, by the clock', async () => {
    await open({
      transform: ({ Resources }) => {
        const { HttpApiStage } = Resources;
        if (!HttpApiStage) return;
        HttpApiStage.DependsOn = ['HttpApiRoutePostAnswer'];
        Object.assign(HttpApiStage.Properties, {
          DefaultRouteSettings: { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 },
          RouteSettings: { 'POST /answer': { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 } },
        });
      },
    });

    expect([(await call('/pages/1')).status, (await call('/pages/2')).status]).toEqual([200, 429]);
    expect((await call('/pages/2')).text).toBe('{"message":"Too Many Requests"}');
    expect([(await answering(1)).status, (await answering(1)).status, (await answering(1)).status]).toEqual([
      200, 200, 429,
    ]);
    await room?.aws.advance(1000);
    expect((await call('/pages/2')).status).toBe(200);
  });

  it('is reached below /_api as well, at the address that its ApiEndpoint gives', async () => {
    const { aws } = await open();
    const id = resourceId(aws, 'AWS::ApiGatewayV2::Api', 'HttpApi');

    const response = await fetch(`${aws.cloud.endpoint}/_api/${id}/pages/one`);

    expect(await response.json()).toMatchObject({ rawPath: '/pages/one', requestContext: { stage: '$default' } });
  });

  it('is refused without a permission for its routes, by function and route', async () => {
    const refused = open({
      transform: ({ Resources }) => {
        delete Resources.PageLambdaPermissionHttpApi;
      },
    });

    await expect(refused).rejects.toThrow(
      /HttpApiRoutePostAnswer \(AWS::ApiGatewayV2::Route\): lambda:InvokeFunction on .*room-local-page is not allowed: add an AWS::Lambda::Permission/,
    );
  });

  it.each([
    ['an authorizer', 'HttpApiRouteDefault', { AuthorizationType: 'JWT' }, 'only NONE, and CUSTOM of $connect'],
    ['a function that decides', 'HttpApiRouteDefault', { AuthorizationType: 'CUSTOM' }, 'authorizers of HTTP APIs'],
    [
      'payload format 1.0',
      'HttpApiIntegrationPage',
      { PayloadFormatVersion: '1.0' },
      'the payload format 1.0 of http APIs',
    ],
    [
      'an HTTP backend',
      'HttpApiIntegrationPage',
      { IntegrationType: 'HTTP_PROXY' },
      'http API integrations of type HTTP_PROXY',
    ],
  ])('is refused by name with what is not executed: %s', async (_what, resource, properties, message) => {
    const refused = open({
      transform: ({ Resources }) => {
        Object.assign(Resources[resource]?.Properties ?? {}, properties);
      },
    });

    await expect(refused).rejects.toThrow(message);
  });
});

function resourceId(aws: Room['aws'], type: string, logicalId: string): string | undefined {
  const resources = aws.cloud.stacks.get('room-local')?.resources ?? [];
  return resources.find((one) => one.type === type && one.logicalId === logicalId)?.physicalId;
}
