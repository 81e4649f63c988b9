import type { Timer } from '../core/clock.ts';
import type { Core } from '../core/cloud.ts';
import { type AttemptOutcome, type AttemptParts, tryOnce } from './attempt.ts';
import { type Condition, sendOnwards } from './failureTargets.ts';
import { isRecursiveLoop } from './recursion.ts';
import type { FunctionRegistry, LocalFunction } from './registry.ts';
import { formatTrace, newTrace, parseTrace, type Trace } from './trace.ts';

/** An event in Lambda's queue for asynchronous invocations. */
export interface AsyncEvent {
  functionName: string;
  functionArn: string;
  qualifier: string;
  invokedArn: string;
  requestId: string;
  payload: string;
  trace: Trace;
  traceHeader: string;
  enqueuedAtMs: number;
  /** Runs that failed. */
  failures: number;
  /** Tries that Lambda could not make: throttled, or nothing to run the function with. */
  refusals: number;
  from?: string;
  correlationId?: string;
}

/** What a caller hands in. */
export interface AsyncRequest {
  function: LocalFunction;
  qualifier: string;
  invokedArn: string;
  requestId: string;
  payload: string;
  traceHeader?: string;
  from?: string;
  correlationId?: string;
}

/** The queue in front of the functions. */
export interface AsyncInvocations {
  /** Takes an event; it is run in the background (`clock.idle()` waits for it). */
  enqueue(request: AsyncRequest): void;
  /** Tries the function's waiting refused events again at once: it has got code, or more concurrency. */
  wake(functionName: string): void;
}

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
const DEFAULT_MAX_RETRIES = 2;
const DEFAULT_MAX_AGE_SECONDS = 21_600;
const RETRY_DELAYS_MS = [60_000, 120_000];
const FIRST_BACK_OFF_MS = 1000;
const LONGEST_BACK_OFF_MS = 300_000;

/**
 * Asynchronous invocation as Lambda documents it: a failed event is tried again after one and after two minutes, a refused
 * one with back-off from one second to five minutes; both until the event is too old (six hours, or what the function says).
 * What has failed for good goes to the on-failure destination and the dead-letter queue.
 */
export function createAsyncInvocations(parts: AttemptParts, registry: FunctionRegistry): AsyncInvocations {
  const { core } = parts;
  const refused = new Map<string, Map<AsyncEvent, Timer>>();

  const begin = (event: AsyncEvent) =>
    core.clock.run(`asynchronous invocation of ${event.functionName}`, () => attempt(event));

  async function attempt(event: AsyncEvent): Promise<void> {
    const owner = ownerOf(registry, event);
    if (!owner) return;
    const finish = (condition: Condition, outcome?: AttemptOutcome) =>
      sendOnwards(parts, owner, event, {
        condition,
        invokeCount: event.failures + (condition === 'Success' ? 1 : 0),
        ...(outcome?.kind === 'ran' && { result: outcome.result }),
      });

    if (core.clock.now() >= expiryOf(owner, event)) return finish('EventAgeExceeded');
    if (isRecursiveLoop(owner, event.trace)) return finish('RecursiveInvocationException');
    const outcome = await tryOnce(parts, {
      ...event,
      function: owner,
      number: event.failures + event.refusals + 1,
      type: 'Event',
    });
    if (outcome.kind !== 'ran') {
      event.refusals += 1;
      return waitRefused(owner, event);
    }
    if (!outcome.result.functionError) return finish('Success', outcome);
    event.failures += 1;
    const maxRetries = owner.invokeConfigs.get(event.qualifier)?.maximumRetryAttempts ?? DEFAULT_MAX_RETRIES;
    if (event.failures > maxRetries) return finish('RetriesExhausted', outcome);
    const delayMs = RETRY_DELAYS_MS[event.failures - 1] ?? 0;
    core.clock.at(Math.min(core.clock.now() + delayMs, expiryOf(owner, event)), () => attempt(event));
  }

  function waitRefused(owner: LocalFunction, event: AsyncEvent): void {
    const delayMs = Math.min(FIRST_BACK_OFF_MS * 2 ** (event.refusals - 1), LONGEST_BACK_OFF_MS);
    const waiting = refused.get(owner.name) ?? new Map<AsyncEvent, Timer>();
    refused.set(owner.name, waiting);
    const timer = core.clock.at(Math.min(core.clock.now() + delayMs, expiryOf(owner, event)), () => {
      waiting.delete(event);
      return attempt(event);
    });
    waiting.set(event, timer);
  }

  return {
    enqueue(request) {
      begin(eventOf(core, request));
    },
    wake(functionName) {
      const waiting = refused.get(functionName);
      refused.delete(functionName);
      for (const [event, timer] of waiting ?? []) {
        timer.cancel();
        begin(event);
      }
    },
  };
}

function eventOf(core: Core, request: AsyncRequest): AsyncEvent {
  const { function: owner, traceHeader, ...rest } = request;
  const nowMs = core.clock.now();
  const trace = parseTrace(traceHeader) ?? newTrace(core.newId(), nowMs);
  return {
    ...rest,
    functionName: owner.name,
    functionArn: owner.arn,
    trace,
    traceHeader: formatTrace(trace),
    enqueuedAtMs: nowMs,
    failures: 0,
    refusals: 0,
  };
}

/** The function, unless it has been removed since: then its events go with it, as on AWS. */
function ownerOf(registry: FunctionRegistry, event: AsyncEvent): LocalFunction | undefined {
  return registry.get(event.functionName);
}

/** When the event is too old, in milliseconds since the epoch. */
function expiryOf(owner: LocalFunction, event: AsyncEvent): number {
  const seconds = owner.invokeConfigs.get(event.qualifier)?.maximumEventAgeSeconds ?? DEFAULT_MAX_AGE_SECONDS;
  return event.enqueuedAtMs + seconds * 1000;
}
