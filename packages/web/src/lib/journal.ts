import { useEffect, useRef, useState } from 'react';
import { createJournalReader, type JournalReader } from './journalReader.ts';
import { isDeployed } from './stage.ts';

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

/**
 * Whether hops arrive: `lost` when local-aws does not answer, also from the start; `absent` is a deployed stage, which has
 * no journal to follow.
 */
export type JournalState = 'connecting' | 'live' | 'lost' | 'absent';

/** The hops that arrived within one frame of the animation. */
export interface Arrival {
  /** Oldest first; empty when there is only something missed to tell. */
  hops: readonly Hop[];
  /** Nobody saw them happen: the last chain when the page opens, or what came while its tab was hidden. To be shown, not to be played. */
  isPast: boolean;
  /** How many hops before these the page never gets, because it was behind or away. */
  missed: number;
  /** How far this page's clock is ahead of local-aws's, by which hops are dated; a phone's may be off by minutes. */
  clockAheadMs: number;
}

const FIND_OUT_MS = 2_000;

/** Whether there is a journal behind this page: undefined when nobody answers who could say. */
async function hasJournal(): Promise<boolean | undefined> {
  if (await isDeployed()) return false;
  try {
    const answer = await fetch('/_local/health', { signal: AbortSignal.timeout(FIND_OUT_MS) });
    if (answer.status >= 500) return undefined;
    return answer.ok && /json/.test(answer.headers.get('content-type') ?? '');
  } catch {
    return undefined;
  }
}

let reader: JournalReader | undefined;

/** The page's one reader: however many parts follow the journal, there is one connection. */
function readerOfPage(): JournalReader {
  reader ??= createJournalReader({
    open: () => new EventSource('/_local/journal?since=latest'),
    hasJournal,
    onNextFrame: (run) => requestAnimationFrame(run),
    nowMs: () => performance.now(),
    dateMs: () => Date.now(),
  });
  return reader;
}

/**
 * Calls `onArrival` with the hops of each frame while the component is shown, first with those that are known already, and
 * gives the state of the connection.
 */
export function useJournal(onArrival: (arrival: Arrival) => void): JournalState {
  const [state, setState] = useState<JournalState>('connecting');
  const latest = useRef(onArrival);
  useEffect(() => {
    latest.current = onArrival;
  }, [onArrival]);
  useEffect(() => {
    let isGone = false;
    let unfollow = () => {};
    void isDeployed().then((deployed) => {
      if (isGone) return;
      // It is not asked: a browser would tell its console that there is none.
      if (deployed) setState('absent');
      else unfollow = readerOfPage().follow({ onArrival: (arrival) => latest.current(arrival), onState: setState });
    });
    return () => {
      isGone = true;
      unfollow();
    };
  }, []);
  return state;
}
