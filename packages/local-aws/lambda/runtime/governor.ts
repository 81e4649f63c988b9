import type { GovernorLimits } from './governorLimits.ts';
import { averaged, type Governed, handedOut, newPool, type Pool, restsSince } from './pool.ts';
import { type EnvironmentSpec, type InvocationRequest, RuntimeUnavailable } from './runtime.ts';

const MEGABYTE = 1024 * 1024;
/** Everything in flight may wait for something that needs one more environment: so the budget gives way, up to this. */
const OVERDRAFT = 2;
/** An environment that is loading its code may be silent for so long, in milliseconds, until others may go on. */
const SILENT_START_MS = 1000;
/** What the start of an environment takes on a machine that does little else, its first invocation included, in milliseconds. */
const QUICK_START_MS = 200;
/** A queue that has cost so many starts in waiting will go on: a further environment pays, where a processor is free for it. */
const SUSTAINED_STARTS = 10;
/** Much slower than that is not the machine, but what a function does at its start. */
const SLOWEST = 10;

/** Makes an environment; calls `onGone` when its thread has ended. */
export type StartEnvironment<Environment extends Governed> = (
  spec: EnvironmentSpec,
  frozenNowMs: number | undefined,
  onGone: () => void,
) => Environment;

const closed = () => new RuntimeUnavailable('local-aws ends: it runs no function any more');

/**
 * Decides which environment runs an invocation, and which environments there are, over all functions of a local-aws.
 *
 * A function may keep one environment. It gets a further one when those who wait would wait longer than that takes to start, and
 * the processors are not taken: on a laptop more threads than processors only stand in each other's way. An environment that
 * waits itself (for a call, for a timer) takes no processor and counts for nothing, so that functions which call functions
 * always come to an end.
 */
export class Governor<Environment extends Governed> {
  readonly #limits: GovernorLimits;
  readonly #start: StartEnvironment<Environment>;
  readonly #now: () => number;
  readonly #pools = new Map<string, Pool<Environment>>();
  /** What the start of an environment takes on average, its first invocation included, in milliseconds. */
  #startMs = QUICK_START_MS;
  #again: NodeJS.Timeout | undefined;
  #sweep: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** `now` is the time that environments tell by, in milliseconds: `performance.now()`. */
  constructor(limits: GovernorLimits, start: StartEnvironment<Environment>, now = () => performance.now()) {
    this.#limits = limits;
    this.#start = start;
    this.#now = now;
  }

  /** A free environment; or a promise of the next one. Throws, or rejects, what reading the spec throws: its code may be gone. */
  acquire(spec: EnvironmentSpec, request: InvocationRequest): Environment | Promise<Environment> {
    if (this.#isClosed) throw closed();
    const pool = this.#poolOf(spec.functionName);
    for (let idle = pool.idle.pop(); idle; idle = pool.idle.pop()) {
      if (!idle.environment.isDead) return handedOut(pool, idle.environment, this.#now());
    }
    const { promise, resolve, reject } = Promise.withResolvers<Environment>();
    pool.waiting.push({ spec, request, sinceMs: this.#now(), resolve, reject });
    this.#serveWaiting();
    return promise;
  }

  /** Takes an environment back after its invocation. */
  release(functionName: string, environment: Environment): void {
    const pool = this.#poolOf(functionName);
    this.#takeDuration(pool, environment);
    // One that is dead makes room when its thread has ended.
    if (environment.isDead) return;
    if (pool.retired.has(environment)) {
      void environment.terminate();
      this.#serveWaiting();
      return;
    }
    const next = pool.waiting.shift();
    if (next) {
      pool.waitedMs += this.#now() - next.sinceMs;
      next.resolve(handedOut(pool, environment, this.#now()));
      return;
    }
    pool.waitedMs = 0;
    pool.idle.push({ environment, sinceMs: this.#now() });
    // One timer for all: an environment rests a thousand times a second.
    this.#sweep ??= setTimeout(() => this.#endIdle(), this.#limits.keepIdleMs).unref();
  }

  /** Ends the function's idle environments, and lets the busy ones end after their invocation. */
  async retire(functionName: string): Promise<void> {
    const pool = this.#pools.get(functionName);
    if (!pool) return;
    for (const environment of pool.all) pool.retired.add(environment);
    await Promise.all(pool.idle.splice(0).map(({ environment }) => environment.terminate()));
    // The function may not come back. If it does, what its invocations took is known anew.
    if (pool.all.size === 0 && pool.waiting.length === 0) this.#pools.delete(functionName);
  }

  /** Ends all environments at once. Those who wait, and who come from now on, are told RuntimeUnavailable. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#again);
    clearTimeout(this.#sweep);
    for (const pool of this.#pools.values()) for (const { reject } of pool.waiting.splice(0)) reject(closed());
    await Promise.all(this.#environments().map((environment) => environment.terminate()));
  }

  #poolOf(functionName: string): Pool<Environment> {
    let pool = this.#pools.get(functionName);
    if (!pool) {
      pool = newPool();
      this.#pools.set(functionName, pool);
    }
    return pool;
  }

  #environments(): Environment[] {
    return [...this.#pools.values()].flatMap(({ all }) => [...all]);
  }

  /** Starts environments for those who wait, as far as there may be more; and looks again as long as somebody waits. */
  #serveWaiting(): void {
    let isSomebodyWaiting = false;
    for (const pool of this.#pools.values()) {
      while (pool.waiting.length > 0 && this.#mayStart(pool)) this.#startFor(pool);
      isSomebodyWaiting ||= pool.waiting.length > 0;
    }
    if (!isSomebodyWaiting || this.#again) return;
    this.#again = setTimeout(() => {
      this.#again = undefined;
      this.#serveWaiting();
    }, this.#limits.patienceMs).unref();
  }

  #mayStart(pool: Pool<Environment>): boolean {
    const { starting, computing } = this.#busy();
    if (starting >= this.#limits.maxBusy) return false;
    const current = [...pool.all].filter((environment) => !environment.isDead && !pool.retired.has(environment));
    if (current.length === 0) return true;
    return (
      // One that is on its way will take the first who waits.
      current.every(({ isWarm }) => isWarm) &&
      (this.#isWorthIt(pool, current)
        ? computing < this.#limits.maxBusy
        : // Under such a load local-aws itself takes a processor.
          this.#isSustained(pool) && computing + 1 < this.#limits.maxBusy) &&
      this.#hasMemory(computing)
    );
  }

  /** Whether those who wait would wait longer than a further environment takes to start. */
  #isWorthIt({ waiting, averageMs }: Pool<Environment>, current: Environment[]): boolean {
    if ((waiting.length * averageMs) / current.length >= QUICK_START_MS * this.#slowness) return true;
    const now = this.#now();
    const patienceMs = this.#patienceMs;
    const sinceMs = waiting[0]?.sinceMs ?? now;
    return now - sinceMs >= patienceMs && current.every(({ heardAt }) => now - heardAt >= patienceMs);
  }

  #isSustained({ waitedMs }: Pool<Environment>): boolean {
    return waitedMs >= SUSTAINED_STARTS * QUICK_START_MS * this.#slowness;
  }

  /** How much slower than usual the machine is: what is silent there may just not have had its turn. */
  get #slowness(): number {
    return Math.min(SLOWEST, Math.max(1, this.#startMs / QUICK_START_MS));
  }

  get #patienceMs(): number {
    return this.#limits.patienceMs * this.#slowness;
  }

  #takeDuration(pool: Pool<Environment>, environment: Environment): void {
    const sinceMs = pool.busySince.get(environment);
    if (sinceMs === undefined) return;
    pool.busySince.delete(environment);
    const tookMs = this.#now() - sinceMs;
    if (pool.isNew.delete(environment)) this.#startMs = averaged(this.#startMs, tookMs);
    else pool.averageMs = averaged(pool.averageMs, tookMs);
  }

  /** The environments that take a processor. */
  #busy(): { starting: number; computing: number } {
    const now = this.#now();
    const patienceMs = this.#patienceMs;
    let starting = 0;
    let computing = 0;
    for (const { all, idle } of this.#pools.values()) {
      if (all.size === idle.length) continue;
      const resting = new Set(idle.map(({ environment }) => environment));
      for (const environment of all) {
        if (environment.isDead || resting.has(environment)) continue;
        if (now - environment.heardAt >= (environment.isWarm ? patienceMs : SILENT_START_MS)) continue;
        computing += 1;
        if (!environment.isWarm) starting += 1;
      }
    }
    return { starting, computing };
  }

  #hasMemory(computing: number): boolean {
    const budget = this.#limits.memoryMb * MEGABYTE;
    const taken = this.#makeRoom(budget);
    return taken < budget || (computing === 0 && taken < budget * OVERDRAFT);
  }

  /** Ends idle environments, those that rest the longest first, until the rest fits. What is taken then, in bytes. */
  #makeRoom(budget: number): number {
    let taken = this.#environments().reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
    while (taken >= budget) {
      const pools = [...this.#pools.values()].filter(({ idle }) => idle.length > 0);
      const longest = pools.reduce<Pool<Environment> | undefined>(
        (found, pool) => (found && restsSince(found) <= restsSince(pool) ? found : pool),
        undefined,
      );
      const ended = longest?.idle.shift()?.environment;
      if (!ended) break;
      taken -= ended.memoryBytes;
      void ended.terminate();
    }
    return taken;
  }

  #startFor(pool: Pool<Environment>): void {
    const waiting = pool.waiting.shift();
    if (!waiting) return;
    const { spec, request, resolve, reject } = waiting;
    try {
      this.#makeRoom(this.#limits.memoryMb * MEGABYTE);
      const environment = this.#start(spec, request.frozenNowMs, () => {
        pool.all.delete(environment);
        pool.busySince.delete(environment);
        pool.idle = pool.idle.filter((other) => other.environment !== environment);
        this.#serveWaiting();
      });
      pool.all.add(environment);
      pool.isNew.add(environment);
      pool.waitedMs = 0;
      resolve(handedOut(pool, environment, this.#now()));
    } catch (thrown) {
      reject(thrown);
    }
  }

  /** Ends what has been idle for too long: further ones soon, the only one of a function late. */
  #endIdle(): void {
    const { keepIdleMs, keepWarmMs } = this.#limits;
    this.#sweep = undefined;
    const now = this.#now();
    let isAnyLeft = false;
    for (const { all, idle } of this.#pools.values()) {
      let others = [...all].filter(({ isDead }) => !isDead).length - 1;
      for (
        let first = idle[0];
        first && now - first.sinceMs >= (others > 0 ? keepIdleMs : keepWarmMs);
        first = idle[0]
      ) {
        idle.shift();
        others -= 1;
        void first.environment.terminate();
      }
      isAnyLeft ||= idle.length > 0;
    }
    if (isAnyLeft) this.#sweep = setTimeout(() => this.#endIdle(), keepIdleMs).unref();
  }
}
