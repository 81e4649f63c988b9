import type { Hop } from '../core/journal.ts';
import { traceRoot } from '../core/trace.ts';

/** The chain of calls that an event belongs to. */
export interface Chain {
  traceHeader: string;
  correlationId?: string;
  /** Of the invocation that put the event. */
  requestId?: string;
  /** How many buses an event has been on that comes from another one. */
  buses?: number;
}

/** What hops of an event say of its chain. */
export function chainOf({
  traceHeader,
  correlationId,
  requestId,
}: Chain): Pick<Hop, 'correlationId' | 'traceId' | 'requestId'> {
  const traceId = traceRoot(traceHeader);
  return {
    ...(correlationId !== undefined && { correlationId }),
    ...(traceId !== undefined && { traceId }),
    ...(requestId !== undefined && { requestId }),
  };
}
