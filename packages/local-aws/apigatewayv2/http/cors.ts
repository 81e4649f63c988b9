import { RawAnswer } from '../../core/service.ts';
import type { Cors } from '../model.ts';

/** Whether it is a preflight: docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html */
export function isPreflight(method: string, headers: Record<string, string>): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

/** The API's own answer to a preflight; nothing but 204 for an origin that is not allowed. */
export function preflightAnswer(cors: Cors, origin: string): RawAnswer {
  if (!isAllowed(cors, origin)) return new RawAnswer(204, {});
  return new RawAnswer(204, {
    ...originHeaders(cors, origin),
    ...(cors.methods.length > 0 && { 'access-control-allow-methods': cors.methods.join(',') }),
    ...(cors.headers.length > 0 && { 'access-control-allow-headers': cors.headers.join(',') }),
    ...(cors.maxAgeSeconds !== undefined && { 'access-control-max-age': String(cors.maxAgeSeconds) }),
  });
}

/** The answer with the API's CORS headers: what the function says of CORS itself is taken away. */
export function withCors(cors: Cors, origin: string | undefined, answer: RawAnswer): RawAnswer {
  const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  const headers = {
    ...Object.fromEntries(own),
    ...(origin !== undefined && isAllowed(cors, origin) && exposedTo(cors, origin)),
  };
  return new RawAnswer(answer.status, headers, answer.body);
}

function exposedTo(cors: Cors, origin: string): Record<string, string> {
  const { exposed } = cors;
  return {
    ...originHeaders(cors, origin),
    ...(exposed.length > 0 && { 'access-control-expose-headers': exposed.join(',') }),
  };
}

function originHeaders(cors: Cors, origin: string): Record<string, string> {
  return {
    'access-control-allow-origin': cors.origins.includes('*') ? '*' : origin,
    ...(cors.allowsCredentials && { 'access-control-allow-credentials': 'true' }),
  };
}

/** An origin is named, or all of a scheme are: `https://*`. */
function isAllowed({ origins }: Cors, origin: string): boolean {
  return origins.some(
    (one) => one === '*' || one === origin || (one.endsWith('://*') && origin.startsWith(one.slice(0, -1))),
  );
}
