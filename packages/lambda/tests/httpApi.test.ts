import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyResult } from 'aws-lambda';
import * as z from 'zod';
import { UnknownTriggerError } from '../errors.ts';
import type { BodyFormat } from '../http/body.ts';
import { type HttpHandlerOptions, type HttpRequest, httpHandler } from '../http/handler.ts';
import type { HttpProblem } from '../http/problem.ts';
import { httpRoutes } from '../http/routes.ts';
import { context, httpApiEvent, proxyEvent, recordingLog } from '../testing.ts';

type Seen = HttpRequest<unknown, unknown, unknown>;

function setUp({ bodyFormat, ...options }: HttpHandlerOptions & { bodyFormat?: BodyFormat } = {}) {
  const seen: Seen[] = [];
  const schemas = {
    path: z.object({ bulbId: z.string() }),
    query: z.object({ limit: z.coerce.number().optional() }),
    body: z.object({ power: z.string().optional() }),
    ...(bodyFormat && { bodyFormat }),
  };
  const handler = httpHandler(
    schemas,
    async (request) => {
      seen.push(request);
      return { status: 200, body: { power: request.body.power } };
    },
    { log: recordingLog().log, ...options },
  );
  const call = async (overrides: Parameters<typeof httpApiEvent>[0] = {}) => {
    const event = httpApiEvent({ pathParameters: { bulbId: 'b-1' }, ...overrides });
    const { statusCode: status, body, headers } = (await handler(event, context)) as APIGatewayProxyResult;
    return { status, headers, body: JSON.parse(body) };
  };
  return { call, seen };
}

describe('a request of an HTTP API (payload format 2.0)', () => {
  it('arrives checked, with the claims of its JWT', async () => {
    const { call, seen } = setUp();
    const claims = { sub: 'ann', iss: 'pool' };

    const answer = await call({
      body: '{"power":"ON"}',
      queryStringParameters: { limit: '3' },
      requestContext: { http: { method: 'POST' }, authorizer: { jwt: { claims } } },
    });

    expect(answer).toMatchObject({ status: 200, body: { power: 'ON' } });
    expect(seen).toMatchObject([{ path: { bulbId: 'b-1' }, query: { limit: 3 }, body: { power: 'ON' }, claims }]);
  });

  it('that does not fit is answered by a problem document', async () => {
    const { status, headers, body } = await setUp().call({ pathParameters: undefined, body: '{"power":1}' });

    expect([status, headers?.['content-type']]).toEqual([400, 'application/problem+json']);
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual(['path.bulbId', 'power']);
  });

  it.each([
    ['as it was sent', '{ "power":\t"ON" }', false],
    ['in base64', Buffer.from('{ "power": "Å" }').toString('base64'), true],
    ['with a byte order mark, which JSON does not know', '\uFEFF{"power":"ON"}', false],
  ])('has the text that its signature covers, %s', async (_how, body, isBase64Encoded) => {
    const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
    const sign = (data: Buffer | string) => createHmac('sha256', 'secret').update(data).digest('hex');
    const { call, seen } = setUp();

    expect((await call({ body, isBase64Encoded })).status).toBe(200);

    expect(sign(seen[0]?.bodyText ?? '')).toBe(sign(bytes));
  });
});

describe('a form', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = Buffer.from('power=ON+%26+off&power=OFF').toString('base64');

  it('is read where a route says so', async () => {
    const answer = await setUp({ bodyFormat: 'form' }).call({ headers: form, body, isBase64Encoded: true });

    expect(answer).toMatchObject({ status: 200, body: { power: 'OFF' } });
  });

  it.each([
    ['JSON where a form is read', 'form' as const, { 'content-type': 'application/json' }],
    ['a form where JSON is read', 'json' as const, form],
  ])('is not mistaken: %s is 415', async (_what, bodyFormat, headers) => {
    expect((await setUp({ bodyFormat }).call({ headers, body: 'power=ON' })).status).toBe(415);
  });
});

describe('a handler with words of its own for problems', () => {
  it('tells them all so: the request’s and the domain’s', async () => {
    const refuse = ({ status, message }: HttpProblem) => ({ status, body: { error: message } });
    const { call } = setUp({ refuse });

    const { status, headers, body } = await call({ body: '{' });

    expect([status, headers?.['content-type']]).toEqual([400, 'application/json']);
    expect(body).toEqual({ error: 'The body is not JSON in UTF-8.' });
  });
});

describe('a handler of several routes', () => {
  const routes = httpRoutes({
    'GET /bulbs': httpHandler({}, async () => ({ status: 200, body: 'all' })),
    'GET /bulbs/{bulbId}': httpHandler({}, async () => ({ status: 200, body: 'one' })),
  });

  it.each([
    ['an HTTP API', httpApiEvent({ routeKey: 'GET /bulbs/{bulbId}' })],
    ['a REST API', proxyEvent({ httpMethod: 'GET', resource: '/bulbs/{bulbId}' })],
  ])('lets the one answer that %s has found', async (_api, event) => {
    expect(await routes(event, context)).toMatchObject({ statusCode: 200, body: '"one"' });
  });

  it.each([
    ['another route', httpApiEvent({ routeKey: 'PUT /bulbs' })],
    ['a bare event', {}],
    ['nothing', null],
  ])('refuses %s, and names those that it has', async (_what, event) => {
    await expect(routes(event, context)).rejects.toThrow(UnknownTriggerError);
    await expect(routes(event, context)).rejects.toThrow('GET /bulbs, GET /bulbs/{bulbId}');
  });
});
