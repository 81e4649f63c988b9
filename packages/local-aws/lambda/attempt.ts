import type { Core } from '../core/cloud.ts';
import { DEFECT, type Ending, type Hop } from '../core/journal.ts';
import type { Crashes } from './crashes.ts';
import { environmentIn, logGroupOf } from './environment.ts';
import { type FunctionIam, sessionNameOf } from './functionIam.ts';
import { framedLog, type LogSink } from './log.ts';
import { type LocalFunction, versionOf } from './registry.ts';
import {
  crashPayload,
  type EnvironmentSpec,
  type FunctionRuntime,
  type InvocationRequest,
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
  /** What else the journal says of it. */
  detail?: Record<string, unknown>;
  /** The fault plan had its message delivered more than once: which of them this is. */
  copy?: number;
  /** In how many milliseconds it is tried again, if it `failed`, or was `refused` before it ran; undefined: it is not. */
  retryInMs?(how: 'failed' | 'refused'): number | undefined;
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

/** Tries to run a function once, and writes the try down in journal (when it begins and when it has ended) and log. Never throws. */
export async function tryOnce(parts: AttemptParts, attempt: Attempt): Promise<AttemptOutcome> {
  const { function: owner } = attempt;
  const { payload: said, invokedArn: functionArn, type } = attempt;
  const again = { kind: 'invocation', functionArn, type, traceHeader: formatTrace(attempt.trace) } as const;
  const end = parts.core.journal.begin(hopOf(attempt), { said, again });
  if (!owner.code) {
    return unavailable(attempt, end, `${owner.name} has no code yet: the service that it belongs to does not run`);
  }
  if (owner.reservedConcurrency !== undefined && owner.running >= owner.reservedConcurrency) {
    return throttled(attempt, end);
  }
  owner.running += 1;
  try {
    const result = await run(parts, attempt);
    return ran(parts, attempt, end, result);
  } catch (thrown) {
    if (!(thrown instanceof RuntimeUnavailable)) {
      end(DEFECT);
      throw thrown;
    }
    return unavailable(attempt, end, thrown.message);
  } finally {
    owner.running -= 1;
  }
}

/** What an attempt belongs to. */
function chainOf({ correlationId, trace, requestId }: Attempt) {
  return { ...(correlationId && { correlationId }), traceId: trace.root, requestId };
}

/** What of an attempt is known when it begins. */
function hopOf(attempt: Attempt): Omit<Hop, 'outcome'> {
  const { from, copy, number, type } = attempt;
  return {
    kind: 'invocation',
    service: 'lambda',
    action: number > 1 ? 'retry' : 'Invoke',
    ...(from && { from }),
    to: attempt.function.arn,
    ...chainOf(attempt),
    detail: { attempt: number, type, ...(copy !== undefined && { copy }), ...attempt.detail },
  };
}

async function run(parts: AttemptParts, attempt: Attempt): Promise<InvocationResult> {
  const { core, crashes } = parts;
  const { function: owner, requestId } = attempt;
  const fault = core.faults.invocation(owner.arn, chainOf(attempt));
  if (fault === 'crash-before') return crashed(requestId);

  const trace = nextTrace(attempt.trace, owner.arn, core.newId());
  const { roleArn, name } = owner;
  const segment = trace.parent;
  const ended = core.invocations.begin({ requestId, segment, roleArn, sessionName: sessionNameOf(name) });
  try {
    const request = requestOf(core, attempt, trace);
    const running = parts.runtime.invoke(specOf(parts, owner), {
      ...request,
      ...(fault === 'crash-after' && { isLast: true }),
    });
    if (fault !== 'crash-during') {
      const result = await running.result;
      return fault === 'crash-after' ? crashed(requestId, result) : result;
    }

    const crash = crashes.arm(segment, core.faults.callsBeforeCrash(owner.arn), () => running.kill());
    try {
      const result = await running.result;
      return crash.hasCrashed ? crashed(requestId, result) : result;
    } finally {
      crash.disarm();
    }
  } finally {
    ended();
  }
}

function requestOf({ clock }: Core, attempt: Attempt, trace: Trace): InvocationRequest {
  const { function: owner, requestId, payload, invokedArn, clientContext } = attempt;
  const nowMs = clock.now();
  return {
    requestId,
    payload,
    invokedFunctionArn: invokedArn,
    functionVersion: versionOf(owner, invokedArn),
    traceHeader: formatTrace(trace),
    deadlineMs: nowMs + owner.timeoutSeconds * 1000,
    ...('advance' in clock && { frozenNowMs: nowMs }),
    ...(clientContext !== undefined && { clientContext }),
  };
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

/** Writes down that an attempt has ended. */
type End = (ending: Ending) => void;

function ran(parts: AttemptParts, attempt: Attempt, end: End, result: InvocationResult): AttemptOutcome {
  const { function: owner, requestId } = attempt;
  const version = versionOf(owner, attempt.invokedArn);
  const log = framedLog({ requestId, version, memoryMb: owner.memoryMb }, result, parts.core.clock.now());
  parts.logs.write(logGroupOf(owner.name), result.logStreamName, log);
  const { initDurationMs, durationMs } = result;
  const coldStart = {
    coldStart: initDurationMs !== undefined,
    ...(initDurationMs !== undefined && { initDurationMs }),
  };
  end(
    result.functionError
      ? failure(attempt, 'failed', errorIn(result.payload), { durationMs, detail: coldStart })
      : { outcome: 'ok', durationMs, detail: coldStart },
  );
  return { kind: 'ran', result, log, version };
}

function throttled(attempt: Attempt, end: End): AttemptOutcome {
  const message = 'Rate Exceeded.';
  end(failure(attempt, 'refused', { code: 'TooManyRequestsException', message }));
  return { kind: 'throttled', reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', message };
}

function unavailable(attempt: Attempt, end: End, message: string): AttemptOutcome {
  end(failure(attempt, 'refused', { code: 'ServiceException', message }));
  return { kind: 'unavailable', message };
}

/** How an attempt has ended that did not succeed, with when it is tried again. */
function failure(
  attempt: Attempt,
  how: 'failed' | 'refused',
  error: { code: string; message: string },
  { detail, ...known }: Partial<Ending> = {},
): Ending {
  const retryInMs = attempt.retryInMs?.(how);
  return { ...known, outcome: 'error', error, detail: { ...detail, ...(retryInMs !== undefined && { retryInMs }) } };
}

/** Error type and message in the answer of a failed function. */
export function errorIn(payload: string): { code: string; message: string } {
  const { errorType = 'Error', errorMessage = '' } = JSON.parse(payload) as {
    errorType?: string;
    errorMessage?: string;
  };
  return { code: errorType, message: errorMessage };
}
