import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { AwsError, PassingError } from '../../core/errors.ts';
import type { ApiDestination } from './apiDestinations.ts';
import type { Authorization, Credentials, HttpParameter } from './connections.ts';

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
const TIMEOUT_MS = 5000;
/** Other client errors are no use to try again. */
const PASSING_STATUS = new Set([401, 407, 409, 429]);
/** What nobody can set otherwise. */
const FIXED_HEADERS = {
  'User-Agent': 'Amazon/EventBridge/ApiDestinations',
  Range: 'bytes=0-1048575',
  'Accept-Encoding': 'gzip,deflate',
  Connection: 'close',
};
/** What is taken out of requests. */
const REMOVED = new Set(
  'accept-charset accept-encoding cache-control connection content-encoding content-length content-md5 date expect forwarded from host max-forwards origin pragma proxy-authorization range referer te trailer transfer-encoding upgrade user-agent via warning'.split(
    ' ',
  ),
);

/** What goes out. */
export interface OutgoingRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string;
}

/** The request that an event becomes: what the connection says goes before what is in the event. */
export function requestOf(
  { endpoint, method }: Pick<ApiDestination, 'endpoint' | 'method'>,
  { authorization, parameters }: Credentials,
  payload: string,
): OutgoingRequest {
  const url = new URL(endpoint);
  for (const { Key, Value } of parameters.QueryStringParameters) url.searchParams.set(Key, Value);
  const body = withMembers(payload, parameters.BodyParameters);
  const headers: Record<string, string> = { 'Content-Type': 'application/json; charset=utf-8' };
  for (const { Key, Value } of parameters.HeaderParameters) {
    if (REMOVED.has(Key.toLowerCase())) continue;
    if (Key.toLowerCase() === 'content-type') delete headers['Content-Type'];
    headers[Key] = Value;
  }
  const [name, value] = authorizationHeader(authorization);
  const length = String(Buffer.byteLength(body));
  return { url, method, headers: { ...headers, [name]: value, ...FIXED_HEADERS, 'Content-Length': length }, body };
}

function authorizationHeader(authorization: Authorization): [string, string] {
  if (authorization.type === 'API_KEY') return [authorization.keyName, authorization.keyValue];
  const pair = `${authorization.username}:${authorization.password}`;
  return ['Authorization', `Basic ${Buffer.from(pair).toString('base64')}`];
}

function withMembers(payload: string, parameters: readonly HttpParameter[]): string {
  if (parameters.length === 0) return payload;
  const value: unknown = JSON.parse(payload);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return payload;
  return JSON.stringify({ ...value, ...Object.fromEntries(parameters.map(({ Key, Value }) => [Key, Value])) });
}

/**
 * Sends it, and is done when the endpoint has taken it. Throws PassingError for what may be tried again, AwsError for what may not: neither says
 * more of the answer than its status, for it could repeat a secret.
 */
export function send({ url, method, headers, body }: OutgoingRequest): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const refused = (reason: string) => reject(new PassingError(CODE, `${UNABLE} ${reason}`));
  const call = request(url, { method, headers, timeout: TIMEOUT_MS, agent: false }, (response) => {
    const { statusCode = 0, headers: answered } = response;
    // How it ends is settled by the status; whatever else it says is of no use to anybody.
    response.on('error', () => undefined).resume();
    if (statusCode >= 200 && statusCode < 300) resolve();
    else reject(failureOf(statusCode, answered['retry-after']));
  });
  // Real time: somebody else's clock does not stand still.
  const timer = setTimeout(
    () => call.destroy(new Error(`it has not answered within ${TIMEOUT_MS / 1000} s`)),
    TIMEOUT_MS,
  );
  call.on('error', ({ message }) => refused(message));
  call.on('close', () => clearTimeout(timer));
  call.end(body);
  return promise;
}

const CODE = 'ApiDestinationError';
const UNABLE = 'Unable to invoke ApiDestination endpoint:';

function failureOf(status: number, retryAfter: string | undefined): Error {
  const message = `${UNABLE} it answered ${status}`;
  if (status < 500 && !PASSING_STATUS.has(status)) return new AwsError(CODE, message);
  const retryAfterMs = retryAfterOf(retryAfter);
  return new PassingError(CODE, message, retryAfterMs);
}

/** Seconds, or a date: how long to wait, in milliseconds. */
function retryAfterOf(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const seconds = Number(header);
  const waitMs = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Number.isNaN(waitMs) ? undefined : waitMs;
}
