import { type EnvironmentParts, ExecutionEnvironment } from './executionEnvironment.ts';
import { FunctionProcesses } from './functionProcesses.ts';
import { Governor } from './governor.ts';
import { type GovernorLimits, governorLimits } from './governorLimits.ts';
import { crashPayload, type FunctionRuntime, type InvocationResult, type RunningInvocation } from './runtime.ts';

/** How often an invocation is handed to an environment that ends before it reads it: its code may be what ends it. */
const MAX_TRIES = 2;

/** How functions are run. */
export interface ProcessRuntimeOptions extends Partial<GovernorLimits> {
  /** What serves the calls of functions' AWS clients that need no HTTP. */
  calls?: EnvironmentParts['calls'];
  initLimitMs?: EnvironmentParts['initLimitMs'];
  /** How often processes look at what memory they take, in milliseconds. Default: 250. */
  memoryLookMs?: number;
}

/**
 * Runs bundles in processes of their own: a process for each group of functions, and in it a thread for each execution
 * environment, with one invocation at a time and module state kept between invocations. Timeouts are real time, with a virtual
 * clock too: there, nothing else could end a function that hangs.
 */
export function createProcessRuntime({
  calls,
  initLimitMs,
  memoryLookMs,
  ...limits
}: ProcessRuntimeOptions = {}): FunctionRuntime {
  const processes = new FunctionProcesses(memoryLookMs);
  const parts: EnvironmentParts = {
    processes,
    ...(calls && { calls }),
    ...(initLimitMs !== undefined && { initLimitMs }),
  };
  const governor = new Governor(
    governorLimits(limits),
    (spec, frozenNowMs, onGone) => new ExecutionEnvironment(parts, spec, frozenNowMs, onGone),
  );

  return {
    invoke(spec, request): RunningInvocation {
      let environment: ExecutionEnvironment | undefined;
      let isKilled = false;

      const run = async (): Promise<InvocationResult> => {
        for (let tries = 1; ; tries += 1) {
          environment = await governor.acquire(spec, request);
          const result = isKilled
            ? neverRan(request.requestId, environment.logStreamName)
            : await environment.invoke(request);
          governor.release(spec.functionName, environment);
          if (!environment.isUntouched || isKilled || tries === MAX_TRIES) return result;
        }
      };

      return {
        result: run(),
        async kill() {
          isKilled = true;
          await environment?.terminate();
        },
      };
    },

    retire: (functionName) => governor.retire(functionName),

    async close() {
      await Promise.all([governor.close(), processes.close()]);
    },
  };
}

function neverRan(requestId: string, logStreamName: string): InvocationResult {
  return { payload: crashPayload(requestId), functionError: 'Unhandled', log: [], logStreamName, durationMs: 0 };
}
