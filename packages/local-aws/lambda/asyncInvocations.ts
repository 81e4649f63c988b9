import { z } from 'zod';
import { createDeliveries, type Deliveries, deliveriesOf, type Verdict } from '../core/delivery.ts';
import { type AttemptOutcome, type AttemptParts, tryOnce } from './attempt.ts';
import { type Condition, type Ending, sendOnwards } from './failureTargets.ts';
import { isRecursiveLoop } from './recursion.ts';
import type { FunctionRegistry, LocalFunction } from './registry.ts';
import type { InvocationResult } from './runtime/runtime.ts';
import { formatTrace, newTrace, parseTrace } from './trace.ts';

/** An event in Lambda's queue for asynchronous invocations. All of it is JSON: it is kept until it is done with. */
export interface AsyncEvent {
  functionName: string;
  functionArn: string;
  qualifier: string;
  invokedArn: string;
  requestId: string;
  payload: string;
  traceHeader: string;
  /** Runs that failed. The other tries are those that Lambda could not make: throttled, or nothing to run it with. */
  failures: number;
  /** The latest try could not be made. */
  isRefused?: boolean;
  from?: string;
  correlationId?: string;
  copy?: number;
  /** See Attempt. */
  detail?: Record<string, unknown>;
}

const DELIVERIES = deliveriesOf<AsyncEvent>('lambda', z.looseObject({ functionName: z.string() }));

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
  copy?: number;
  /** See Attempt. */
  detail?: Record<string, unknown>;
}

/** The queue in front of the functions. */
export interface AsyncInvocations extends Pick<Deliveries<unknown>, 'resume'> {
  /** Takes an event; it is run in the background (`clock.idle()` waits for it). */
  enqueue(request: AsyncRequest): void;
  /** Tries the function's waiting refused events again at once: it has got code, or more concurrency. */
  wake(functionName: string): void;
}

/** What an attempt can fail with. */
type Failure =
  | { kind: 'failed'; result: InvocationResult }
  | Exclude<AttemptOutcome, { kind: 'ran' }>
  /** It was not even tried, and never will be. */
  | { kind: 'over'; condition: Condition };

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
const DEFAULT_MAX_RETRIES = 2;
const DEFAULT_MAX_AGE_SECONDS = 21_600;
const RETRY_DELAYS_MS = [60_000, 120_000];
const FIRST_BACK_OFF_MS = 1000;
const LONGEST_BACK_OFF_MS = 300_000;

/**
 * Asynchronous invocation as Lambda documents it: a failed event is tried again after one and after two minutes, a refused
 * one with back-off from one second to five minutes; both unless the event would be too old then (six hours, or what the
 * function says). What has failed for good goes to the on-failure destination and the dead-letter queue.
 */
export function createAsyncInvocations(parts: AttemptParts, registry: FunctionRegistry): AsyncInvocations {
  const { core } = parts;
  /** An event without its function is not wanted: it went with it, as on AWS. */
  const ownerOf = ({ functionName }: AsyncEvent) => registry.find(functionName).function;
  const end = (owner: LocalFunction, event: AsyncEvent, condition: Condition, result?: InvocationResult) => {
    const invokeCount = event.failures + (condition === 'Success' ? 1 : 0);
    const ending: Ending = { condition, invokeCount, ...(result && { result }) };
    return sendOnwards(parts, owner, event, ending);
  };

  /** What follows a try that has failed, or was refused; `tries` and `failures` count it already. */
  const verdict = (
    owner: LocalFunction,
    event: AsyncEvent,
    { sinceMs, tries, failures }: { sinceMs: number; tries: number; failures: number },
    how: 'failed' | 'refused',
  ): Verdict => {
    const leftMs = expiryOf(owner, event, sinceMs) - core.clock.now();
    if (how === 'refused') {
      const backOffMs = Math.min(FIRST_BACK_OFF_MS * 2 ** (tries - failures - 1), LONGEST_BACK_OFF_MS);
      return { pauseMs: Math.max(1, Math.min(backOffMs, leftMs)) };
    }
    const maxRetries = owner.invokeConfigs.get(event.qualifier)?.maximumRetryAttempts ?? DEFAULT_MAX_RETRIES;
    if (failures > maxRetries) return { over: 'RetriesExhausted' };
    const pauseMs = RETRY_DELAYS_MS[failures - 1] ?? 0;
    // By then it would be too late.
    return pauseMs >= leftMs ? { over: 'EventAgeExceeded' } : { pauseMs };
  };

  const deliveries = createDeliveries<AsyncEvent, Failure>(core, {
    service: 'lambda',
    kept: DELIVERIES,
    ownerOf: (event) => ownerOf(event).owner,
    isWanted: ({ functionName }) => registry.get(functionName) !== undefined,
    async attempt({ item: event, sinceMs, tries }) {
      const owner = ownerOf(event);
      const trace = parseTrace(event.traceHeader) ?? newTrace(core.newId(), sinceMs);
      const ending = endBeforeTrying(owner, event, sinceMs);
      if (ending) return { kind: 'over', condition: ending };
      if (isRecursiveLoop(owner, trace)) return { kind: 'over', condition: 'RecursiveInvocationException' };
      const retryInMs = (how: 'failed' | 'refused') => {
        const failures = event.failures + (how === 'failed' ? 1 : 0);
        const follows = verdict(owner, event, { sinceMs, tries: tries + 1, failures }, how);
        return 'over' in follows ? undefined : follows.pauseMs;
      };
      const attempt = { ...event, function: owner, trace, number: tries + 1, type: 'Event' as const, retryInMs };
      const outcome = await tryOnce(parts, attempt);
      event.isRefused = outcome.kind !== 'ran';
      if (outcome.kind !== 'ran') return outcome;
      const { result } = outcome;
      if (!result.functionError) {
        await end(owner, event, 'Success', result);
        return undefined;
      }
      event.failures += 1;
      return { kind: 'failed', result };
    },
    next({ item: event, sinceMs, tries }, failure) {
      if (failure.kind === 'over') return { over: failure.condition };
      const how = failure.kind === 'failed' ? 'failed' : 'refused';
      return verdict(ownerOf(event), event, { sinceMs, tries, failures: event.failures }, how);
    },
    giveUp: ({ item: event }, failure, condition) =>
      end(ownerOf(event), event, condition as Condition, failure.kind === 'failed' ? failure.result : undefined),
  });

  const endBeforeTrying = (owner: LocalFunction, event: AsyncEvent, sinceMs: number): Condition | undefined => {
    if (owner.reservedConcurrency === 0) return 'ZeroReservedConcurrency';
    return core.clock.now() >= expiryOf(owner, event, sinceMs) ? 'EventAgeExceeded' : undefined;
  };

  return {
    resume: deliveries.resume,
    enqueue({ function: owner, traceHeader, ...request }) {
      const trace = parseTrace(traceHeader) ?? newTrace(core.newId(), core.clock.now());
      const { name: functionName, arn: functionArn } = owner;
      deliveries.take({ ...request, functionName, functionArn, traceHeader: formatTrace(trace), failures: 0 });
    },
    wake: (functionName) => deliveries.wake((event) => event.functionName === functionName && event.isRefused === true),
  };
}

/** When the event is too old, in milliseconds since the epoch. */
function expiryOf(owner: LocalFunction, event: AsyncEvent, sinceMs: number): number {
  const seconds = owner.invokeConfigs.get(event.qualifier)?.maximumEventAgeSeconds ?? DEFAULT_MAX_AGE_SECONDS;
  return sinceMs + seconds * 1000;
}
