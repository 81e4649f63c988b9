import { availableParallelism, totalmem } from 'node:os';
import type { EnvironmentSpec, InvocationRequest } from './runtime.ts';

/** How many environments there may be. */
export interface GovernorLimits {
  /**
   * How many environments may start at once, and how many may compute beyond which no function gets a further one.
   * Default: the processors, at least two.
   */
  maxBusy: number;
  /** What all environments may take together, in megabytes, before idle ones are ended. Default: an eighth of the machine's memory, 1024 at the most. */
  memoryMb: number;
  /** How long an idle environment is kept that is not the only one of its function, in milliseconds. */
  keepIdleMs: number;
  /** How long the only one is. */
  keepWarmMs: number;
  /** How long is waited, in milliseconds, for busy environments of which nothing is heard, before a further one is started. */
  patienceMs: number;
}

const MEGABYTE = 1024 * 1024;
const LARGEST_BUDGET_MB = 1024;
/** Everything in flight may wait for something that needs one more environment: so the budget gives way, up to this. */
const OVERDRAFT = 2;
/** An environment that is loading its code may be silent for so long, in milliseconds, until others may go on. */
const SILENT_START_MS = 1000;
/** What the start of an environment costs, in milliseconds of a processor: shorter queues are waited out. */
const START_COST_MS = 200;
/** The weight of the last invocation in what one takes on average. */
const LATEST = 0.2;

/** Its defaults. */
export function governorLimits(chosen: Partial<GovernorLimits> = {}): GovernorLimits {
  return {
    maxBusy: chosen.maxBusy ?? Math.max(2, availableParallelism()),
    memoryMb: chosen.memoryMb ?? Math.min(LARGEST_BUDGET_MB, Math.floor(totalmem() / MEGABYTE / 8)),
    keepIdleMs: chosen.keepIdleMs ?? 60_000,
    keepWarmMs: chosen.keepWarmMs ?? 15 * 60_000,
    patienceMs: chosen.patienceMs ?? 100,
  };
}

/** An environment, as far as it is governed. */
export interface Governed {
  readonly isDead: boolean;
  /** Whether its code is loaded. */
  readonly isWarm: boolean;
  /** When it last sent or got something, by `performance.now()`. */
  readonly heardAt: number;
  /** What it takes, Buffers outside its heap included. */
  readonly memoryBytes: number;
  /** Ends it at once. */
  terminate(): Promise<void>;
}

/** Makes an environment; calls `onGone` when its thread has ended. */
export type StartEnvironment<Environment extends Governed> = (
  spec: EnvironmentSpec,
  frozenNowMs: number | undefined,
  onGone: () => void,
) => Environment;

/** An invocation that waits for an environment. */
interface Waiting<Environment> {
  spec: EnvironmentSpec;
  request: InvocationRequest;
  sinceMs: number;
  resolve(environment: Environment): void;
  reject(error: unknown): void;
}

/** The environments of one function. */
interface Pool<Environment extends Governed> {
  all: Set<Environment>;
  /** The one that was used last is used first, as on Lambda: the first in the list is idle the longest. */
  idle: { environment: Environment; sinceMs: number }[];
  waiting: Waiting<Environment>[];
  /** Since when those environments run an invocation that were warm before it. */
  busySince: Map<Environment, number>;
  /** What an invocation in a warm environment takes on average, in milliseconds; NaN: not known yet. */
  averageMs: number;
  /** Those made before the last change, which are not used again. */
  retired: WeakSet<Environment>;
}

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
  readonly #pools = new Map<string, Pool<Environment>>();
  #again: NodeJS.Timeout | undefined;
  #sweep: NodeJS.Timeout | undefined;

  constructor(limits: GovernorLimits, start: StartEnvironment<Environment>) {
    this.#limits = limits;
    this.#start = start;
  }

  /** A free environment; or a promise of the next one. Throws, or rejects, what reading the spec throws: its code may be gone. */
  acquire(spec: EnvironmentSpec, request: InvocationRequest): Environment | Promise<Environment> {
    const pool = this.#poolOf(spec.functionName);
    const idle = pool.idle.pop();
    if (idle) return handedOut(pool, idle.environment);
    const { promise, resolve, reject } = Promise.withResolvers<Environment>();
    pool.waiting.push({ spec, request, sinceMs: performance.now(), resolve, reject });
    this.#serveWaiting();
    return promise;
  }

  /** Takes an environment back after its invocation. */
  release(functionName: string, environment: Environment): void {
    const pool = this.#poolOf(functionName);
    takeDuration(pool, environment);
    // One that is dead makes room when its thread has ended.
    if (environment.isDead) return;
    if (pool.retired.has(environment)) {
      void environment.terminate();
      this.#serveWaiting();
      return;
    }
    const next = pool.waiting.shift();
    if (next) {
      next.resolve(handedOut(pool, environment));
      return;
    }
    pool.idle.push({ environment, sinceMs: performance.now() });
    // One timer for all: an environment rests a thousand times a second.
    this.#sweep ??= setTimeout(() => this.#endIdle(), this.#limits.keepIdleMs).unref();
  }

  /** Ends the function's idle environments, and lets the busy ones end after their invocation. */
  async retire(functionName: string): Promise<void> {
    const pool = this.#pools.get(functionName);
    if (!pool) return;
    for (const environment of pool.all) pool.retired.add(environment);
    await Promise.all(pool.idle.splice(0).map(({ environment }) => environment.terminate()));
  }

  /** Forgets those who wait, and ends all environments at once. */
  async close(): Promise<void> {
    clearTimeout(this.#again);
    clearTimeout(this.#sweep);
    for (const pool of this.#pools.values()) pool.waiting.length = 0;
    await Promise.all(this.#environments().map((environment) => environment.terminate()));
  }

  #poolOf(functionName: string): Pool<Environment> {
    let pool = this.#pools.get(functionName);
    if (!pool) {
      pool = {
        all: new Set(),
        idle: [],
        waiting: [],
        busySince: new Map(),
        averageMs: Number.NaN,
        retired: new WeakSet(),
      };
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
      this.#isWorthIt(pool, current) &&
      computing < this.#limits.maxBusy &&
      this.#hasMemory(computing)
    );
  }

  /** Whether those who wait would wait longer than a further environment takes to start. */
  #isWorthIt({ waiting, averageMs }: Pool<Environment>, current: Environment[]): boolean {
    const now = performance.now();
    const { patienceMs } = this.#limits;
    if ((waiting.length * averageMs) / current.length >= START_COST_MS) return true;
    const sinceMs = waiting[0]?.sinceMs ?? now;
    return now - sinceMs >= patienceMs && current.every(({ heardAt }) => now - heardAt >= patienceMs);
  }

  /** The environments that take a processor. */
  #busy(): { starting: number; computing: number } {
    const now = performance.now();
    const { patienceMs } = this.#limits;
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
      resolve(environment);
    } catch (thrown) {
      reject(thrown);
    }
  }

  /** Ends what has been idle for too long: further ones soon, the only one of a function late. */
  #endIdle(): void {
    const { keepIdleMs, keepWarmMs } = this.#limits;
    this.#sweep = undefined;
    const now = performance.now();
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

/** Notes that an environment begins an invocation. The first in a new one says nothing of how long others take. */
function handedOut<Environment extends Governed>(pool: Pool<Environment>, environment: Environment): Environment {
  if (environment.isWarm) pool.busySince.set(environment, performance.now());
  return environment;
}

function takeDuration<Environment extends Governed>(pool: Pool<Environment>, environment: Environment): void {
  const sinceMs = pool.busySince.get(environment);
  if (sinceMs === undefined) return;
  pool.busySince.delete(environment);
  const tookMs = performance.now() - sinceMs;
  pool.averageMs = Number.isNaN(pool.averageMs) ? tookMs : pool.averageMs + LATEST * (tookMs - pool.averageMs);
}

const restsSince = ({ idle }: Pool<Governed>) => idle[0]?.sinceMs ?? Number.POSITIVE_INFINITY;
