import { createHash } from 'node:crypto';
import { HttpProblem } from './problem.ts';

/**
 * A request that its client may send again (draft-ietf-httpapi-idempotency-key-header): the first one's answer is kept with
 * what it has written, by the key, and given again.
 */
export interface RepeatableRequest {
  /** A digest of the client's `Idempotency-Key` and of who the caller is, so that two callers' keys never meet. */
  key: string;
  /** A digest of the raw request, as it was before any default was filled in: the same key with another one is a mistake. */
  fingerprint: string;
}

/** What is known of such a request by its key. */
export type Recalled =
  | { outcome: 'new' }
  /** It was answered before: give the same answer. */
  | { outcome: 'repeated'; answer: unknown }
  /** The key came before with another request. */
  | { outcome: 'key-reused' };

/** What a request is made of before it is checked. */
export interface RawRequest {
  /** What is asked for: method and route, or the function's name where there is no route. */
  operation: string;
  headers: Readonly<Record<string, string>>;
  path: unknown;
  query: unknown;
  body: unknown;
  /** The body as it came; undefined where none was read, or the gateway has parsed it. */
  bodyText?: string | undefined;
  /** Who asks, by a verified token, or by the right to invoke the function. Undefined: anybody may be asking. */
  caller?: readonly string[] | undefined;
}

const KEY = /^[\x21-\x7e]{1,255}$/;
/**
 * Of a caller whom nobody knows: nothing but the key tells them from others, so it must be one that others do not happen to
 * choose. 20 characters of base64 are 120 bits; a UUID has 36.
 */
const LEAST_OF_ANYBODY = 20;

/** JSON keeps its parts apart: `['a/b', 'c']` and `['a', 'b/c']` have two digests. */
const digest = (...parts: unknown[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

const badKey = (detail: string, message: string) =>
  new HttpProblem(400, { detail, errors: [{ field: 'Idempotency-Key', message }] });

/**
 * Takes the key out of a request: the header `Idempotency-Key`, or the body's field `idempotencyKey` (a bare event has no
 * headers). Gives the body without it. Throws HttpProblem 400 for a key that is none, or that another caller may have too.
 */
export function takeKey(raw: RawRequest): { repeatable: RepeatableRequest | undefined; body: unknown } {
  const { operation, headers, path, query, caller } = raw;
  const { idempotencyKey, ...rest } = isObject(raw.body) ? raw.body : {};
  const body = isObject(raw.body) ? rest : raw.body;
  const given = headers['idempotency-key'] ?? idempotencyKey;
  if (given === undefined) return { repeatable: undefined, body };
  if (typeof given !== 'string' || !KEY.test(given)) {
    throw badKey('The Idempotency-Key header must have 1 to 255 visible ASCII characters.', 'not a key');
  }
  if (!caller && given.length < LEAST_OF_ANYBODY) {
    const why = 'This route does not know its callers: a short Idempotency-Key may be that of another one, too.';
    throw badKey(`${why} Use a random one, such as a UUID.`, `has fewer than ${LEAST_OF_ANYBODY} characters`);
  }
  return {
    repeatable: { key: digest(caller ?? null, given), fingerprint: digest(operation, path, query, body) },
    body,
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
