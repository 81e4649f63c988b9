/** A hop, as local-aws writes it down. A call and an invocation are written twice: when they begin, and when they end. */
export interface Hop {
  /** Counts up by one from 1. */
  seq: number;
  /** Milliseconds since the epoch, by local-aws's clock. */
  atMs: number;
  kind: 'call' | 'delivery' | 'invocation' | 'schedule' | 'no-match' | 'fault' | 'dead-letter' | 'provision';
  service: string;
  action: string;
  /** ARN of who did it; `client` when unknown. */
  from?: string;
  /** ARN of what it was done to. */
  to?: string;
  correlationId?: string;
  traceId?: string;
  /** The invocation's own on an invocation, that of the invocation that made it on a call. */
  requestId?: string;
  outcome: 'begun' | 'ok' | 'error';
  /** On an end: the number of the hop with which it began. */
  began?: number;
  error?: { code: string; message: string };
  durationMs?: number;
  detail?: Record<string, unknown>;
}

/** Whether hops arrive: `absent` is a deployed stage, which has no journal to follow. */
export type JournalState = 'connecting' | 'live' | 'lost' | 'absent';
