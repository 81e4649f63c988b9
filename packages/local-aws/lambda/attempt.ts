import type { Core } from '../core/cloud.ts';
import type { Crashes } from './crashes.ts';
import { environmentIn, logGroupOf } from './environment.ts';
import type { FunctionIam } from './functionIam.ts';
import { framedLog, type LogSink } from './log.ts';
import { type LocalFunction, versionOf } from './registry.ts';
import {
  crashPayload,
  type EnvironmentSpec,
  type FunctionRuntime,
  type InvocationResult,
  type LogLine,
  RuntimeUnavailable,
} from './runtime/runtime.ts';
import { formatTrace, nextTrace, type Trace } from './trace.ts';

/** One try to run a function. */
export interface Attempt {
  function: LocalFunction;
  /** With the qualifier that the caller used. */
  invokedArn: string;
  requestId: string;
  payload: string;
  trace: Trace;
  /** Counts up from 1. */
  number: number;
  type: 'RequestResponse' | 'Event';
  /** ARN of who invokes, for the journal. */
  from?: string;
  correlationId?: string;
  clientContext?: string;
}

/** How a try ended. */
export type AttemptOutcome =
  | { kind: 'ran'; result: InvocationResult; log: LogLine[]; version: string }
  /** Lambda did not run it: too many invocations at once. */
  | { kind: 'throttled'; reason: string; message: string }
  /** Lambda could not run it: nothing to run it with. */
  | { kind: 'unavailable'; message: string };

/** What attempts are made with. */
export interface AttemptParts {
  core: Core;
  runtime: FunctionRuntime;
  crashes: Crashes;
  logs: LogSink;
  iam: FunctionIam;
  /** Where functions call. */
  endpoint(): string;
}

/** Tries to run a function once, and writes the try down in journal and log. Never throws. */
export async function tryOnce(parts: AttemptParts, attempt: Attempt): Promise<AttemptOutcome> {
  const { function: owner } = attempt;
  if (!owner.code) {
    return unavailable(parts, attempt, `${owner.name} has no code yet: the service that it belongs to does not run`);
  }
  if (owner.reservedConcurrency !== undefined && owner.running >= owner.reservedConcurrency) {
    return throttled(parts, attempt);
  }
  owner.running += 1;
  try {
    const result = await run(parts, attempt);
    return ran(parts, attempt, result);
  } catch (thrown) {
    if (!(thrown instanceof RuntimeUnavailable)) throw thrown;
    return unavailable(parts, attempt, thrown.message);
  } finally {
    owner.running -= 1;
  }
}

async function run(parts: AttemptParts, attempt: Attempt): Promise<InvocationResult> {
  const { core, crashes } = parts;
  const { function: owner, requestId } = attempt;
  const fault = core.faults.invocation(owner.arn);
  if (fault === 'crash-before') return crashed(requestId);

  const nowMs = core.clock.now();
  const trace = nextTrace(attempt.trace, owner.arn, core.newId());
  const running = parts.runtime.invoke(specOf(parts, owner), {
    requestId,
    payload: attempt.payload,
    invokedFunctionArn: attempt.invokedArn,
    functionVersion: versionOf(owner, attempt.invokedArn),
    traceHeader: formatTrace(trace),
    deadlineMs: nowMs + owner.timeoutSeconds * 1000,
    ...('advance' in core.clock && { frozenNowMs: nowMs }),
    ...(attempt.clientContext !== undefined && { clientContext: attempt.clientContext }),
    ...(fault === 'crash-after' && { isLast: true }),
  });
  if (fault !== 'crash-during') {
    const result = await running.result;
    return fault === 'crash-after' ? crashed(requestId, result) : result;
  }

  const crash = crashes.arm(trace.parent, core.faults.callsBeforeCrash(owner.arn), () => running.kill());
  try {
    const result = await running.result;
    return crash.hasCrashed ? crashed(requestId, result) : result;
  } finally {
    crash.disarm();
  }
}

function specOf(parts: AttemptParts, owner: LocalFunction): EnvironmentSpec {
  return {
    functionName: owner.name,
    functionArn: owner.arn,
    group: owner.owner,
    get code() {
      if (!owner.code) throw new RuntimeUnavailable(`${owner.name} has lost its code`);
      return owner.code;
    },
    get memoryMb() {
      return owner.memoryMb;
    },
    get timeoutMs() {
      return owner.timeoutSeconds * 1000;
    },
    logGroupName: logGroupOf(owner.name),
    variables: () => environmentIn(parts, owner),
  };
}

/** The outcome of an invocation whose environment died; what it had written until then stays in the log. */
function crashed(requestId: string, result?: InvocationResult): InvocationResult {
  return {
    log: [],
    logStreamName: 'local/[$LATEST]crashed',
    durationMs: 0,
    ...result,
    payload: crashPayload(requestId, 'the fault plan crashed this invocation'),
    functionError: 'Unhandled',
  };
}

function ran(parts: AttemptParts, attempt: Attempt, result: InvocationResult): AttemptOutcome {
  const { function: owner, requestId } = attempt;
  const version = versionOf(owner, attempt.invokedArn);
  const log = framedLog({ requestId, version, memoryMb: owner.memoryMb }, result, parts.core.clock.now());
  parts.logs.write(logGroupOf(owner.name), result.logStreamName, log);
  note(parts, attempt, {
    durationMs: result.durationMs,
    ...(result.functionError && { error: errorIn(result.payload) }),
    ...(result.initDurationMs !== undefined && { initDurationMs: result.initDurationMs }),
  });
  return { kind: 'ran', result, log, version };
}

function throttled(parts: AttemptParts, attempt: Attempt): AttemptOutcome {
  note(parts, attempt, { error: { code: 'TooManyRequestsException', message: 'Rate Exceeded.' } });
  return { kind: 'throttled', reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', message: 'Rate Exceeded.' };
}

function unavailable(parts: AttemptParts, attempt: Attempt, message: string): AttemptOutcome {
  note(parts, attempt, { error: { code: 'ServiceException', message } });
  return { kind: 'unavailable', message };
}

/** Error type and message in the answer of a failed function. */
export function errorIn(payload: string): { code: string; message: string } {
  const { errorType = 'Error', errorMessage = '' } = JSON.parse(payload) as {
    errorType?: string;
    errorMessage?: string;
  };
  return { code: errorType, message: errorMessage };
}

interface Noted {
  error?: { code: string; message: string };
  durationMs?: number;
  initDurationMs?: number;
}

function note({ core }: AttemptParts, attempt: Attempt, { error, durationMs, initDurationMs }: Noted): void {
  core.journal.record({
    kind: 'invocation',
    service: 'lambda',
    action: attempt.number > 1 ? 'retry' : 'Invoke',
    ...(attempt.from && { from: attempt.from }),
    to: attempt.function.arn,
    ...(attempt.correlationId && { correlationId: attempt.correlationId }),
    traceId: attempt.trace.root,
    outcome: error ? 'error' : 'ok',
    ...(error && { error }),
    ...(durationMs !== undefined && { durationMs }),
    detail: {
      requestId: attempt.requestId,
      attempt: attempt.number,
      type: attempt.type,
      coldStart: initDurationMs !== undefined,
      ...(initDurationMs !== undefined && { initDurationMs }),
    },
  });
}
