import type { EnvironmentSpec, InvocationRequest } from './runtime.ts';

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

/** An invocation that waits for an environment. */
export interface Waiting<Environment> {
  spec: EnvironmentSpec;
  request: InvocationRequest;
  sinceMs: number;
  resolve(environment: Environment): void;
  reject(error: unknown): void;
}

/** The environments of one function. */
export interface Pool<Environment extends Governed> {
  all: Set<Environment>;
  /** The one that was used last is used first, as on Lambda: the first in the list is idle the longest. */
  idle: { environment: Environment; sinceMs: number }[];
  waiting: Waiting<Environment>[];
  /** Since when each environment runs its invocation, or is started for it. */
  busySince: Map<Environment, number>;
  /** Those that have not answered yet. */
  isNew: WeakSet<Environment>;
  /** What an invocation in a warm environment takes on average, in milliseconds; NaN: not known yet. */
  averageMs: number;
  /** How long invocations have waited in all since the queue was last empty, or a further environment was started. */
  waitedMs: number;
  /** Those made before the last change, which are not used again. */
  retired: WeakSet<Environment>;
}

/** The weight of the last invocation in what one takes on average. */
const LATEST = 0.2;

/** No environments yet. */
export function newPool<Environment extends Governed>(): Pool<Environment> {
  return {
    all: new Set(),
    idle: [],
    waiting: [],
    busySince: new Map(),
    isNew: new WeakSet(),
    averageMs: Number.NaN,
    waitedMs: 0,
    retired: new WeakSet(),
  };
}

/** Notes that an environment begins an invocation. */
export function handedOut<Environment extends Governed>(
  pool: Pool<Environment>,
  environment: Environment,
  nowMs: number,
): Environment {
  pool.busySince.set(environment, nowMs);
  return environment;
}

/** A moving average; NaN: there is none yet. */
export const averaged = (average: number, latest: number) =>
  Number.isNaN(average) ? latest : average + LATEST * (latest - average);

/** Since when the one rests that rests the longest, by `performance.now()`. */
export const restsSince = ({ idle }: Pool<Governed>) => idle[0]?.sinceMs ?? Number.POSITIVE_INFINITY;
