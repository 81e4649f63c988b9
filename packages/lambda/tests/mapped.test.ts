import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { httpHandler } from '../http/handler.ts';
import { HttpProblem } from '../http/problem.ts';
import { context, recordingLog } from '../testing.ts';

const schemas = {
  path: z.object({ gameId: z.string().min(3) }),
  query: z.object({ limit: z.coerce.number().default(5) }),
};

const invoke = (event: unknown, respond?: () => never) =>
  httpHandler(
    schemas,
    async ({ path, query, headers }) =>
      respond ? respond() : { status: 200, body: { path, query, key: headers['x-key'] } },
    { log: recordingLog().log },
  )(event, context as never);

const mappedEvent = (path: Record<string, string> = { gameId: 'abc' }, header: Record<string, string> = {}) => ({
  'body-json': {},
  params: { path, querystring: { limit: '7' }, header: { 'X-Key': 'k', ...header } },
  context: { 'http-method': 'GET', 'request-id': 'gateway-1' },
});

describe('a request through a LAMBDA integration with a mapping template', () => {
  it('arrives checked, and is answered with the body and the gateway’s id of the request', async () => {
    const body = { path: { gameId: 'abc' }, query: { limit: 7 }, key: 'k' };

    expect(await invoke(mappedEvent())).toEqual({ correlationId: 'gateway-1', body });
  });

  it('goes on with the correlation id that it came with, when it is one', async () => {
    const sent = (id: string) => invoke(mappedEvent(undefined, { 'X-CORRELATION-ID': id }));

    expect(await sent('chain-7')).toMatchObject({ correlationId: 'chain-7' });
    expect(await sent('{"no":"id"}')).toMatchObject({ correlationId: 'gateway-1' });
  });

  it('that does not fit ends in an error that starts with the status and carries the problem', async () => {
    await expect(invoke(mappedEvent({ gameId: 'a' }))).rejects.toThrow(
      /^\[400\] gateway-1 \{.*"status":400.*path\.gameId.*\}$/,
    );
  });

  it('that is refused ends in an error with the problem', async () => {
    const refuse = () => {
      throw new HttpProblem(404, { detail: 'There is no game abc.' });
    };

    await expect(invoke(mappedEvent(), refuse)).rejects.toThrow(/^\[404\] gateway-1 \{.*There is no game abc\..*\}$/);
  });

  it('that fails tells the caller nothing', async () => {
    const fail = () => {
      throw new Error('the table is on fire');
    };

    await expect(invoke(mappedEvent(), fail)).rejects.toThrow(/^\[500\] gateway-1 \{(?!.*fire)/);
  });
});
