import { afterEach, describe, expect, it } from '@jest/globals';
import { proxyTo, startApi, type TestApi, type TestApiOptions } from './api.ts';

let api: TestApi | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

const start = async (options?: TestApiOptions) => {
  api = await startApi(
    [
      { path: '/games/{gameId}', method: 'GET', properties: proxyTo('echo') },
      { path: '/games/{gameId}/night', method: 'POST', properties: proxyTo('echo') },
      { path: '/games/latest', method: 'GET', properties: proxyTo('echo') },
      { path: '/files/{proxy+}', method: 'ANY', properties: proxyTo('echo') },
      { path: '/files/plan', method: 'GET', properties: proxyTo('echo') },
      { path: '/answer', method: 'POST', properties: proxyTo('answer') },
      { path: '/image', method: 'GET', properties: proxyTo('image') },
      { path: '/', method: 'GET', properties: proxyTo('echo') },
    ],
    options,
  );
  return api;
};

const get = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${api?.url}${path}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
};
const answering = (answer: unknown) => get('/answer', { method: 'POST', body: JSON.stringify(answer) });
const lastRequest = () => api?.cloud.journal.entries().findLast(({ service }) => service === 'apigateway');

describe('the event of a proxy integration', () => {
  it('has parameters and headers under whatever names they come', async () => {
    await start();

    const { status, text } = await get('/games/latest?constructor=1&__proto__=2&__proto__=3', {
      headers: { constructor: 'a header' },
    });

    expect(status).toBe(200);
    const { multiValueQueryStringParameters, multiValueHeaders } = JSON.parse(text);
    expect(Object.entries(multiValueQueryStringParameters)).toEqual([
      ['constructor', ['1']],
      ['__proto__', ['2', '3']],
    ]);
    expect(multiValueHeaders.constructor).toEqual(['a header']);
  });

  it('has the whole request', async () => {
    const { apiId } = await start();

    const { json, headers } = await get('/games/blue%20moon/night?page=1&page=2&sort=a%26b', {
      method: 'POST',
      body: '{"player":"ann"}',
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'a test' },
    });

    const event = json();
    expect(event).toMatchObject({
      resource: '/games/{gameId}/night',
      path: '/games/blue%20moon/night',
      httpMethod: 'POST',
      queryStringParameters: { page: '2', sort: 'a&b' },
      multiValueQueryStringParameters: { page: ['1', '2'], sort: ['a&b'] },
      pathParameters: { gameId: 'blue moon' },
      stageVariables: null,
      body: '{"player":"ann"}',
      isBase64Encoded: false,
      requestContext: {
        resourcePath: '/games/{gameId}/night',
        httpMethod: 'POST',
        path: '/dev/games/blue%20moon/night',
        stage: 'dev',
        apiId,
        accountId: '000000000000',
        requestTime: '01/Jan/2030:00:00:00 +0000',
        requestTimeEpoch: Date.parse('2030-01-01T00:00:00Z'),
        identity: { sourceIp: '127.0.0.1', userAgent: 'a test', userArn: null },
      },
    });
    expect(event.requestContext.requestId).toBe(headers.get('x-amzn-requestid'));
    expect(event.headers['X-Amzn-Trace-Id']).toBe(headers.get('x-amzn-trace-id'));
  });

  it('has null where there is nothing', async () => {
    await start();

    const { json } = await get('/games/latest');

    expect(json()).toMatchObject({
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
    });
  });

  it('has a binary body in base64 where the API says so', async () => {
    await start({ api: { BinaryMediaTypes: ['image/*'] } });
    const body = new Uint8Array([0, 200, 255]);

    const { json } = await get('/files/a', { method: 'PUT', body, headers: { 'Content-Type': 'image/png' } });

    expect(json()).toMatchObject({ body: 'AMj/', isBase64Encoded: true });
  });
});

describe('paths', () => {
  it('prefer the literal part, then the variable, then the greedy one', async () => {
    await start();

    expect((await get('/games/latest')).json().resource).toBe('/games/latest');
    expect((await get('/games/7')).json().resource).toBe('/games/{gameId}');
    expect((await get('/files/a/b/c')).json()).toMatchObject({
      resource: '/files/{proxy+}',
      pathParameters: { proxy: 'a/b/c' },
    });
    expect((await get('/')).json().resource).toBe('/');
    expect((await get('')).json().resource).toBe('/');
  });

  it('fall to the greedy one where the closer one lacks the method', async () => {
    await start();

    expect((await get('/files/plan', { method: 'DELETE' })).json().resource).toBe('/files/{proxy+}');
    expect((await get('/files/plan')).json().resource).toBe('/files/plan');
  });

  it('that are not there, or not with this method, are "Missing Authentication Token"', async () => {
    await start();

    for (const { status, json } of [await get('/nowhere'), await get('/games/7', { method: 'DELETE' })]) {
      expect(status).toBe(403);
      expect(json()).toEqual({ message: 'Missing Authentication Token' });
    }
    expect(lastRequest()).toMatchObject({
      action: 'DELETE /games/7',
      outcome: 'error',
      error: { code: 'MISSING_AUTHENTICATION_TOKEN' },
      detail: { status: 403 },
    });
  });

  it('of a stage that is not there are forbidden, and of an API that is not there say so', async () => {
    const { cloud, apiId } = await start();

    const stage = await fetch(`${cloud.endpoint}/_api/${apiId}/prod/games/7`);
    const other = await fetch(`${cloud.endpoint}/_api/none/dev/`);

    expect([stage.status, await stage.json()]).toEqual([403, { message: 'Forbidden' }]);
    expect(other.status).toBe(404);
  });
});

describe('the response of a proxy integration', () => {
  it('has the status, headers and body that the function gives', async () => {
    await start();

    const { status, headers, text } = await answering({
      statusCode: 201,
      headers: { 'X-Page': 3, Location: '/games/8' },
      multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] },
      body: 'made',
    });

    expect([status, text]).toEqual([201, 'made']);
    expect(headers.get('x-page')).toBe('3');
    expect(headers.get('location')).toBe('/games/8');
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(headers.get('content-type')).toBe('application/json');
  });

  it('is decoded from base64 where the API has the media type', async () => {
    const bytes = async () => [...new Uint8Array(await (await fetch(`${api?.url}/image`)).arrayBuffer())];

    await start({ api: { BinaryMediaTypes: ['*/*'] } });
    expect(await bytes()).toEqual([0, 200, 255]);
    await api?.close();

    await start();
    expect(await bytes()).toEqual([...Buffer.from('AMj/')]);
  });

  it.each([
    ['nothing', null],
    ['no status', { body: 'x' }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['a list', ['Ann', 'Bob']],
    ['a header that is no value', { statusCode: 200, headers: { a: { b: 1 } } }],
  ])('is 502 when the function answers %s', async (_what, answer) => {
    await start();

    const { status, json, headers } = await answering(answer);

    expect([status, json()]).toEqual([502, { message: 'Internal server error' }]);
    expect(headers.get('x-amzn-errortype')).toBe('InternalServerErrorException');
    expect(lastRequest()?.error?.message).toContain('Malformed Lambda proxy response');
  });

  it('is 502 when the function throws, and the journal says why', async () => {
    await start();

    const { status, json } = await get('/answer', { method: 'POST', body: 'no JSON' });

    expect([status, json()]).toEqual([502, { message: 'Internal server error' }]);
    expect(lastRequest()?.error?.message).toContain('SyntaxError');
  });
});

describe('permission', () => {
  it('is missing: the deployment names the function and the method', async () => {
    await expect(start({ permission: '/*/GET/games/*' })).rejects.toThrow(
      /function:echo is not allowed.*apigateway\.amazonaws\.com.*\/dev\/POST\/games\/\{gameId\}\/night/,
    );
  });
});

describe('the journal', () => {
  it('has one hop for each request, with the function and the correlation id', async () => {
    await start();

    await get('/games/7', { headers: { 'x-correlation-id': 'abc' } });

    expect(lastRequest()).toMatchObject({
      kind: 'call',
      action: 'GET /games/{gameId}',
      to: 'arn:aws:lambda:eu-west-1:000000000000:function:echo',
      correlationId: 'abc',
      outcome: 'ok',
      detail: { api: 'arcade', stage: 'dev', path: '/games/7', status: 200 },
    });
    const invocation = api?.cloud.journal.entries().findLast(({ kind }) => kind === 'invocation');
    expect(invocation?.traceId).toBe(lastRequest()?.traceId);
  });
});

describe('limits', () => {
  it('refuse a body of more than 10 MB', async () => {
    await start();

    const { status, json } = await get('/answer', { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) });

    expect([status, json()]).toEqual([413, { message: 'HTTP content length exceeded 10485760 bytes.' }]);
  });

  it('refuse an event that is too large for Lambda', async () => {
    await start();

    const { status } = await get('/answer', { method: 'POST', body: 'x'.repeat(7 * 1024 * 1024) });

    expect(status).toBe(413);
  });
});
