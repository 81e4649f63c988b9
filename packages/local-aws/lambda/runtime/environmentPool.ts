import type { EnvironmentSpec, InvocationRequest } from './runtime.ts';
import { WorkerEnvironment } from './workerEnvironment.ts';

/** An invocation that waits for an environment. */
interface Waiting {
  spec: EnvironmentSpec;
  frozenNowMs: number | undefined;
  resolve(environment: WorkerEnvironment): void;
}

/** The environments of one function: at the most `maxEnvironments` at once. */
export class EnvironmentPool {
  readonly #maxEnvironments: number;
  /** The one that was used last is used first, as on Lambda. */
  #idle: WorkerEnvironment[] = [];
  readonly #all = new Set<WorkerEnvironment>();
  readonly #waiting: Waiting[] = [];
  /** Environments of an older generation are not used again. */
  #generation = 0;
  readonly #generations = new WeakMap<WorkerEnvironment, number>();

  constructor(maxEnvironments: number) {
    this.#maxEnvironments = maxEnvironments;
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
    if (idle) return idle;
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
    else this.#idle.push(environment);
  }

  /** Ends the idle environments, and lets the busy ones end after their invocation. */
  async retire(): Promise<void> {
    this.#generation += 1;
    const idle = this.#idle;
    this.#idle = [];
    await Promise.all(idle.map((environment) => environment.terminate()));
  }

  /** Ends all environments at once. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    await Promise.all([...this.#all].map((environment) => environment.terminate()));
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
      this.#idle = this.#idle.filter((other) => other !== environment);
      const next = this.#waiting.shift();
      if (next) next.resolve(this.#start(next.spec, next.frozenNowMs));
    });
    this.#all.add(environment);
    this.#generations.set(environment, this.#generation);
    return environment;
  }
}
