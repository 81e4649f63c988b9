import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { mappedTo, startApi, type TestApi, type TestApiOptions } from './api.ts';

let api: TestApi | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

type Json = Record<string, unknown>;
const start = async (properties: Json, options?: TestApiOptions) => {
  api = await startApi([{ path: '/games/{gameId}', method: 'ANY', properties }], options);
};
const call = async (init: RequestInit & { path?: string } = {}) => {
  const response = await fetch(`${api?.url}${init.path ?? '/games/7'}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
};
const post = (body: unknown, type = 'application/json') =>
  call({ method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': type } });
const journal = () => api?.cloud.journal.ended() ?? [];
const success = { StatusCode: '200' };

describe('a mapped Lambda integration', () => {
  it('gives the function what the request template makes', async () => {
    await start(
      mappedTo({
        RequestTemplates: { 'application/json': '{"id": "$input.params(\'gameId\')", "all": $input.json(\'$\')}' },
        IntegrationResponses: [success],
      }),
    );

    expect((await post({ a: 1 })).json()).toEqual({ id: '7', all: { a: 1 } });
    expect((await call()).json()).toEqual({ id: '7', all: {} });
  });

  it('passes everything on by the template of the console', async () => {
    const template = readFileSync(new URL('./all-parameters.vtl', import.meta.url), 'utf8');
    await start(mappedTo({ RequestTemplates: { 'application/json': template }, IntegrationResponses: [success] }), {
      deployment: { StageDescription: { Variables: { table: 'games' } } },
    });

    const { json, headers } = await call({ path: '/games/7?page=2', headers: { 'User-Agent': 'a test' } });

    const { context, ...rest } = json();
    expect(rest).toMatchObject({
      'body-json': {},
      'base64-body': 'e30=',
      params: { path: { gameId: '7' }, querystring: { page: '2' }, header: { 'User-Agent': 'a test' } },
      'stage-variables': { table: 'games' },
    });
    // Nobody is authorized: ten of the eighteen are empty then, on AWS too.
    expect(context).toEqual({
      'account-id': '',
      'api-id': api?.apiId,
      'api-key': '',
      'authorizer-principal-id': '',
      caller: '',
      'cognito-authentication-provider': '',
      'cognito-authentication-type': '',
      'cognito-identity-id': '',
      'cognito-identity-pool-id': '',
      'http-method': 'GET',
      stage: 'dev',
      'source-ip': '127.0.0.1',
      user: '',
      'user-agent': 'a test',
      'user-arn': '',
      'request-id': headers.get('x-amzn-requestid'),
      'resource-id': expect.stringMatching(/^[a-z0-9]{6}$/),
      'resource-path': '/games/{gameId}',
    });
  });

  it('has the keys of $context in the order that AWS has them in', async () => {
    const names = (map: string) => `"#foreach($name in ${map}.keySet())$name #end"`;
    const template = `{"context": ${names('$context')}, "identity": ${names('$context.identity')}}`;
    await start(mappedTo({ RequestTemplates: { 'application/json': template }, IntegrationResponses: [success] }));

    expect((await call()).json()).toEqual({
      context:
        'resourceId resourcePath httpMethod extendedRequestId requestTime path accountId protocol requestOverride stage ' +
        'domainPrefix requestTimeEpoch requestId identity domainName deploymentId responseOverride apiId ',
      identity:
        'cognitoIdentityPoolId accountId cognitoIdentityId caller sourceIp principalOrgId accessKey ' +
        'cognitoAuthenticationType cognitoAuthenticationProvider userArn userAgent user ',
    });
  });

  it('costs its own request when it asks for too much work, or gets a body that nests without end', async () => {
    const template = '#set($x = $input.path(\'$.text\'))#foreach($i in [1..60])#set($x = "$x$x")#end{}';
    await start(mappedTo({ RequestTemplates: { 'application/json': template }, IntegrationResponses: [success] }));

    expect((await post({ text: 'xxxxxxxx' })).status).toBe(500);
    expect(journal().at(-1)?.error?.message).toContain('too much work');
    expect((await post({ text: '' })).status).toBe(200);
    const nested = await call({
      method: 'POST',
      body: '['.repeat(20_000) + ']'.repeat(20_000),
      headers: { 'Content-Type': 'application/json' },
    });
    expect([nested.status, nested.json()]).toEqual([400, { message: 'Invalid request body' }]);
  });

  it('fails when the template makes a header of what HTTP has not', async () => {
    const template = '#set($context.responseOverride.header.X-Page = $input.params("page")){}';
    await start(
      mappedTo({ IntegrationResponses: [{ ...success, ResponseTemplates: { 'application/json': template } }] }),
    );

    expect((await call({ path: '/games/7?page=2' })).headers.get('x-page')).toBe('2');
    expect((await call({ path: '/games/7?page=2%0d%0aSet-Cookie:%20a=1' })).status).toBe(502);
  });

  it('refuses other content types with NEVER', async () => {
    await start(
      mappedTo({
        PassthroughBehavior: 'NEVER',
        RequestTemplates: { 'application/json': '{}' },
        IntegrationResponses: [success],
      }),
    );

    const { status, json } = await post('x', 'text/plain');

    expect([status, json()]).toEqual([415, { message: 'Unsupported Media Type' }]);
  });

  it.each([
    ['WHEN_NO_MATCH', 200],
    ['WHEN_NO_TEMPLATES', 415],
  ])('with %s answers %s to a content type without a template among others', async (PassthroughBehavior, expected) => {
    await start(
      mappedTo({ PassthroughBehavior, RequestTemplates: { 'application/xml': '{}' }, IntegrationResponses: [success] }),
    );

    expect((await post({ a: 1 })).status).toBe(expected);
  });

  it('chooses the response by what the error says, the whole of it', async () => {
    await start(
      mappedTo({
        IntegrationResponses: [
          success,
          {
            StatusCode: '404',
            SelectionPattern: 'NOT_FOUND.*',
            ResponseParameters: { 'method.response.header.X-Why': 'integration.response.body.errorMessage' },
            ResponseTemplates: { 'application/json': '{"title": $input.json(\'$.errorMessage\')}' },
          },
          { StatusCode: '500', SelectionPattern: 'broken' },
          { StatusCode: '502', SelectionPattern: '(a+)+b' },
        ],
      }),
    );

    const missing = await post({ fail: 'NOT_FOUND: game 7' });
    expect([missing.status, missing.json()]).toEqual([404, { title: 'NOT_FOUND: game 7' }]);
    expect(missing.headers.get('x-why')).toBe('NOT_FOUND: game 7');
    expect((await post({ fail: 'broken' })).status).toBe(500);
    // As on AWS, an error that no pattern knows looks like a success.
    expect((await post({ fail: 'badly broken' })).status).toBe(200);
    expect((await post({ fail: 'a'.repeat(5000) })).status).toBe(200);
  });

  it('lets the response template set status and headers', async () => {
    await start(
      mappedTo({
        IntegrationResponses: [
          {
            ...success,
            ResponseTemplates: {
              'application/json':
                "#set($a = $input.path('$'))#if($a.status)#set($context.responseOverride.status = $a.status)#end" +
                '#set($context.responseOverride.header.X-Made-By = "template")$input.json(\'$\')',
            },
          },
        ],
      }),
    );

    const { status, headers } = await post({ status: 409 });

    expect([status, headers.get('x-made-by')]).toEqual([409, 'template']);
    expect((await post({})).status).toBe(200);
  });

  it('answers at once and hands the event on when the invocation type is Event', async () => {
    await start(
      mappedTo({
        RequestParameters: { 'integration.request.header.X-Amz-Invocation-Type': "'Event'" },
        IntegrationResponses: [{ StatusCode: '202' }],
      }),
    );

    expect((await post({ a: 1 })).status).toBe(202);
    await api?.clock.idle();

    expect(journal().filter(({ kind }) => kind === 'invocation')).toHaveLength(1);
  });

  it('says what Lambda says when the template makes no JSON', async () => {
    await start(mappedTo({ RequestTemplates: { 'application/json': '{"a": }' }, IntegrationResponses: [success] }));

    const { status, json } = await post({});

    expect(status).toBe(400);
    expect(json().message).toContain('Could not parse request body into json');
  });

  it('answers 500 when no integration response fits', async () => {
    await start(mappedTo({ IntegrationResponses: [{ StatusCode: '400', SelectionPattern: 'x' }] }));

    expect((await post({})).status).toBe(500);
  });
});

describe('a mock', () => {
  const cors = {
    Integration: {
      Type: 'MOCK',
      // As osls writes it: not JSON, and taken all the same.
      RequestTemplates: { 'application/json': '{statusCode:200}' },
      ContentHandling: 'CONVERT_TO_TEXT',
      IntegrationResponses: [
        {
          StatusCode: '200',
          ResponseParameters: { 'method.response.header.Access-Control-Allow-Methods': "'OPTIONS,GET'" },
          ResponseTemplates: {
            'application/json':
              '#set($origin = $input.params("Origin"))\n#if($origin == "") #set($origin = $input.params("origin")) #end\n' +
              '#if($origin.matches("http://localhost[:]4000")) #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin) #end',
          },
        },
      ],
    },
    MethodResponses: [
      { StatusCode: '200', ResponseParameters: { 'method.response.header.Access-Control-Allow-Methods': true } },
    ],
  };

  it('answers a preflight with its headers, without a function', async () => {
    await start(cors);

    const { status, headers } = await call({ method: 'OPTIONS', headers: { Origin: 'http://localhost:4000' } });

    expect(status).toBe(200);
    expect(headers.get('access-control-allow-methods')).toBe('OPTIONS,GET');
    expect(headers.get('access-control-allow-origin')).toBe('http://localhost:4000');
    expect(journal().filter(({ kind }) => kind === 'invocation')).toEqual([]);
  });
});

describe('an API with binary media types', () => {
  const binary = { api: { BinaryMediaTypes: ['image/*'] } };
  const image = (accept: string) =>
    call({ method: 'POST', body: 'abc', headers: { 'Content-Type': 'image/png', Accept: accept } });

  it('hands a binary body on in base64 where that is asked for, and fails where not', async () => {
    const template = { RequestTemplates: { 'image/png': '"$input.body"' }, IntegrationResponses: [success] };
    await start(mappedTo({ ...template, ContentHandling: 'CONVERT_TO_TEXT' }), binary);
    expect((await image('text/plain')).text).toBe('"YWJj"');
    await api?.close();

    await start(mappedTo(template), binary);
    expect((await image('text/plain')).status).toBe(500);
  });

  it('decodes an answer for a client that asks for a binary type, unless it is to stay text', async () => {
    const answering = (ContentHandling: object) => ({
      ContentHandling: 'CONVERT_TO_TEXT',
      RequestTemplates: { 'image/png': '{"data": "$input.body"}' },
      IntegrationResponses: [
        { ...success, ...ContentHandling, ResponseTemplates: { 'application/json': '$input.path("$.data")' } },
      ],
    });
    await start(mappedTo(answering({})), binary);
    expect([(await image('image/png')).text, (await image('text/plain')).text]).toEqual(['abc', 'YWJj']);
    await api?.close();

    await start(mappedTo(answering({ ContentHandling: 'CONVERT_TO_TEXT' })), binary);
    expect((await image('image/png')).text).toBe('YWJj');
  });
});

describe('a mock, as AWS was recorded', () => {
  it('takes status and headers from its request template too, and calls nobody: it is in no trace', async () => {
    const template =
      '#set($context.responseOverride.status = 418)#set($context.responseOverride.header.X-A = "b"){statusCode: 200}';
    await start({
      Integration: {
        Type: 'MOCK',
        RequestTemplates: { 'application/json': template },
        IntegrationResponses: [success],
      },
      MethodResponses: [success],
    });

    const { status, text, headers } = await call();

    expect([status, text, headers.get('x-a'), headers.get('x-amzn-trace-id')]).toEqual([418, '', 'b', null]);
    expect(headers.get('x-amz-apigw-id')).toMatch(/^[\w+/]{15}$/);
  });
});

describe('a template that cannot work', () => {
  it.each([
    ['a status without a method response', { MethodResponses: [] }, 'No method response exists for method'],
    [
      'a header that no method response has',
      {
        Integration: {
          Type: 'MOCK',
          IntegrationResponses: [{ StatusCode: '200', ResponseParameters: { 'method.response.header.X': "'a'" } }],
        },
        MethodResponses: [{ StatusCode: '200' }],
      },
      'method.response.header.X is not in MethodResponses 200',
    ],
    [
      'a selection pattern that Java cannot read either',
      { Integration: { Type: 'MOCK', IntegrationResponses: [{ ...success, SelectionPattern: '(a' }] } },
      "The selection pattern '(a' is not executed",
    ],
    [
      'a model that is not there',
      { RequestModels: { 'application/json': 'Game' } },
      'Invalid model identifier specified: Game',
    ],
    [
      'a name for two parameters',
      { RequestParameters: { 'method.request.header.a': true, 'method.request.querystring.a': true } },
      'Parameter names must be unique across querystring, header and path',
    ],
    [
      'a method that $util does not have',
      { Integration: { Type: 'MOCK', RequestTemplates: { 'application/json': '$util.toJson($x)' } } },
      '$util has no toJson()',
    ],
  ])('is refused when it is deployed: %s', async (_what, more, message) => {
    const mock = { Integration: { Type: 'MOCK', IntegrationResponses: [success] }, MethodResponses: [success] };

    await expect(start({ ...mock, ...more })).rejects.toThrow(message);
  });
});
