import type { ObjectSchema } from '@arcade/events';
import { expect, it } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import { httpHandler } from '../http/handler.ts';
import type { RepeatableRequest } from '../http/idempotency.ts';
import { context, proxyEvent, recordingLog } from '../testing.ts';

const playersBody = z.strictObject({ players: z.number().default(8) });
const anything = z.looseObject({});

/** Sends a request to a repeatable route; gives what the handler was told of it, or the problem. */
async function told(event: unknown, functionName = 'newGame', body: ObjectSchema = playersBody) {
  let seen: RepeatableRequest | undefined;
  let parsed: unknown;
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

/** As a client makes one that nobody else has. */
const KEY = '0190a6f2-5b0c-4d53-9c5e-2f6f5a1d7e11';
const DIGEST = expect.stringMatching(/^[0-9a-f]{64}$/);

it('gives the same key and the same fingerprint to the same request', async () => {
  const [one, again] = [await told(post('{"players":8}', KEY)), await told(post('{ "players": 8 }', KEY))];

  expect(one.seen).toEqual({ key: DIGEST, fingerprint: DIGEST });
  expect(again.seen).toEqual(one.seen);
});

it.each([
  ['another body', post('{"players":9}', KEY)],
  ['a default written out', post('{}', KEY)],
  ['another route', post('{"players":8}', KEY, { resource: '/tables' })],
  ['another resource', post('{"players":8}', KEY, { pathParameters: { gameId: 'b' } })],
  ['another query', post('{"players":8}', KEY, { queryStringParameters: { dry: '1' } })],
])('gives another fingerprint to %s', async (_what, other) => {
  const [one, another] = [await told(post('{"players":8}', KEY)), await told(other)];

  expect(another.seen?.fingerprint).not.toBe(one.seen?.fingerprint);
});

it('tells requests apart whose parts are cut elsewhere', async () => {
  const fingerprints = await Promise.all(
    [
      ['a/b', 'c', 'd'],
      ['a', 'b/c', 'd'],
      ['a', 'b', 'c/d'],
      ['a","b', 'c', 'd'],
    ].map(async (names) => (await told(post(JSON.stringify({ names }), KEY), 'newGame', anything)).seen?.fingerprint),
  );

  expect(new Set(fingerprints).size).toBe(4);
});

it('keeps the keys of two callers apart, and those of a known one from those of anybody', async () => {
  const by = (claims: object | undefined, key = KEY) =>
    post('{}', key, { requestContext: { authorizer: claims && { claims } } as never });
  const events = [
    by({ iss: 'pool', sub: 'ann' }),
    by({ iss: 'pool', sub: 'ben' }),
    by({ iss: 'other', sub: 'ann' }),
    by(undefined),
    { idempotencyKey: KEY },
  ];

  const keys = await Promise.all(events.map(async (event) => (await told(event)).seen?.key ?? ''));

  expect(new Set(keys).size).toBe(5);
  expect((await told(by({ iss: 'pool', sub: 'ann' }))).seen?.key).toBe(keys[0]);
  expect((await told(by(undefined, keys[0]))).seen?.key).not.toBe(keys[0]);
});

it('takes a short key of a caller whom it knows, and asks anybody for one that no other client has', async () => {
  const known = post('{}', '1', { requestContext: { authorizer: { claims: { sub: 'ann' } } } as never });

  const { answer } = await told(post('{}', '1'));

  expect((await told(known)).seen?.key).toEqual(DIGEST);
  expect(answer.statusCode).toBe(400);
  expect(JSON.parse(answer.body)).toMatchObject({
    detail: expect.stringMatching(/may be that of another one, too\. Use a random one, such as a UUID/),
    errors: [{ field: 'Idempotency-Key', message: 'has fewer than 20 characters' }],
  });
});

it('takes the key out of a bare event, whose function stands for the route', async () => {
  const event = { players: 5, idempotencyKey: 'k-2' };

  const { seen, parsed } = await told(event);

  expect(seen?.key).toEqual(DIGEST);
  expect(parsed).toEqual({ players: 5 });
  expect((await told(event, 'other')).seen?.fingerprint).not.toBe(seen?.fingerprint);
});

it('tells nothing of a request without a key', async () => {
  expect((await told(post('{}', undefined))).seen).toBeUndefined();
});

it.each([['a key that has blanks in it'], [''], ['x'.repeat(256)], ['ключ-ключ-ключ-ключ-ключ']])(
  'refuses %j, which is no key',
  async (key) => {
    const { answer } = await told(post('{}', key));

    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(answer.body).errors).toEqual([{ field: 'Idempotency-Key', message: 'not a key' }]);
  },
);
