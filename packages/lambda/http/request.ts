import { misfitsOf, type ObjectSchema, type Schema } from '@arcade/events';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { type RawRequest, type RepeatableRequest, takeKey } from './idempotency.ts';
import { type FieldError, HttpProblem } from './problem.ts';

/** The schemas of a route. What is left out is not read. */
export interface RouteSchemas<Path extends ObjectSchema, Query extends ObjectSchema, Body extends Schema> {
  path?: Path;
  query?: Query;
  body?: Body;
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
  /** By name in lower case. */
  headers: Readonly<Record<string, string>>;
  /** The client may send this request again. Undefined when it has no key, or the route is not repeatable. */
  repeatable: RepeatableRequest | undefined;
}

/** Far above what the routes here take, far below what would hurt. */
const DEFAULT_MAX_BODY_BYTES = 64 * 1024;

/** Whether this is the event of a REST API's proxy integration, or a bare one: `sls invoke local`, the console. */
export function isProxyEvent(event: unknown): event is APIGatewayProxyEvent {
  return typeof event === 'object' && event !== null && 'httpMethod' in event && 'requestContext' in event;
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
export function headersOf({ headers }: Pick<APIGatewayProxyEvent, 'headers'>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), value]],
    ),
  );
}

/** What arrived in a proxy event; its body is read only for a route that has one. Throws HttpProblem 400, 413 or 415. */
export function rawOfProxy(event: APIGatewayProxyEvent, { body, maxBodyBytes }: AnyRoute): RawRequest {
  const headers = headersOf(event);
  return {
    operation: `${event.httpMethod} ${event.resource}`,
    headers,
    path: event.pathParameters ?? {},
    query: event.queryStringParameters ?? {},
    body: body ? readBody(event, headers, maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES) : undefined,
    caller: callerOf(event.requestContext.authorizer?.claims),
  };
}

/** By a token that the gateway's authorizer has verified; a subject is unique within its issuer. */
function callerOf(claims: Record<string, unknown> | undefined): string[] | undefined {
  return typeof claims?.sub === 'string' ? ['token', String(claims.iss), claims.sub] : undefined;
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
  return { headers: raw.headers, repeatable, path, query, body };
}

/** The body as JSON. A missing body counts as an empty object, so that the schema names the fields that it misses. */
function readBody(event: APIGatewayProxyEvent, headers: Record<string, string>, maxBytes: number): unknown {
  if (event.body === null || event.body === undefined || event.body === '') return {};
  const bytes = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > maxBytes) {
    throw new HttpProblem(413, { detail: `The body has ${bytes.length} bytes; ${maxBytes} are allowed.` });
  }
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!/^application\/([\w.-]+\+)?json$/.test(mediaType)) {
    const given = mediaType ? `'${mediaType.slice(0, 60)}'` : 'missing';
    throw new HttpProblem(415, { detail: `The content type must be application/json; it is ${given}.` });
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new HttpProblem(400, { detail: 'The body is not JSON in UTF-8.' }, { cause });
  }
}
