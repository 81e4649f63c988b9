import { afterEach, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import * as z from 'zod';
import { httpHandler } from '../http/handler.ts';
import { HttpProblem } from '../http/problem.ts';
import { context, proxyEvent, recordingLog } from '../testing.ts';

const schemas = {
  path: z.object({ gameId: z.string().min(3) }),
  query: z.object({ limit: z.coerce.number().max(10).default(5) }),
  body: z.object({ name: z.string(), votes: z.int().optional() }),
  maxBodyBytes: 100,
};

function setUp(respond?: () => never) {
  const { log, lines } = recordingLog();
  const handler = httpHandler(
    schemas,
    async ({ path, query, body, correlationId }) =>
      respond ? respond() : { status: 201, body: { path, query, body, correlationId } },
    { log },
  );
  const invoke = (event: unknown) => handler(event, context as never);
  const call = async (overrides: Partial<APIGatewayProxyEvent> = {}) => {
    const event = proxyEvent({ pathParameters: { gameId: 'abc' }, body: '{"name":"Ann"}', ...overrides });
    const { statusCode, headers, body } = (await invoke(event)) as APIGatewayProxyResult;
    return { status: statusCode, headers: headers ?? {}, body: JSON.parse(body) };
  };
  return { invoke, call, lines };
}

describe('a request that fits', () => {
  it('arrives checked and typed, and is answered as JSON', async () => {
    const { status, headers, body } = await setUp().call({ queryStringParameters: { limit: '7' } });

    expect(status).toBe(201);
    expect(body).toMatchObject({ path: { gameId: 'abc' }, query: { limit: 7 }, body: { name: 'Ann' } });
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-content-type-options': 'nosniff' });
  });

  it('may be base64', async () => {
    const body = Buffer.from('{"name":"Åsa"}').toString('base64');

    expect((await setUp().call({ body, isBase64Encoded: true })).body.body).toEqual({ name: 'Åsa' });
  });

  it.each([
    ['chain-7', 'chain-7'],
    ['<script>', 'request-1'],
    ['x'.repeat(65), 'request-1'],
  ])('with the correlation id %s goes on as %s', async (sent, expected) => {
    const { headers, body } = await setUp().call({
      headers: { 'Content-Type': 'application/json; charset=utf-8', 'X-Correlation-Id': sent },
    });

    expect(headers['x-correlation-id']).toBe(expected);
    expect(body.correlationId).toBe(expected);
  });
});

describe('a request that does not fit', () => {
  const json = { 'content-type': 'application/json' };

  it.each<[string, Partial<APIGatewayProxyEvent>, number]>([
    ['text that is not JSON', { body: '{"name"' }, 400],
    [
      'bytes that are not UTF-8',
      { body: Buffer.from([0x22, 0xff, 0x22]).toString('base64'), isBase64Encoded: true },
      400,
    ],
    ['no body', { body: null }, 400],
    ['a list for a body', { body: '[]' }, 400],
    ['a wrong path parameter', { pathParameters: { gameId: 'a' } }, 400],
    ['no path parameters', { pathParameters: null }, 400],
    ['a query out of range', { queryStringParameters: { limit: '11' } }, 400],
    ['a long body', { body: JSON.stringify({ name: 'x'.repeat(100) }) }, 413],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
    ['no content type', { headers: {} }, 415],
    ['no headers at all', { headers: null as never }, 415],
  ])('because of %s is answered by a problem document', async (_what, overrides, status) => {
    const answer = await setUp().call({ headers: json, ...overrides });

    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).toMatchObject({
      type: 'about:blank',
      status,
      title: expect.any(String),
      detail: expect.any(String),
    });
  });

  it('is told every field that is wrong, with its reason', async () => {
    const { body } = await setUp().call({ pathParameters: { gameId: 'a' }, body: '{"votes":1.5}' });

    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual(['path.gameId', 'name', 'votes']);
  });
});

describe('an error', () => {
  it('of the domain is answered with its status and members', async () => {
    const { call, lines } = setUp(() => {
      throw new HttpProblem(409, { type: 'urn:arcade:turn', detail: 'It is night.', extra: { due: 'night' } });
    });

    const { status, body } = await call();

    expect(status).toBe(409);
    expect(body).toEqual({
      type: 'urn:arcade:turn',
      title: 'Conflict',
      status: 409,
      detail: 'It is night.',
      due: 'night',
    });
    expect(lines.map(({ level }) => level)).toEqual(['info']);
  });

  it('of our own is a 500 that tells nothing, with the cause in the log', async () => {
    const cause = new Error('secret table name');
    const { call, lines } = setUp(() => {
      throw cause;
    });

    const { status, body } = await call();

    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(lines).toMatchObject([{ level: 'error', extra: cause, correlationId: 'request-1' }]);
  });
});

describe('CORS', () => {
  afterEach(() => {
    delete process.env.ALLOWED_ORIGINS;
  });
  const from = (origin: string) => ({ headers: { 'content-type': 'application/json', origin } });

  it.each([
    ['http://localhost:4000', 'http://localhost:4000'],
    ['https://evil.example', undefined],
  ])('answers %s with %s', async (origin, expected) => {
    process.env.ALLOWED_ORIGINS = 'https://arcade.example, http://localhost:4000';

    const { headers } = await setUp().call(from(origin));

    expect(headers['access-control-allow-origin']).toBe(expected);
    expect(headers.vary).toBe('Origin');
  });

  it('holds for problems too, so that the page can read them', async () => {
    process.env.ALLOWED_ORIGINS = '*';

    expect((await setUp().call({ body: '{' })).headers['access-control-allow-origin']).toBe('*');
  });

  it('is silent when no origin is configured', async () => {
    expect((await setUp().call(from('http://localhost:4000'))).headers).not.toHaveProperty(
      'access-control-allow-origin',
    );
  });
});

describe('a bare event', () => {
  it('has parameters and body side by side, and is answered by the bare body', async () => {
    const answer = await setUp().invoke({ gameId: 'abc', name: 'Ann' });

    expect(answer).toMatchObject({ path: { gameId: 'abc' }, query: { limit: 5 }, body: { name: 'Ann' } });
  });

  it.each([[{}], [null], ['text']])('that does not fit (%j) is answered by the bare problem', async (event) => {
    const answer = await setUp().invoke(event);

    expect(answer).toMatchObject({ status: 400, errors: [{ field: 'path.gameId' }, { field: 'name' }] });
  });
});
