import { z } from 'zod';
import { type Throttle, TokenBucket } from '../core/tokenBucket.ts';

/** What an account may do in all where nobody says otherwise: docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html */
const ACCOUNT_THROTTLE: Throttle = { rate: 10_000, burst: 5_000 };

const limit = z.coerce.number().min(0).optional();

/** A throttle as templates write it. */
export const throttleLimits = { ThrottlingRateLimit: limit, ThrottlingBurstLimit: limit };
/** See `throttleLimits`. */
export type Limits = { [Name in keyof typeof throttleLimits]?: number | undefined };

/** What a template's limits come to; undefined when it has none. */
export function throttleOf({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }: Limits): Throttle | undefined {
  if (rate === undefined && burst === undefined) return undefined;
  return { rate: rate ?? ACCOUNT_THROTTLE.rate, burst: burst ?? ACCOUNT_THROTTLE.burst };
}

/**
 * The throttling of one stage: each method (or route) has a bucket of its own, by its own setting or by that for all, as
 * "throttling limits are applied at the API method level for a stage". What has no setting is not limited: the account's
 * own limits (10,000 requests a second) are beyond a laptop.
 */
export class StageThrottling {
  readonly #byKey: ReadonlyMap<string, Throttle>;
  readonly #others: Throttle | undefined;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(byKey: ReadonlyMap<string, Throttle> = new Map(), others?: Throttle) {
    this.#byKey = byKey;
    this.#others = others;
  }

  /** Whether a request to this method goes; it is counted if so. */
  admits(key: string, nowMs: number): boolean {
    const throttle = this.#byKey.get(key) ?? this.#others;
    if (!throttle) return true;
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      bucket = new TokenBucket(throttle, nowMs);
      this.#buckets.set(key, bucket);
    }
    return bucket.take(nowMs);
  }
}
