import type { Principal } from '../core/principal.ts';
import { withoutLineage } from '../core/trace.ts';
import type { LocalFunction } from './registry.ts';
import { type Trace, timesInvoked } from './trace.ts';

/**
 * Lambda stops a chain of calls once one function has been invoked in it about this often
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html).
 */
const MAX_INVOCATIONS_IN_A_CHAIN = 16;

/** Services over which a chain goes on; those who invoke a function themselves continue it too, and so do queues, which Lambda reads. */
const COUNTED_SERVICES = new Set(['sns.amazonaws.com', 's3.amazonaws.com']);

/** The trace header of an invocation by `principal`; with the chain so far only where loop detection counts it. */
export function countedTrace(traceHeader: string, principal: Principal): string {
  const isCounted = principal.kind !== 'service' || COUNTED_SERVICES.has(principal.service);
  return isCounted ? traceHeader : withoutLineage(traceHeader);
}

/** Whether recursive-loop detection drops the next invocation of this chain. */
export function isRecursiveLoop(owner: LocalFunction, trace: Trace): boolean {
  return owner.recursiveLoop === 'Terminate' && timesInvoked(trace, owner.arn) >= MAX_INVOCATIONS_IN_A_CHAIN;
}

/** What Lambda says then. */
export const RECURSION_MESSAGE =
  'Lambda has detected your function being invoked in a recursive loop with other AWS resources and stopped your ' +
  "function's invocation. RecursiveLoop: Allow on the function lets it go on.";
