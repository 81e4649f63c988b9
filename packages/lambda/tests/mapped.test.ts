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

const mappedEvent = (path: Record<string, string> = { gameId: 'abc' }) => ({
  'body-json': {},
  params: { path, querystring: { limit: '7' }, header: { 'X-Key': 'k' } },
  context: { 'http-method': 'GET' },
});

describe('a request through a LAMBDA integration with a mapping template', () => {
  it('arrives checked, and is answered with the bare body', async () => {
    expect(await invoke(mappedEvent())).toEqual({ path: { gameId: 'abc' }, query: { limit: 7 }, key: 'k' });
  });

  it('that does not fit ends in an error that starts with the status and carries the problem', async () => {
    await expect(invoke(mappedEvent({ gameId: 'a' }))).rejects.toThrow(/^\[400\] \{.*"status":400.*path\.gameId.*\}$/);
  });

  it('that is refused ends in an error with the problem', async () => {
    const refuse = () => {
      throw new HttpProblem(404, { detail: 'There is no game abc.' });
    };

    await expect(invoke(mappedEvent(), refuse)).rejects.toThrow(/^\[404\] \{.*There is no game abc\..*\}$/);
  });

  it('that fails tells the caller nothing', async () => {
    const fail = () => {
      throw new Error('the table is on fire');
    };

    await expect(invoke(mappedEvent(), fail)).rejects.toThrow(/^\[500\] (?!.*fire)/);
  });
});
