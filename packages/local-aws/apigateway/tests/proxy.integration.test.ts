import { type OutgoingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
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
/** The event that a function gets for a request with just these headers. */
const event = (method: string, path: string, headers: OutgoingHttpHeaders = {}, body = '') =>
  new Promise<APIGatewayProxyEvent>((resolve, reject) => {
    const sending = request(`${api?.url}`, { method, headers }, async (response) => {
      resolve(JSON.parse((await buffer(response)).toString()));
    });
    sending.path += path;
    sending.on('error', reject).end(body);
  });
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

  it('lacks the headers that belong to the connection, and spells authorization as AWS does', async () => {
    await start();
    const sent = {
      'tEsT-HEADeR': 'a',
      authorization: 'me',
      'Content-Encoding': 'identity',
      Via: '1.1 b',
      'Content-MD5': 'x',
      'Max-Forwards': '1',
      'Proxy-Authenticate': 'x',
      Server: 'x',
      TE: 'trailers',
      Trailer: 'x',
      'WWW-Authenticate': 'x',
    };

    const { headers } = await event('PUT', '/files/a', sent, 'body');

    expect(Object.keys(headers).sort()).toEqual(
      [
        ...['Authorization', 'Content-Encoding', 'Host', 'Via', 'X-Amzn-Trace-Id', 'X-Forwarded-For'],
        ...['X-Forwarded-Port', 'X-Forwarded-Proto', 'tEsT-HEADeR'],
      ].sort(),
    );
  });

  it('keeps the path as it was sent, but for slashes that say nothing', async () => {
    await start();

    expect(await event('GET', '/files//a%2Bb+c/')).toMatchObject({
      path: '/files/a%2Bb+c/',
      requestContext: { path: '/dev/files//a%2Bb+c/' },
      pathParameters: { proxy: 'a+b+c' },
    });
    expect((await event('GET', '//games/7')).resource).toBe('/games/{gameId}');
    expect((await event('GET', '/games/7?a=%2B&b=x+y')).queryStringParameters).toEqual({ a: '+', b: 'x y' });
  });

  it('goes on with the trace of the client', async () => {
    await start();
    const full = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
    const root = 'Root=1-5759e988-bd862e3fe1be46a994272793';
    const traced = async (trace: string) =>
      (await get('/games/7', { headers: { 'x-amzn-trace-id': trace } })).headers.get('x-amzn-trace-id');

    expect(await traced(full)).toBe(full);
    expect(await traced(root)).toMatch(new RegExp(`^${root};Parent=[0-9a-f]{16};Sampled=0$`));
    expect(await traced('nonsense')).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
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
      // The path is the caller's own words.
      action: 'DELETE',
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

  it('is decoded for the first type that a client accepts, and no other', async () => {
    await start({ api: { BinaryMediaTypes: ['image/*'] } });
    const sizeFor = async (accept: string) =>
      (await (await fetch(`${api?.url}/image`, { headers: { accept } })).arrayBuffer()).byteLength;

    expect([await sizeFor('image/png'), await sizeFor('image/webp, image/png')]).toEqual([3, 3]);
    expect([await sizeFor('text/html, image/png'), await sizeFor('*/*')]).toEqual([4, 4]);
  });

  it('is 500 when it says base64 and is none', async () => {
    await start({ api: { BinaryMediaTypes: ['image/*'] } });
    const { status } = await get('/answer', {
      method: 'POST',
      headers: { accept: 'image/png' },
      body: JSON.stringify({ body: 'no base64!', isBase64Encoded: true }),
    });

    expect(status).toBe(500);
  });

  it('is made of what the function leaves out as well, and of what it says twice', async () => {
    await start();
    const made = async (answer: object) => {
      const { status, text, headers } = await answering(answer);
      return [status, text, headers.get('a'), headers.get('content-type')];
    };

    expect(await made({})).toEqual([200, '', null, 'application/json']);
    expect(await made({ headers: { a: true } })).toEqual([200, '', 'true', 'application/json']);
    expect(await made({ headers: null, body: 'x' })).toEqual([200, 'x', null, 'application/json']);
    expect(await made({ statusCode: '201' })).toEqual([201, '', null, 'application/json']);
    const both = { headers: { A: '1' }, multiValueHeaders: { a: ['2', '3'] } };
    expect(await made(both)).toEqual([200, '', '2, 3, 1', 'application/json']);
  });

  it('says under another name what only the gateway may say, and nothing that would break it', async () => {
    await start();
    const names = ['Authorization', 'Connection', 'Content-Length', 'Content-MD5', 'Date', 'Expect', 'Host'];
    const others = [
      'Max-Forwards',
      'Proxy-Authenticate',
      'Server',
      'Trailer',
      'Upgrade',
      'User-Agent',
      'WWW-Authenticate',
    ];
    const all = [...names, ...others, 'x-amzn-RequestId'];

    const { status, text, headers } = await answering({
      headers: { ...Object.fromEntries(all.map((name) => [name, '1'])), 'Transfer-Encoding': 'chunked' },
      body: 'whole',
    });

    expect([status, text, headers.get('content-length')]).toEqual([200, 'whole', '5']);
    for (const name of all) expect([name, headers.get(`x-amzn-remapped-${name}`)]).toEqual([name, '1']);
  });

  it('is 502 when the function answers what makes none', async () => {
    await start();
    const wrong = {
      nothing: null,
      'what no answer has': { statusCode: 200, data: 1 },
      'a text': 'hello',
      'a status that is none': { statusCode: 'test' },
      'one value for several': { multiValueHeaders: { a: 'b' } },
      'a body that is no text': { statusCode: 200, body: { a: 1 } },
      'a list': ['Ann', 'Bob'],
      'a header that is no value': { statusCode: 200, headers: { a: { b: 1 } } },
    };

    for (const [what, answer] of Object.entries(wrong)) {
      const { status, json, headers } = await answering(answer);

      expect([what, status, json()]).toEqual([what, 502, { message: 'Internal server error' }]);
      expect(headers.get('x-amzn-errortype')).toBe('InternalServerErrorException');
      expect(lastRequest()?.error?.message).toContain('Malformed Lambda proxy response');
    }
    for (const headers of [{ 'X-Line': 'a\nb' }, { 'X Name': 'a' }, { 'X-Emoji': '😀' }]) {
      expect([headers, (await answering({ headers })).status]).toEqual([headers, 502]);
      expect(lastRequest()?.error?.message).toContain('is none');
    }
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
