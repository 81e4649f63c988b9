/** Where a function's code is. */
export interface FunctionCode {
  /** A bundle on disk, run in a process of local-aws's own. */
  kind: 'bundle';
  file: string;
  /** The export, alone (`handler`) or as in templates (`handlers/ping.handler`). */
  handler: string;
  /** The uploaded archive that it was in: SHA-256 in hexadecimal digits, length in bytes, and when it was taken. */
  archive?: { sha256: string; size: number; takenMs: number };
}

/**
 * What an execution environment is made from, read when one is made: an invocation that had to wait gets the code of then.
 * After a change, `retire` ends those of the old one.
 */
export interface EnvironmentSpec {
  functionName: string;
  /** Functions of one group share a process, and what one of them does to it: the stack's name. */
  group: string;
  functionArn: string;
  code: FunctionCode;
  memoryMb: number;
  timeoutMs: number;
  /** The whole of the function's `process.env`; asked for once per environment. */
  variables(): Record<string, string>;
  logGroupName: string;
}

/** One run of a function. */
export interface InvocationRequest {
  requestId: string;
  /** JSON text. */
  payload: string;
  /** The ARN that the caller used: with an alias or version where it named one. */
  invokedFunctionArn: string;
  /** The version that this stands for. Default: `$LATEST`. */
  functionVersion?: string;
  /** `X-Amzn-Trace-Id` that the function's own calls will carry. */
  traceHeader: string;
  /** Milliseconds since the epoch at which the function times out. */
  deadlineMs: number;
  /** With a virtual clock: the time that stands still for the function, in milliseconds since the epoch. */
  frozenNowMs?: number;
  /** The environment ends with this invocation, as after a crash. */
  isLast?: boolean;
  /** What the caller of a synchronous invocation sent along, as JSON text. */
  clientContext?: string;
}

/** One line that a function wrote. */
export interface LogLine {
  timestampMs: number;
  message: string;
}

/** How a run ended. */
export interface InvocationResult {
  /** JSON text: the function's answer, or `{errorType, errorMessage, trace}`. */
  payload: string;
  /** Set when the function failed. */
  functionError?: 'Unhandled';
  /** What the function wrote, in order. */
  log: LogLine[];
  /** Name of the log stream of the environment that ran it. */
  logStreamName: string;
  durationMs: number;
  /** How long the environment took to load the code, when this was its first invocation. */
  initDurationMs?: number;
  memoryUsedMb?: number;
}

/** A run under way. */
export interface RunningInvocation {
  result: Promise<InvocationResult>;
  /**
   * Ends it at once, as a crash of its environment does. Resolves when nothing of it runs any more.
   */
  kill(): Promise<void>;
}

/** Runs functions. */
export interface FunctionRuntime {
  /**
   * Starts a run in a free environment, a new one, or (when all that may be are busy) the next that becomes free.
   * `result` rejects with RuntimeUnavailable when the function could not be reached at all; whatever the function does,
   * including a failure to load, is a result.
   */
  invoke(spec: EnvironmentSpec, request: InvocationRequest): RunningInvocation;
  /** Ends the function's environments; those that are busy, after their invocation. */
  retire(functionName: string): Promise<void>;
  /** Ends all environments at once. */
  close(): Promise<void>;
}

/** The function's runtime could not be reached: nothing ran. Lambda's own trouble, not the function's. */
export class RuntimeUnavailable extends Error {
  override readonly name = 'RuntimeUnavailable';
}

/** The answer of a run that ended without one, in Lambda's words. */
export function failurePayload(errorType: string, errorMessage: string, trace?: string[]): string {
  return JSON.stringify({ errorType, errorMessage, ...(trace && { trace }) });
}

/** Lambda's words for a function that took too long. */
export function timeoutPayload(requestId: string, timeoutMs: number): string {
  return failurePayload(
    'Sandbox.Timedout',
    `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
  );
}

/** Lambda's words for an environment that died. */
export function crashPayload(requestId: string, reason = 'Runtime exited without providing a reason'): string {
  return failurePayload('Runtime.ExitError', `RequestId: ${requestId} Error: ${reason}`);
}
