import { expect, it } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import { httpHandler } from '../http/handler.ts';
import type { RepeatableRequest } from '../http/idempotency.ts';
import { context, proxyEvent, recordingLog } from '../testing.ts';

/** Sends a request to a repeatable route; gives what the handler was told of it, or the problem. */
async function told(event: unknown, functionName = 'newGame') {
  let seen: RepeatableRequest | undefined;
  let parsed: unknown;
  const body = z.strictObject({ players: z.number().default(8) });
  const handler = httpHandler(
    { body, repeatable: true },
    async (request) => {
      seen = request.repeatable;
      parsed = request.body;
      return { status: 200 };
    },
    { log: recordingLog().log },
  );
  const answer = (await handler(event, { ...context, functionName } as never)) as { statusCode: number; body: string };
  return { seen, parsed, answer };
}

const post = (body: string | null, key: string | undefined, more: Partial<APIGatewayProxyEvent> = {}) =>
  proxyEvent({
    body,
    headers: { 'content-type': 'application/json', ...(key !== undefined && { 'Idempotency-Key': key }) },
    ...more,
  });

it('gives the key of the header, and the same fingerprint to the same request', async () => {
  const [one, again] = [await told(post('{"players":8}', 'k-1')), await told(post('{ "players": 8 }', 'k-1'))];

  expect(one.seen).toEqual({ key: 'k-1', fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(again.seen).toEqual(one.seen);
});

it.each([
  ['another body', post('{"players":9}', 'k-1')],
  ['a default written out', post('{}', 'k-1')],
  ['another route', post('{"players":8}', 'k-1', { resource: '/tables' })],
  ['another resource', post('{"players":8}', 'k-1', { pathParameters: { gameId: 'b' } })],
  ['another query', post('{"players":8}', 'k-1', { queryStringParameters: { dry: '1' } })],
])('gives another fingerprint to %s', async (_what, other) => {
  const [one, another] = [await told(post('{"players":8}', 'k-1')), await told(other)];

  expect(another.seen?.fingerprint).not.toBe(one.seen?.fingerprint);
});

it('keeps the keys of two callers apart', async () => {
  const by = (sub?: string) =>
    post('{}', 'k-1', { requestContext: { authorizer: sub && { claims: { sub } } } as never });

  const keys = await Promise.all(['ann', 'ben', undefined].map(async (sub) => (await told(by(sub))).seen?.key));

  expect(new Set(keys).size).toBe(3);
  expect((await told(by('ann'))).seen?.key).toBe(keys[0]);
});

it('takes the key out of a bare event, whose function stands for the route', async () => {
  const event = { players: 5, idempotencyKey: 'k-2' };

  const { seen, parsed } = await told(event);

  expect(seen?.key).toBe('k-2');
  expect(parsed).toEqual({ players: 5 });
  expect((await told(event, 'other')).seen?.fingerprint).not.toBe(seen?.fingerprint);
});

it('tells nothing of a request without a key', async () => {
  expect((await told(post('{}', undefined))).seen).toBeUndefined();
});

it.each([['a key'], [''], ['x'.repeat(256)], ['ключ']])('refuses %j, which is no key', async (key) => {
  const { answer } = await told(post('{}', key));

  expect(answer.statusCode).toBe(400);
  expect(JSON.parse(answer.body).errors).toEqual([{ field: 'Idempotency-Key', message: 'not a key' }]);
});
