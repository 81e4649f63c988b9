import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { proxyTo, startApi, type TestApi } from './api.ts';

const RestApiId = { Ref: 'Api' };
const validated = { RequestValidatorId: { Ref: 'Validator' } };

let api: TestApi;
beforeEach(async () => {
  api = await startApi(
    [
      {
        path: '/games',
        method: 'GET',
        properties: proxyTo('echo', {
          ...validated,
          RequestParameters: {
            'method.request.querystring.page': true,
            'method.request.header.X-Player': true,
            'method.request.querystring.sort': false,
          },
        }),
      },
      {
        path: '/games',
        method: 'POST',
        properties: proxyTo('echo', { ...validated, RequestModels: { 'application/json': { Ref: 'GameModel' } } }),
      },
      {
        path: '/free',
        method: 'POST',
        properties: proxyTo('echo', { RequestModels: { 'application/json': { Ref: 'GameModel' } } }),
      },
    ],
    {
      resources: {
        Validator: {
          Type: 'AWS::ApiGateway::RequestValidator',
          Properties: { RestApiId, ValidateRequestBody: true, ValidateRequestParameters: true },
        },
        PlayerModel: {
          Type: 'AWS::ApiGateway::Model',
          Properties: {
            RestApiId,
            Name: 'Player',
            ContentType: 'application/json',
            Schema: {
              $schema: 'http://json-schema.org/draft-04/schema#',
              type: 'object',
              properties: { email: { type: 'string', format: 'email' } },
            },
          },
        },
        GameModel: {
          Type: 'AWS::ApiGateway::Model',
          DependsOn: ['PlayerModel'],
          Properties: {
            RestApiId,
            Name: 'Game',
            Schema: {
              $schema: 'http://json-schema.org/draft-04/schema#',
              type: 'object',
              required: ['players'],
              properties: {
                players: { type: 'integer', minimum: 3, exclusiveMinimum: true },
                before: {
                  $ref: { 'Fn::Join': ['', ['https://apigateway.amazonaws.com/restapis/', RestApiId, '/models/Game']] },
                },
                code: { type: 'string', pattern: '^(a+)+b$' },
                rounds: { type: 'array', uniqueItems: true },
                owner: {
                  $ref: {
                    'Fn::Join': ['', ['https://apigateway.amazonaws.com/restapis/', RestApiId, '/models/Player']],
                  },
                },
              },
            },
          },
        },
        BadBody: {
          Type: 'AWS::ApiGateway::GatewayResponse',
          Properties: {
            RestApiId,
            ResponseType: 'BAD_REQUEST_BODY',
            StatusCode: '422',
            ResponseParameters: { 'gatewayresponse.header.X-Request': 'context.requestId' },
            ResponseTemplates: {
              'application/problem+json':
                '{"title": $context.error.messageString, "detail": "$context.error.validationErrorString", ' +
                '"path": "$context.resourcePath", "left": "$input.path(\'$\')#set($a = 1)$a$util.urlEncode(\'&\')"}',
            },
          },
        },
        Default4xx: {
          Type: 'AWS::ApiGateway::GatewayResponse',
          Properties: {
            RestApiId,
            ResponseType: 'DEFAULT_4XX',
            ResponseParameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" },
          },
        },
      },
    },
  );
});
afterEach(() => api.close());

const post = (path: string, body: string, type = 'application/json') =>
  fetch(`${api.url}${path}`, { method: 'POST', body, headers: { 'Content-Type': type } });

describe('request parameters', () => {
  it('are asked for by name when they are missing', async () => {
    const response = await fetch(`${api.url}/games?page=`);

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ message: 'Missing required request parameters: [X-Player, page]' });
  });

  it('let the request through when all required ones are there', async () => {
    const response = await fetch(`${api.url}/games?page=1`, { headers: { 'x-player': 'ann' } });

    expect(response.status).toBe(200);
  });
});

describe('request bodies', () => {
  it('are checked against the model', async () => {
    const answers: [body: string, status: number][] = [
      ['{"players": 8}', 200],
      ['{"players": 8, "owner": {"email": "ann@example.com"}}', 200],
      ['{"players": 8, "owner": {"email": "ann"}}', 422],
      ['{"players": 3}', 422],
      ['{}', 422],
      ['no JSON', 422],
      ['', 422],
      ['{"players": 8, "before": {"players": 9, "before": {"players": 4}}}', 200],
      ['{"players": 8, "before": {"players": 9, "before": {}}}', 422],
      ['{"players": 8, "code": "aab"}', 200],
      ['{"players": 8, "rounds": [{"a": 1, "b": 2}, {"a": 1}, [["a", 1]], 1, "1"]}', 200],
      ['{"players": 8, "rounds": [{"a": 1, "b": 2}, {"b": 2, "a": 1}]}', 422],
    ];

    for (const [body, status] of answers) expect([body, (await post('/games', body)).status]).toEqual([body, status]);
  });

  it('are refused at once, whatever they are made for', async () => {
    const bodies: [what: string, body: string][] = [
      ['that a pattern would take for ever with', `{"players": 8, "code": "${'a'.repeat(50_000)}"}`],
      [
        'whose items would be compared each with each',
        `{"players": 1, "rounds": ${JSON.stringify(Array.from({ length: 50_000 }, (_, n) => [n]))}}`,
      ],
      ['that nest without end', `{"players": 8, "rounds": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
      ['with a name for each of a million values', `{"players": 8, "rounds": {${'"a":1,'.repeat(1_000_000)}"b":1}}`],
    ];

    for (const [what, body] of bodies) expect([what, (await post('/games', body)).status]).toEqual([what, 422]);
  });

  it('are not checked where no model is for their content type, or no validator is set', async () => {
    expect((await post('/games', 'x', 'text/plain')).status).toBe(200);
    expect((await post('/free', '{}')).status).toBe(200);
  });
});

describe('gateway responses', () => {
  it('have the status, headers and template of their type, in which variables are filled in and no Velocity is executed', async () => {
    const response = await post('/games', '{}');

    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-request')).toBe(response.headers.get('x-amzn-requestid'));
    expect(await response.json()).toEqual({
      title: 'Invalid request body',
      detail: "[body must have required property 'players']",
      path: '/games',
      left: "$input.path('$')#set($a = 1)$a$util.urlEncode('&')",
    });
  });

  it('fall back to the default of their kind', async () => {
    const response = await fetch(`${api.url}/nowhere`);

    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await response.json()).toEqual({ message: 'Missing Authentication Token' });
  });
});
