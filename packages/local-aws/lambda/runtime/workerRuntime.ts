import { EnvironmentPool, type PoolLimits } from './environmentPool.ts';
import { crashPayload, type FunctionRuntime, type InvocationResult, type RunningInvocation } from './runtime.ts';
import type { WorkerEnvironment } from './workerEnvironment.ts';

/** How many environments of one function may run at once; invocations beyond that wait for one to become free. */
const DEFAULT_MAX_ENVIRONMENTS = 8;
/**
 * How long an idle environment is kept, at the least. Lambda keeps one for some minutes; a laptop wants the memory of a
 * burst back sooner, and a thread with its bundle is some ten megabytes.
 */
const DEFAULT_KEEP_IDLE_MS = 60_000;

/**
 * Runs bundles in worker threads: one thread per environment, one invocation at a time in each, module state kept between
 * invocations. Timeouts are real time, with a virtual clock too: there, nothing else could end a function that hangs.
 */
export function createWorkerRuntime(options: Partial<PoolLimits> = {}): FunctionRuntime {
  const limits = {
    maxEnvironments: options.maxEnvironments ?? DEFAULT_MAX_ENVIRONMENTS,
    keepIdleMs: options.keepIdleMs ?? DEFAULT_KEEP_IDLE_MS,
  };
  const pools = new Map<string, EnvironmentPool>();

  const poolOf = (functionName: string): EnvironmentPool => {
    let pool = pools.get(functionName);
    if (!pool) {
      pool = new EnvironmentPool(limits);
      pools.set(functionName, pool);
    }
    return pool;
  };

  return {
    invoke(spec, request): RunningInvocation {
      const pool = poolOf(spec.functionName);
      let environment: WorkerEnvironment | undefined;
      let isKilled = false;

      const run = async (): Promise<InvocationResult> => {
        environment = await pool.acquire(spec, request);
        const result = isKilled
          ? neverRan(request.requestId, environment.logStreamName)
          : await environment.invoke(request);
        pool.release(environment);
        return result;
      };

      return {
        result: run(),
        async kill() {
          isKilled = true;
          await environment?.terminate();
        },
      };
    },

    async retire(functionName) {
      await pools.get(functionName)?.retire();
    },

    async close() {
      const all = [...pools.values()];
      pools.clear();
      await Promise.all(all.map((pool) => pool.close()));
    },
  };
}

function neverRan(requestId: string, logStreamName: string): InvocationResult {
  return { payload: crashPayload(requestId), functionError: 'Unhandled', log: [], logStreamName, durationMs: 0 };
}
