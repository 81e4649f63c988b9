import type { RawAnswer } from '../core/service.ts';
import { fits } from './behaviors.ts';
import type { CachePolicy } from './managedPolicies.ts';

/** What all answers that are kept may take together, in bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Errors that are kept whatever their headers say of their age; the first four not, if these forbid it. */
const KEPT_ERRORS = [404, 410, 414, 501, 500, 502, 503, 504];
const MAY_FORBID = new Set(KEPT_ERRORS.slice(0, 4));
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html, in seconds */
const ERROR_S = 10;

interface Kept {
  distributionId: string;
  /** As viewers ask for it. */
  path: string;
  answer: RawAnswer;
  size: number;
  storedAtMs: number;
  untilMs: number;
}

/** Answers at the edge, in memory: of all distributions together, the oldest go first. */
export class EdgeCache {
  readonly #kept = new Map<string, Kept>();
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** The answer that is kept, and its age in seconds; undefined where there is none that is good still. */
  find(key: string, nowMs: number): { answer: RawAnswer; ageS: number } | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    if (kept.untilMs > nowMs) return { answer: kept.answer, ageS: Math.floor((nowMs - kept.storedAtMs) / 1000) };
    this.#forget(key, kept);
    return undefined;
  }

  /** Keeps an answer for `ttlS` seconds. */
  keep(
    key: string,
    { ttlS, nowMs, ...what }: Pick<Kept, 'distributionId' | 'path' | 'answer'> & { ttlS: number; nowMs: number },
  ): void {
    const before = this.#kept.get(key);
    if (before) this.#forget(key, before);
    const size = Buffer.byteLength(what.answer.body);
    if (ttlS <= 0 || size > this.#mostBytes) return;
    this.#kept.set(key, { ...what, size, storedAtMs: nowMs, untilMs: nowMs + ttlS * 1000 });
    this.#bytes += size;
    for (const [oldest, kept] of this.#kept) {
      if (this.#bytes <= this.#mostBytes) break;
      this.#forget(oldest, kept);
    }
  }

  /** Forgets what these paths, as viewers ask for them, name; `*` at the end stands for all that begin so. */
  invalidate(distributionId: string, paths: readonly string[]): void {
    for (const [key, kept] of this.#kept)
      if (kept.distributionId === distributionId && paths.some((path) => fits(path, kept.path)))
        this.#forget(key, kept);
  }

  #forget(key: string, { size }: Kept): void {
    this.#kept.delete(key);
    this.#bytes -= size;
  }
}

/**
 * For how many seconds an answer is kept. `errorS`: what the distribution says of errors, by status.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 */
export function ttlOf(
  { status, headers }: Pick<RawAnswer, 'status' | 'headers'>,
  policy: CachePolicy,
  errorS: ReadonlyMap<number, number>,
): number {
  const control = String(headers['cache-control'] ?? '').toLowerCase();
  const forbids = /\b(no-store|no-cache|private)\b/.test(control);
  const [, said] = /\bs-maxage=(\d+)/.exec(control) ?? /\bmax-age=(\d+)/.exec(control) ?? [];
  if (status >= 400) {
    if (!KEPT_ERRORS.includes(status) || (forbids && MAY_FORBID.has(status))) return 0;
    return errorS.get(status) ?? ERROR_S;
  }
  if (status !== 200) return 0;
  if (forbids) return policy.minS;
  return Math.min(policy.maxS, Math.max(policy.minS, said === undefined ? policy.defaultS : Number(said)));
}
