/** How much goes. */
export interface Throttle {
  /** So many a second, on average. */
  rate: number;
  /** So many at once. */
  burst: number;
}

/** A bucket of `burst` tokens, into which `rate` tokens a second fall; each request takes one. */
export class TokenBucket {
  readonly #throttle: Throttle;
  #tokens: number;
  #atMs: number;

  constructor(throttle: Throttle, nowMs: number) {
    this.#throttle = throttle;
    this.#tokens = throttle.burst;
    this.#atMs = nowMs;
  }

  /** Whether there was a token left. `nowMs` in milliseconds since the epoch. */
  take(nowMs: number): boolean {
    const { rate, burst } = this.#throttle;
    // A clock may go back, when it is set or the machine has slept.
    this.#tokens = Math.min(burst, this.#tokens + (Math.max(0, nowMs - this.#atMs) / 1000) * rate);
    this.#atMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
