import type { ObjectSchema, Schema } from '@arcade/events';
import { misfitsOf } from '@arcade/events';
import * as z from 'zod/mini';
import { correlated } from '../correlated.ts';
import { UnknownTriggerError } from '../errors.ts';
import { HttpProblem } from '../http/problem.ts';
import { asProblem } from '../http/response.ts';
import type { Invocation, InvocationContext } from '../invocation.ts';
import { type Log, logger } from '../observability.ts';
import { makeStacksReadable } from '../readableStacks.ts';

/** What reaches a route of a WebSocket API: somebody connects, says something, or is gone. */
export interface SocketRequest<Caller, Body> extends Invocation {
  connectionId: string;
  /** Milliseconds since the epoch. */
  connectedAtMs: number;
  /** When this reached API Gateway, milliseconds since the epoch. */
  atMs: number;
  /** What the authorizer of `$connect` has said of the caller. */
  caller: Caller;
  /** Of a message. */
  body: Body;
}

export interface SocketSchemas<Caller extends ObjectSchema, Body extends Schema> {
  /** Of what the authorizer says; all of it is text, numbers or booleans. */
  caller?: Caller;
  /** Of what a message says, as JSON; left out for `$connect` and `$disconnect`. */
  body?: Body;
}

const event = z.object({
  requestContext: z.object({
    connectionId: z.string(),
    connectedAt: z.number(),
    requestTimeEpoch: z.number(),
    requestId: z.string(),
    authorizer: z.optional(z.record(z.string(), z.unknown())),
  }),
  body: z.optional(z.nullable(z.string())),
});

/**
 * A handler for routes of a WebSocket API. What it gives is sent to the caller as JSON, where the route has a response; nothing is sent
 * for undefined. An HttpProblem is the answer of `$connect`, which turns the caller away, or of a message; what else is thrown is a
 * 500 that says nothing, with the cause in the log.
 *
 * @example
 * export const handler = socketHandler({}, async () => ({ type: 'pong' }));
 */
export function socketHandler<Caller extends ObjectSchema = ObjectSchema, Body extends Schema = Schema>(
  schemas: SocketSchemas<Caller, Body>,
  respond: (request: SocketRequest<z.output<Caller>, z.output<Body>>) => Promise<unknown>,
  { log = logger }: { log?: Log } = {},
) {
  makeStacksReadable();
  return async (trigger: unknown, { awsRequestId: requestId }: InvocationContext) => {
    const given = event.safeParse(trigger);
    if (!given.success) throw new UnknownTriggerError(['a WebSocket API']);
    const { requestContext, body } = given.data;
    const { connectionId, requestId: correlationId, authorizer } = requestContext;
    const { connectedAt: connectedAtMs, requestTimeEpoch: atMs } = requestContext;
    return correlated(correlationId, async () => {
      try {
        const caller = schemas.caller && (z.parse(schemas.caller, authorizer) as z.output<Caller>);
        const said = schemas.body && (bodyOf(schemas.body, body) as z.output<Body>);
        const about = { connectionId, connectedAtMs, atMs, requestId, correlationId };
        const answer = await respond({ ...about, caller: caller as z.output<Caller>, body: said as z.output<Body> });
        return { statusCode: 200, ...(answer !== undefined && { body: JSON.stringify(answer) }) };
      } catch (error) {
        const problem = asProblem(error);
        if (problem.status >= 500) log.error('the request failed', error as Error);
        else log.info('the request was refused', { status: problem.status, reason: problem.message });
        return { statusCode: problem.status, body: JSON.stringify(problem.document()) };
      }
    });
  };
}

/** What a message says. Throws HttpProblem 400. */
function bodyOf(schema: Schema, text: string | null | undefined): unknown {
  let said: unknown;
  try {
    said = JSON.parse(text ?? '');
  } catch (cause) {
    throw new HttpProblem(400, { detail: 'The message is not JSON.' }, { cause });
  }
  const parsed = z.safeParse(schema, said);
  if (parsed.success) return parsed.data;
  const errors = misfitsOf(parsed.error).map(({ path, message }) => ({ field: path, message }));
  throw new HttpProblem(400, { detail: 'The message does not fit.', errors });
}
