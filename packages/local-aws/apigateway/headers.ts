import { validateHeaderName, validateHeaderValue } from 'node:http';
import { GatewayError } from './gatewayError.ts';

/**
 * What API Gateway does to headers on their way, as recorded from AWS: some never reach a backend, and what only the gateway
 * itself may say to the client goes out under another name.
 */

/** Of a request, neither in the event of a proxy integration nor in `$input.params()`. */
const NOT_PASSED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'content-md5',
  'expect',
  'keep-alive',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
]);

/** Of an answer, by lower-case name. */
const REMAPPED: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'content-length',
  'content-md5',
  'date',
  'expect',
  'host',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'trailer',
  'upgrade',
  'user-agent',
  'www-authenticate',
  'x-amzn-requestid',
]);

/** Whether HTTP has a place for it: no line ends, no characters beyond Latin-1. */
export function canBeSent(name: string, value: string | string[]): boolean {
  try {
    validateHeaderName(name);
    for (const one of [value].flat()) validateHeaderValue(name, one);
    return true;
  } catch {
    return false;
  }
}

/** Whether a header of a request reaches the backend; HTTP/2's own, which begin with a colon, do not. */
export function isPassedOn(name: string): boolean {
  return !name.startsWith(':') && !NOT_PASSED.has(name.toLowerCase());
}

/** How a header is spelled to a backend: as it was sent, but for one. */
export function spelled(name: string): string {
  return name === 'authorization' ? 'Authorization' : name;
}

/** What an answer may say: headers by lower-case name. Throws GatewayError for one that cannot be sent. */
export function answerHeaders<Value extends string | string[]>(
  entries: Iterable<[name: string, value: Value]>,
): Record<string, Value> {
  const headers: Record<string, Value> = {};
  for (const [sent, value] of entries) {
    const name = sent.toLowerCase();
    if (name === 'transfer-encoding') continue;
    if (!canBeSent(name, value))
      throw new GatewayError('DEFAULT_5XX', `The header ${JSON.stringify(sent)} is none: ${JSON.stringify(value)}`);
    headers[REMAPPED.has(name) ? `x-amzn-remapped-${name}` : name] = value;
  }
  return headers;
}
