import { createHash } from 'node:crypto';
import { HttpProblem } from './problem.ts';

/**
 * A request that its client may send again (draft-ietf-httpapi-idempotency-key-header): the first one's answer is kept with
 * what it has written, by the key, and given again.
 */
export interface RepeatableRequest {
  /**
   * The client's `Idempotency-Key`; where the caller is known, the digest of both, so that two callers' keys never meet.
   */
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
  /** Who asks, by the verified token. */
  caller?: unknown;
}

const KEY = /^[\x21-\x7e]{1,255}$/;
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * Takes the key out of a request: the header `Idempotency-Key`, or the body's field `idempotencyKey` (a bare event has no
 * headers). Gives the body without it. Throws HttpProblem 400 for a key that is none.
 */
export function takeKey(raw: RawRequest): { repeatable: RepeatableRequest | undefined; body: unknown } {
  const { operation, headers, path, query, caller } = raw;
  const { idempotencyKey, ...rest } = isObject(raw.body) ? raw.body : {};
  const body = isObject(raw.body) ? rest : raw.body;
  const given = headers['idempotency-key'] ?? idempotencyKey;
  if (given === undefined) return { repeatable: undefined, body };
  if (typeof given !== 'string' || !KEY.test(given)) {
    throw new HttpProblem(400, {
      detail: 'The Idempotency-Key header must have 1 to 255 visible ASCII characters.',
      errors: [{ field: 'Idempotency-Key', message: 'not a key' }],
    });
  }
  return {
    repeatable: {
      key: typeof caller === 'string' ? digest(`${caller}\n${given}`) : given,
      fingerprint: digest(JSON.stringify([operation, path, query, body])),
    },
    body,
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
