import { GoneException, type PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { UnknownTriggerError } from '../errors.ts';
import { HttpProblem } from '../http/problem.ts';
import { socketAuthorizer } from '../sockets/authorizer.ts';
import { socketHandler } from '../sockets/handler.ts';
import { createSockets, managementUrl } from '../sockets/sockets.ts';
import { context, recordingLog, socketEvent } from '../testing.ts';

const ARN = 'arn:aws:execute-api:eu-west-1:000000000000:api1/dev/$connect';
const connecting = (token?: string) => ({
  type: 'REQUEST',
  methodArn: ARN,
  ...(token !== undefined && { queryStringParameters: { token } }),
});

describe('socketAuthorizer', () => {
  const { log, lines } = recordingLog();
  const authorize = socketAuthorizer(
    async (token) => {
      if (token === 'keys are gone') throw new Error(token);
      return token === 'good'
        ? { outcome: 'verified', claims: { sub: 'ann' } }
        : { outcome: 'refused', why: 'it has expired' };
    },
    ({ sub }) => ({ principal: sub, context: { player: sub } }),
    { log },
  );
  const ask = (event: unknown) => authorize(event, context as never);
  const policy = (Effect: string) => ({
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect, Resource: ARN }],
  });

  it('lets in whose token is good, and says who it is', async () => {
    expect(await ask(connecting('good'))).toEqual({
      principalId: 'ann',
      policyDocument: policy('Allow'),
      context: { player: 'ann' },
    });
  });

  it.each([['bad'], [undefined]])('denies a token such as %s, and says no more of it than why', async (token) => {
    expect(await ask(connecting(token))).toEqual({ principalId: 'nobody', policyDocument: policy('Deny') });
    expect(lines.at(-1)).toMatchObject({ level: 'info', extra: { reason: 'it has expired' } });
    expect(JSON.stringify(lines)).not.toContain('bad');
  });

  it('refuses nobody for good while tokens cannot be checked', async () => {
    await expect(ask(connecting('keys are gone'))).rejects.toThrow('keys are gone');
  });

  it.each([[null], [{}], [socketEvent('$connect')]])('is asked by nobody else: %j', async (event) => {
    await expect(ask(event)).rejects.toThrow(UnknownTriggerError);
  });
});

describe('socketHandler', () => {
  const caller = z.object({ player: z.string() });
  const body = z.object({ size: z.number() });
  function setUp(respond: (request: { body: { size: number } }) => unknown = () => undefined) {
    const { log, lines } = recordingLog();
    const requests: unknown[] = [];
    const handler = socketHandler(
      { caller, body },
      async (request) => {
        requests.push(request);
        log.info('at work');
        return respond(request);
      },
      { log },
    );
    const say = (text?: string, authorizer: unknown = { player: 'ann', principalId: 'ann' }) =>
      handler(socketEvent('say', { authorizer }, text), context as never);
    return { say, requests, lines, handler };
  }

  it('hands over who says what, and answers with what it is given', async () => {
    const { say, requests, lines } = setUp(({ body: { size } }) => ({ twice: 2 * size }));

    expect(await say('{"size":2}')).toEqual({ statusCode: 200, body: '{"twice":4}' });

    expect(requests).toEqual([
      {
        connectionId: 'connection-1=',
        connectedAtMs: Date.parse('2030-01-01T00:00:00Z'),
        atMs: Date.parse('2030-01-01T00:00:01Z'),
        requestId: 'request-1',
        correlationId: 'gateway-1',
        caller: { player: 'ann' },
        body: { size: 2 },
      },
    ]);
    expect(lines).toMatchObject([{ correlationId: 'gateway-1' }]);
  });

  it('sends nothing where there is no answer', async () => {
    expect(await setUp().say('{"size":2}')).toEqual({ statusCode: 200 });
  });

  it.each([
    ['no JSON', 'size'],
    ['none', undefined],
    ['what does not fit', '{"size":"2"}'],
  ])('answers a body of %s with what is wrong', async (_what, text) => {
    const { say, requests } = setUp();

    const answer = await say(text);

    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ status: 400, title: 'Bad Request' });
    expect(requests).toEqual([]);
  });

  it('turns a problem into the answer, and anything else into one that says nothing', async () => {
    const problem = setUp(() => {
      throw new HttpProblem(403, { detail: 'Not you.' });
    });
    const failure = setUp(() => {
      throw new Error('table is gone');
    });

    expect(await problem.say('{"size":2}')).toMatchObject({ statusCode: 403 });
    const answer = await failure.say('{"size":2}');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('table');
    expect(failure.lines.at(-1)).toMatchObject({
      level: 'error',
      extra: expect.objectContaining({ message: 'table is gone' }),
    });
  });

  it('answers nobody whom the authorizer does not name', async () => {
    const { say, requests } = setUp();

    expect(await say('{"size":2}', { principalId: 'ann' })).toMatchObject({ statusCode: 500 });
    expect(requests).toEqual([]);
  });

  it.each([[null], [{}], [connecting('good')]])('is asked by nothing else: %j', async (event) => {
    await expect(setUp().handler(event, context as never)).rejects.toThrow(UnknownTriggerError);
  });
});

describe('createSockets', () => {
  const connectionsOf = (count: number) => Array.from({ length: count }, (_, at) => ({ connectionId: `c-${at}` }));
  const gone = () => new GoneException({ message: 'Gone', $metadata: { httpStatusCode: 410 } });

  function setUp(answer: (id: string) => Error | undefined = () => undefined) {
    const posted: [string, unknown][] = [];
    const dropped: string[] = [];
    const load = { now: 0, most: 0 };
    const client = {
      async send({ input }: PostToConnectionCommand) {
        load.now += 1;
        load.most = Math.max(load.most, load.now);
        await new Promise(setImmediate);
        load.now -= 1;
        const error = answer(String(input.ConnectionId));
        if (error) throw error;
        posted.push([String(input.ConnectionId), input.Data]);
      },
    };
    const { send } = createSockets<{ connectionId: string }>({
      client: client as never,
      drop: async ({ connectionId }) => void dropped.push(connectionId),
    });
    return { send, posted, dropped, load };
  }

  it('sends to each connection once, so many at a time', async () => {
    const { send, posted, load } = setUp();

    expect(await send(connectionsOf(120), 'hello')).toEqual({ sent: 120, gone: 0, failed: [] });

    expect(posted.map(([id]) => id).sort()).toEqual(
      connectionsOf(120)
        .map(({ connectionId }) => connectionId)
        .sort(),
    );
    expect(load.most).toBe(50);
  });

  it('sends to none where nobody is', async () => {
    expect(await setUp().send([], 'hello')).toEqual({ sent: 0, gone: 0, failed: [] });
  });

  it('drops who is gone, however the SDK tells it, and reaches the others', async () => {
    const unreadable = Object.assign(new SyntaxError('Unexpected token'), { $response: { statusCode: 410 } });
    const { send, dropped, posted } = setUp((id) => ({ 'c-1': gone(), 'c-2': unreadable })[id]);

    expect(await send(connectionsOf(4), 'hello')).toEqual({ sent: 2, gone: 2, failed: [] });

    expect(dropped.sort()).toEqual(['c-1', 'c-2']);
    expect(posted.map(([id]) => id)).toEqual(['c-0', 'c-3']);
  });

  it('says whom it did not reach, and keeps them', async () => {
    const slow = Object.assign(new Error('too slow'), { $metadata: { httpStatusCode: 429 } });
    const { send, dropped } = setUp((id) => (id === 'c-0' ? slow : undefined));

    expect(await send(connectionsOf(2), 'hello')).toEqual({
      sent: 1,
      gone: 0,
      failed: [{ connection: { connectionId: 'c-0' }, error: slow }],
    });
    expect(dropped).toEqual([]);
  });
});

it('messages are posted where clients connect, by HTTP', () => {
  expect(managementUrl('wss://api1.execute-api.eu-west-1.amazonaws.com/dev')).toBe(
    'https://api1.execute-api.eu-west-1.amazonaws.com/dev',
  );
  expect(managementUrl('ws://localhost:4567/dev')).toBe('http://localhost:4567/dev');
});
