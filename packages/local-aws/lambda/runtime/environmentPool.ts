import type { EnvironmentSpec, InvocationRequest } from './runtime.ts';
import { WorkerEnvironment } from './workerEnvironment.ts';

/** An invocation that waits for an environment. */
interface Waiting {
  spec: EnvironmentSpec;
  frozenNowMs: number | undefined;
  resolve(environment: WorkerEnvironment): void;
}

/** How many environments of one function there may be, and how long an idle one is kept. */
export interface PoolLimits {
  maxEnvironments: number;
  keepIdleMs: number;
}

/** The environments of one function. */
export class EnvironmentPool {
  readonly #maxEnvironments: number;
  readonly #keepIdleMs: number;
  /** The one that was used last is used first, as on Lambda: the first in the list is idle the longest. */
  #idle: { environment: WorkerEnvironment; sinceMs: number }[] = [];
  #sweep: NodeJS.Timeout | undefined;
  readonly #all = new Set<WorkerEnvironment>();
  readonly #waiting: Waiting[] = [];
  /** Environments of an older generation are not used again. */
  #generation = 0;
  readonly #generations = new WeakMap<WorkerEnvironment, number>();

  constructor({ maxEnvironments, keepIdleMs }: PoolLimits) {
    this.#maxEnvironments = maxEnvironments;
    this.#keepIdleMs = keepIdleMs;
  }

  /**
   * A free environment, or a new one. A promise when all are busy and no more may be, or when `patienceMs` says to wait that
   * long for one of them.
   */
  acquire(
    spec: EnvironmentSpec,
    { frozenNowMs, patienceMs = 0 }: Pick<InvocationRequest, 'frozenNowMs' | 'patienceMs'>,
  ): WorkerEnvironment | Promise<WorkerEnvironment> {
    const idle = this.#idle.pop();
    if (idle) return idle.environment;
    const mayStart = this.#all.size < this.#maxEnvironments;
    if (mayStart && (patienceMs === 0 || this.#all.size === 0)) return this.#start(spec, frozenNowMs);
    return new Promise((resolve) => {
      const waiting = { spec, frozenNowMs, resolve };
      this.#waiting.push(waiting);
      if (mayStart) setTimeout(() => this.#runOutOfPatience(waiting), patienceMs);
    });
  }

  /** Takes an environment back after its invocation. */
  release(environment: WorkerEnvironment): void {
    // One that is dead makes room when its thread has ended.
    if (environment.isDead) return;
    if (this.#generations.get(environment) !== this.#generation) {
      void environment.terminate();
      return;
    }
    const next = this.#waiting.shift();
    if (next) next.resolve(environment);
    else this.#rest(environment);
  }

  /** Ends the idle environments, and lets the busy ones end after their invocation. */
  async retire(): Promise<void> {
    this.#generation += 1;
    const idle = this.#idle;
    this.#idle = [];
    await Promise.all(idle.map(({ environment }) => environment.terminate()));
  }

  /** Ends all environments at once. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    clearTimeout(this.#sweep);
    await Promise.all([...this.#all].map((environment) => environment.terminate()));
  }

  #rest(environment: WorkerEnvironment): void {
    this.#idle.push({ environment, sinceMs: performance.now() });
    // One timer for all: an environment rests a thousand times a second.
    this.#sweep ??= setTimeout(() => this.#endIdle(), this.#keepIdleMs).unref();
  }

  #endIdle(): void {
    this.#sweep = undefined;
    const dueMs = performance.now() - this.#keepIdleMs;
    for (let first = this.#idle[0]; first && first.sinceMs <= dueMs; first = this.#idle[0]) {
      this.#idle.shift();
      void first.environment.terminate();
    }
    if (this.#idle.length > 0) this.#sweep = setTimeout(() => this.#endIdle(), this.#keepIdleMs).unref();
  }

  #runOutOfPatience(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting);
    if (at < 0 || this.#all.size >= this.#maxEnvironments) return;
    this.#waiting.splice(at, 1);
    waiting.resolve(this.#start(waiting.spec, waiting.frozenNowMs));
  }

  #start(spec: EnvironmentSpec, frozenNowMs: number | undefined): WorkerEnvironment {
    const environment = new WorkerEnvironment(spec, frozenNowMs, () => {
      this.#all.delete(environment);
      this.#idle = this.#idle.filter((other) => other.environment !== environment);
      const next = this.#waiting.shift();
      if (next) next.resolve(this.#start(next.spec, next.frozenNowMs));
    });
    this.#all.add(environment);
    this.#generations.set(environment, this.#generation);
    return environment;
  }
}
