import type { APIGatewayProxyResult } from 'aws-lambda';
import { HttpProblem } from './problem.ts';
import { SECURITY_HEADERS } from './securityHeaders.ts';

/** What an HTTP handler answers. */
export interface HttpAnswer {
  status: number;
  /** Anything that JSON can carry; left out for an empty answer. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** Headers for the origins in `allowed` (separated by commas, `*` for all); none for other origins. */
export function corsHeaders(origin: string | undefined, allowed: string | undefined): Record<string, string> {
  if (!allowed) return {};
  if (allowed === '*') return { 'access-control-allow-origin': '*' };
  const isAllowed = origin !== undefined && allowed.split(',').some((one) => one.trim() === origin);
  return { vary: 'Origin', ...(isAllowed && { 'access-control-allow-origin': origin }) };
}

/** The proxy integration's form of an answer. */
export function proxyResult(
  { status, body, headers }: HttpAnswer,
  common: Record<string, string>,
  contentType = 'application/json',
): APIGatewayProxyResult {
  return {
    statusCode: status,
    headers: {
      ...SECURITY_HEADERS,
      ...common,
      ...(body !== undefined && { 'content-type': contentType }),
      ...headers,
    },
    body: body === undefined ? '' : JSON.stringify(body),
  };
}

/** Whatever was thrown, as a problem: an unknown error becomes a 500 that tells the caller nothing. */
export function asProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  return new HttpProblem(500, { detail: 'Something went wrong on our side.' }, { cause: error });
}
