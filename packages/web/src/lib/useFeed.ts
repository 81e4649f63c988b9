import { useEffect, useRef, useState } from 'react';

/** A hop of the live feed, as `GET /_local/journal` sends it. */
export interface FeedEntry {
  seq: number;
  atMs: number;
  kind: string;
  service: string;
  action: string;
  from?: string;
  to?: string;
  correlationId?: string;
  outcome: 'ok' | 'error';
  error?: { code: string; message: string };
  detail?: Record<string, unknown>;
}

/** Whether hops arrive: `absent` is a deployed stage, which has no journal to follow. */
export type FeedState = 'connecting' | 'live' | 'lost' | 'absent';

/** First wait before another try, in milliseconds; doubled up to the longest. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5_000;

/** Follows the feed until the returned function is called; comes back by itself after the connection was lost. */
export function followFeed(onEntry: (entry: FeedEntry) => void, onState: (state: FeedState) => void): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = FIRST_RETRY_MS;
  let wasLive = false;

  const open = () => {
    source = new EventSource('/_local/journal?since=latest');
    source.onopen = () => {
      wasLive = true;
      retryMs = FIRST_RETRY_MS;
      onState('live');
    };
    source.onmessage = ({ data }) => onEntry(JSON.parse(data) as FeedEntry);
    source.onerror = () => {
      source?.close();
      onState(wasLive ? 'lost' : 'absent');
      timer = setTimeout(open, retryMs);
      retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
    };
  };
  open();

  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

/** Calls `onEntry` for each new hop while the component is shown, and gives the state of the connection. */
export function useFeed(onEntry: (entry: FeedEntry) => void): FeedState {
  const [state, setState] = useState<FeedState>('connecting');
  const latest = useRef(onEntry);
  useEffect(() => {
    latest.current = onEntry;
  }, [onEntry]);
  useEffect(() => followFeed((entry) => latest.current(entry), setState), []);
  return state;
}
