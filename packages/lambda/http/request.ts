import { misfitsOf, type ObjectSchema, type Schema } from '@arcade/events';
import type { APIGatewayProxyEvent, APIGatewayProxyEventV2WithRequestContext } from 'aws-lambda';
import * as z from 'zod/mini';
import { type BodyFormat, readBody } from './body.ts';
import { type RawRequest, type RepeatableRequest, takeKey } from './idempotency.ts';
import { type FieldError, HttpProblem } from './problem.ts';

/** The schemas of a route. What is left out is not read. */
export interface RouteSchemas<Path extends ObjectSchema, Query extends ObjectSchema, Body extends Schema> {
  path?: Path;
  query?: Query;
  body?: Body;
  /** What a body is written in, unless it is JSON. */
  bodyFormat?: BodyFormat;
  /** Bytes; a longer body is answered 413. */
  maxBodyBytes?: number;
  /** Whether the route knows a request that comes again, by its `Idempotency-Key`. */
  repeatable?: boolean;
}

/** What arrived, checked. */
export interface ParsedRequest<Path, Query, Body> {
  path: Path;
  query: Query;
  body: Body;
  /** The body as it came, for whoever checks a signature; empty where the route reads none. */
  bodyText: string;
  /** By name in lower case. */
  headers: Readonly<Record<string, string>>;
  /** The client may send this request again. Undefined when it has no key, or the route is not repeatable. */
  repeatable: RepeatableRequest | undefined;
}

/** The event of an HTTP API, of payload format 2.0; claims are there where a route has a JWT authorizer. */
type HttpApiEvent = APIGatewayProxyEventV2WithRequestContext<{
  http: { method: string };
  authorizer?: { jwt?: { claims: Record<string, unknown> } };
}>;

/** What an API with proxy integrations sends: a REST API, or an HTTP API. */
export type ProxyEvent = APIGatewayProxyEvent | HttpApiEvent;

/** Whether this is the event of a proxy integration, or a bare one: `sls invoke local`, the console. */
export function isProxyEvent(event: unknown): event is ProxyEvent {
  return (
    typeof event === 'object' &&
    event !== null &&
    'requestContext' in event &&
    ('httpMethod' in event || isOfHttpApi(event))
  );
}

const isOfHttpApi = (event: object): event is HttpApiEvent =>
  'version' in event && event.version === '2.0' && 'routeKey' in event;

/** The route that API Gateway has found: `GET /games/{gameId}`. */
export const routeOf = (event: ProxyEvent): string =>
  isOfHttpApi(event) ? event.routeKey : `${event.httpMethod} ${event.resource}`;

/** The claims of the caller's verified token; empty where the route has no authorizer. */
export function claimsOf(event: ProxyEvent): Readonly<Record<string, unknown>> {
  const claims = isOfHttpApi(event)
    ? event.requestContext.authorizer?.jwt?.claims
    : event.requestContext.authorizer?.claims;
  return claims ?? {};
}

/**
 * What the mapping template "method request passthrough" of API Gateway's LAMBDA (non-proxy) integration makes of a request:
 * the body, parsed; the parameters by place; the context, with names in kebab-case. The body in base64 and the stage's
 * variables are there too, and nobody reads them.
 */
export interface MappedEvent {
  'body-json': unknown;
  params: Record<'path' | 'querystring' | 'header', Record<string, string> | undefined>;
  context: Record<string, string>;
}

/** Whether this is the event of a LAMBDA integration with that mapping template. */
export function isMappedEvent(event: unknown): event is MappedEvent {
  return typeof event === 'object' && event !== null && 'body-json' in event && 'params' in event && 'context' in event;
}

/** What arrived in a mapped event. */
export function rawOfMapped({ params, context, 'body-json': body }: MappedEvent): RawRequest {
  return {
    operation: `${context['http-method']} ${context['resource-path']}`,
    headers: headersOf({ headers: params.header ?? {} }),
    path: params.path ?? {},
    query: params.querystring ?? {},
    body,
  };
}

/** Header names in lower case. API Gateway gives null where there are none. */
export function headersOf({ headers }: Pick<ProxyEvent, 'headers'>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), value]],
    ),
  );
}

/** What arrived in a proxy event; its body is read only for a route that has one. Throws HttpProblem 400, 413 or 415. */
export function rawOfProxy(event: ProxyEvent, { body, bodyFormat, maxBodyBytes }: AnyRoute): RawRequest {
  const headers = headersOf(event);
  const read = body && readBody(event, headers, { ...(bodyFormat && { format: bodyFormat }), maxBytes: maxBodyBytes });
  return {
    operation: routeOf(event),
    headers,
    path: event.pathParameters ?? {},
    query: event.queryStringParameters ?? {},
    body: read?.value,
    bodyText: read?.text,
    caller: callerOf(claimsOf(event)),
  };
}

/** By a token that the gateway's authorizer has verified; a subject is unique within its issuer. */
function callerOf(claims: Readonly<Record<string, unknown>>): string[] | undefined {
  return typeof claims.sub === 'string' ? ['token', String(claims.iss), claims.sub] : undefined;
}

/**
 * What arrived in a bare event: parameters and the body's fields stand side by side in it. IAM has asked whoever sends one;
 * all who may are one caller.
 */
export function rawOfBare(event: unknown, { path, query }: AnyRoute, functionName: string): RawRequest {
  const fields = typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : {};
  const parameters = new Set(Object.keys({ ...path?._zod.def.shape, ...query?._zod.def.shape }));
  const body = Object.fromEntries(Object.entries(fields).filter(([name]) => !parameters.has(name)));
  return { operation: functionName, headers: {}, path: fields, query: fields, body, caller: ['invoker'] };
}

type AnyRoute = RouteSchemas<ObjectSchema, ObjectSchema, Schema>;

/** Checks what arrived. Throws HttpProblem 400 that names every field which does not fit. */
export function parseRequest<Path extends ObjectSchema, Query extends ObjectSchema, Body extends Schema>(
  raw: RawRequest,
  schemas: RouteSchemas<Path, Query, Body>,
): ParsedRequest<z.output<Path>, z.output<Query>, z.output<Body>> {
  const { repeatable, body: rawBody } = schemas.repeatable ? takeKey(raw) : { repeatable: undefined, body: raw.body };
  const errors: FieldError[] = [];
  const part = <Part extends Schema>(schema: Part | undefined, value: unknown, prefix: string) => {
    const parsed = schema && z.safeParse(schema, value);
    if (parsed && !parsed.success) {
      errors.push(...misfitsOf(parsed.error).map(({ path, message }) => ({ field: prefix + path, message })));
    }
    return parsed?.data as z.output<Part>;
  };
  const path = part(schemas.path, raw.path, 'path.');
  const query = part(schemas.query, raw.query, 'query.');
  const body = part(schemas.body, rawBody, '');
  if (errors.length > 0) {
    const fields = errors.map(({ field }) => field || 'body').join(', ');
    throw new HttpProblem(400, { detail: `The request does not fit: ${fields}.`, errors });
  }
  return { headers: raw.headers, repeatable, path, query, body, bodyText: raw.bodyText ?? '' };
}
