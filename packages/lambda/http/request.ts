import { misfitsOf, type ObjectSchema, type Schema } from '@arcade/events';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { type FieldError, HttpProblem } from './problem.ts';

/** The schemas of a route. What is left out is not read. */
export interface RouteSchemas<Path extends ObjectSchema, Query extends ObjectSchema, Body extends Schema> {
  path?: Path;
  query?: Query;
  body?: Body;
  /** Bytes; a longer body is answered 413. */
  maxBodyBytes?: number;
}

/** What arrived, checked. */
export interface ParsedRequest<Path, Query, Body> {
  path: Path;
  query: Query;
  body: Body;
  /** By name in lower case. */
  headers: Readonly<Record<string, string>>;
}

/** Far above what the routes here take, far below what would hurt. */
const DEFAULT_MAX_BODY_BYTES = 64 * 1024;

/** Whether this is the event of a REST API's proxy integration, or a bare one: `sls invoke local`, the console. */
export function isProxyEvent(event: unknown): event is APIGatewayProxyEvent {
  return typeof event === 'object' && event !== null && 'httpMethod' in event && 'requestContext' in event;
}

/**
 * What the mapping template "method request passthrough" of API Gateway's LAMBDA (non-proxy) integration makes of a request:
 * the body, parsed; the parameters by place; the context, with names in kebab-case.
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

/** Reads and checks a mapped event. Throws HttpProblem 400. */
export function parseMappedEvent<Path extends ObjectSchema, Query extends ObjectSchema, Body extends Schema>(
  { params, 'body-json': body }: MappedEvent,
  schemas: RouteSchemas<Path, Query, Body>,
): ParsedRequest<z.output<Path>, z.output<Query>, z.output<Body>> {
  const headers = headersOf({ headers: params.header ?? {} });
  return { headers, ...check(schemas, params.path ?? {}, params.querystring ?? {}, body) };
}

/** Header names in lower case. API Gateway gives null where there are none. */
export function headersOf({ headers }: Pick<APIGatewayProxyEvent, 'headers'>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), value]],
    ),
  );
}

/** Reads and checks a proxy event. Throws HttpProblem 400, 413 or 415. */
export function parseProxyEvent<Path extends ObjectSchema, Query extends ObjectSchema, Body extends Schema>(
  event: APIGatewayProxyEvent,
  schemas: RouteSchemas<Path, Query, Body>,
): ParsedRequest<z.output<Path>, z.output<Query>, z.output<Body>> {
  const headers = headersOf(event);
  const raw = schemas.body ? readBody(event, headers, schemas.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES) : undefined;
  return { headers, ...check(schemas, event.pathParameters ?? {}, event.queryStringParameters ?? {}, raw) };
}

/** Reads and checks a bare event: parameters and the body's fields stand side by side in it. Throws HttpProblem 400. */
export function parseBareEvent<Path extends ObjectSchema, Query extends ObjectSchema, Body extends Schema>(
  event: unknown,
  schemas: RouteSchemas<Path, Query, Body>,
): ParsedRequest<z.output<Path>, z.output<Query>, z.output<Body>> {
  const fields = typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : {};
  const parameters = new Set(Object.keys({ ...schemas.path?._zod.def.shape, ...schemas.query?._zod.def.shape }));
  const body = Object.fromEntries(Object.entries(fields).filter(([name]) => !parameters.has(name)));
  return { headers: {}, ...check(schemas, fields, fields, body) };
}

function check<Path extends ObjectSchema, Query extends ObjectSchema, Body extends Schema>(
  schemas: RouteSchemas<Path, Query, Body>,
  rawPath: unknown,
  rawQuery: unknown,
  rawBody: unknown,
) {
  const errors: FieldError[] = [];
  const part = <Part extends Schema>(schema: Part | undefined, raw: unknown, prefix: string) => {
    const parsed = schema && z.safeParse(schema, raw);
    if (parsed && !parsed.success) {
      errors.push(...misfitsOf(parsed.error).map(({ path, message }) => ({ field: prefix + path, message })));
    }
    return parsed?.data as z.output<Part>;
  };
  const parsed = {
    path: part(schemas.path, rawPath, 'path.'),
    query: part(schemas.query, rawQuery, 'query.'),
    body: part(schemas.body, rawBody, ''),
  };
  if (errors.length > 0) {
    const fields = errors.map(({ field }) => field || 'body').join(', ');
    throw new HttpProblem(400, { detail: `The request does not fit: ${fields}.`, errors });
  }
  return parsed;
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
