import type { ObjectSchema, Schema } from '@arcade/events';
import type { APIGatewayProxyResult } from 'aws-lambda';
import type * as z from 'zod/mini';
import { correlated } from '../correlated.ts';
import type { Invocation, InvocationContext } from '../invocation.ts';
import { type Log, logger } from '../observability.ts';
import { makeStacksReadable } from '../readableStacks.ts';
import type { RawRequest } from './idempotency.ts';
import type { HttpProblem } from './problem.ts';
import {
  claimsOf,
  headersOf,
  isMappedEvent,
  isProxyEvent,
  type ParsedRequest,
  parseRequest,
  type RouteSchemas,
  rawOfBare,
  rawOfMapped,
  rawOfProxy,
} from './request.ts';
import { asProblem, corsHeaders, type HttpAnswer, proxyResult } from './response.ts';

/** A checked request, and what is known of its invocation. */
export type HttpRequest<Path, Query, Body> = ParsedRequest<Path, Query, Body> &
  Invocation & {
    /** The claims of the caller's verified token, when the route has an authorizer. */
    claims: Readonly<Record<string, unknown>>;
  };

export interface HttpHandlerOptions {
  log?: Log;
  /** Tells a problem in words of its own, where clients expect other documents than problem details: an OAuth endpoint, say. */
  refuse?: (problem: HttpProblem) => HttpAnswer;
}

/** What a client may send as a correlation id; anything else is replaced by the request's own id. */
const CORRELATION_ID = /^[\w.-]{1,64}$/;

/**
 * A handler for a route of a REST API or an HTTP API (proxy integration; of HTTP APIs payload format 2.0). Parses and checks path, query and body; answers JSON; turns
 * what is thrown into problem details (RFC 9457); adds security headers, the correlation id, and CORS for the origins in
 * the environment variable ALLOWED_ORIGINS.
 *
 * With the event of a LAMBDA (non-proxy) integration whose mapping template passes everything on, the answer is
 * `{ correlationId, body }`, and a problem is thrown as an error whose message is `[404] <correlation id> {...}`: the
 * integration's selection patterns find the status, its response templates id and document.
 *
 * With a bare event (`sls invoke local`, the console's test) parameters and body fields stand side by side in the
 * event, and the answer is the bare body (or problem document).
 *
 * @example
 * export const handler = httpHandler(
 *   { path: z.object({ gameId: z.string() }), body: z.object({ name: z.string() }) },
 *   async ({ path, body }) => ({ status: 200, body: await judge(path.gameId, body.name) }),
 * );
 */
export function httpHandler<
  Path extends ObjectSchema = ObjectSchema,
  Query extends ObjectSchema = ObjectSchema,
  Body extends Schema = Schema,
>(
  schemas: RouteSchemas<Path, Query, Body>,
  respond: (request: HttpRequest<z.output<Path>, z.output<Query>, z.output<Body>>) => Promise<HttpAnswer>,
  { log = logger, refuse }: HttpHandlerOptions = {},
) {
  makeStacksReadable();
  return async (event: unknown, context: InvocationContext): Promise<unknown> => {
    const { awsRequestId: requestId, functionName = '' } = context;
    const respondTo = (raw: RawRequest, correlationId: string, claims = {}) =>
      respond({ ...parseRequest(raw, schemas), requestId, correlationId, claims });
    if (isMappedEvent(event)) {
      // The gateway knows its own id of the request only: it is the one that an answer without the function can name.
      const raw = rawOfMapped(event);
      const correlationId = correlationIdOf(raw.headers, event.context['request-id'] || requestId);
      return correlated(correlationId, () => mappedAnswer(() => respondTo(raw, correlationId), correlationId, log));
    }
    if (!isProxyEvent(event)) {
      return correlated(requestId, () =>
        bareAnswer(() => respondTo(rawOfBare(event, schemas, functionName), requestId), log),
      );
    }
    const headers = headersOf(event);
    const correlationId = correlationIdOf(headers, requestId);
    const common = { 'x-correlation-id': correlationId, ...corsHeaders(headers.origin, process.env.ALLOWED_ORIGINS) };
    return correlated(correlationId, async () => {
      try {
        return proxyResult(await respondTo(rawOfProxy(event, schemas), correlationId, claimsOf(event)), common);
      } catch (error) {
        return problemResult(loggedProblem(error, log), common, refuse);
      }
    });
  };
}

function correlationIdOf({ 'x-correlation-id': sent }: Readonly<Record<string, string>>, otherwise: string): string {
  return sent && CORRELATION_ID.test(sent) ? sent : otherwise;
}

function problemResult(
  problem: HttpProblem,
  common: Record<string, string>,
  refuse: HttpHandlerOptions['refuse'],
): APIGatewayProxyResult {
  if (refuse) return proxyResult(refuse(problem), common);
  const { headers } = problem.details;
  const answer = { status: problem.status, body: problem.document(), ...(headers && { headers }) };
  return proxyResult(answer, common, 'application/problem+json');
}

async function bareAnswer(respond: () => Promise<HttpAnswer>, log: Log): Promise<unknown> {
  try {
    return (await respond()).body;
  } catch (error) {
    return loggedProblem(error, log).document();
  }
}

/** The error that a LAMBDA integration turns into a response: its message starts with the status in brackets, and the correlation id. */
class MappedProblemError extends Error {
  override readonly name = 'MappedProblemError';
}

async function mappedAnswer(respond: () => Promise<HttpAnswer>, correlationId: string, log: Log): Promise<unknown> {
  try {
    return { correlationId, body: (await respond()).body };
  } catch (error) {
    const problem = loggedProblem(error, log);
    throw new MappedProblemError(`[${problem.status}] ${correlationId} ${JSON.stringify(problem.document())}`);
  }
}

function loggedProblem(error: unknown, log: Log) {
  const problem = asProblem(error);
  if (problem.status >= 500) log.error('the request failed', error as Error);
  else log.info('the request was refused', { status: problem.status, reason: problem.message });
  return problem;
}
