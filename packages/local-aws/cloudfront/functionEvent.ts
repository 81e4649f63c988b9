import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { RawAnswer } from '../core/service.ts';
import { EdgeFunctionError } from './edgeFunction.ts';

/** A viewer's request, as an edge sees it and changes it. */
export interface ViewerRequest {
  method: string;
  /** As it was sent. */
  path: string;
  /** Without the question mark, as it was sent. */
  rawQuery: string;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
}

/** What an event says of where and for whom a function runs. */
export interface EventContext {
  distributionId: string;
  distributionDomainName: string;
  requestId: string;
  viewerIp: string;
}

interface Valued {
  value: string;
  multiValue?: { value: string }[] | undefined;
}

const valued = z.object({ value: z.string(), multiValue: z.array(z.object({ value: z.string() })).optional() });
const requestShape = z.strictObject({
  method: z.string(),
  uri: z.string(),
  querystring: z.record(z.string(), valued).default({}),
  headers: z.record(z.string(), valued).default({}),
  cookies: z.record(z.string(), z.unknown()).default({}),
});
const responseShape = z.strictObject({
  statusCode: z.int().min(200).max(599),
  statusDescription: z.string().optional(),
  headers: z.record(z.string(), valued).default({}),
  cookies: z.record(z.string(), z.unknown()).default({}),
  body: z.union([z.string(), z.strictObject({ encoding: z.enum(['text', 'base64']), data: z.string() })]).default(''),
});

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html */
const READ_ONLY = ['content-length', 'host', 'transfer-encoding', 'via'];
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html, in characters */
const LONGEST_URI = 8192;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html */
export function viewerRequestEvent({ method, path, rawQuery, headers }: ViewerRequest, where: EventContext): object {
  const { distributionId, distributionDomainName, requestId, viewerIp } = where;
  const { cookie, ...others } = headers;
  return {
    version: '1.0',
    context: { distributionDomainName, distributionId, eventType: 'viewer-request', requestId },
    viewer: { ip: viewerIp },
    request: {
      method,
      uri: path,
      querystring: grouped(rawQuery.split('&')),
      headers: Object.fromEntries(Object.entries(others).map(([name, value]) => [name, { value }])),
      cookies: grouped((cookie ?? '').split(/;\s*/)),
    },
  };
}

/** `a=1`, `b`: by name; of several of one name the last stands first, and all under `multiValue`. */
function grouped(pairs: readonly string[]): Record<string, Valued> {
  const values = new Map<string, string[]>();
  for (const pair of pairs) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const [name, value] = at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  const entries = [...values].map(([name, all]): [string, Valued] => {
    const value = all.at(-1) ?? '';
    return [name, { value, ...(all.length > 1 && { multiValue: all.map((one) => ({ value: one })) }) }];
  });
  return Object.fromEntries(entries);
}

/** What a function has made of a request: another request, or the answer to it. Throws EdgeFunctionError for what is neither. */
export function resultOf(result: unknown, before: ViewerRequest): ViewerRequest | RawAnswer {
  if (typeof result === 'object' && result !== null && 'statusCode' in result)
    return answerOf(parse(responseShape, result));
  const request = parse(requestShape, result);
  const { uri, querystring } = request;
  if (!uri.startsWith('/') || uri.length > LONGEST_URI)
    throw new EdgeFunctionError(`a function's uri begins with a slash and has at most ${LONGEST_URI} characters`);
  if (request.method !== before.method) throw new EdgeFunctionError('a function cannot change the method');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, { value }]) => [name.toLowerCase(), value]),
  );
  for (const name of READ_ONLY)
    if (headers[name] !== before.headers[name])
      throw new EdgeFunctionError(`a function cannot change the header ${name}`);
  const { cookie } = before.headers;
  const isSame = isDeepStrictEqual(querystring, grouped(before.rawQuery.split('&')));
  const pairs = Object.entries(querystring).flatMap(([name, one]) => all(one).map((value) => `${name}=${value}`));
  return {
    method: before.method,
    path: uri,
    rawQuery: isSame ? before.rawQuery : pairs.join('&'),
    headers: { ...headers, ...(cookie !== undefined && { cookie }) },
  };
}

const all = ({ value, multiValue }: Valued): string[] => multiValue?.map((one) => one.value) ?? [value];

function answerOf({ statusCode, headers, body }: z.output<typeof responseShape>): RawAnswer {
  const content =
    typeof body === 'string' ? body : Buffer.from(body.data, body.encoding === 'base64' ? 'base64' : 'utf8');
  const named = Object.entries(headers).map(([name, { value }]) => [name.toLowerCase(), value]);
  return new RawAnswer(statusCode, Object.fromEntries(named), content);
}

function parse<Shape extends z.ZodType>(shape: Shape, value: unknown): z.output<Shape> {
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  throw new EdgeFunctionError(`a function gave neither a request nor a response: ${z.prettifyError(read.error)}`);
}
