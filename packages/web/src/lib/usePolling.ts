import { useCallback, useEffect, useRef, useState } from 'react';
import { Problem } from './api.ts';

/** What is known of something that is asked for again and again. */
export interface Polled<Value> {
  /** The latest answer; kept while later tries fail. */
  value: Value | undefined;
  /** Why the latest try failed; undefined once one succeeds. */
  problem: Problem | undefined;
  /** Asks at once. */
  refresh: () => void;
}

/** After a failure the next try waits this long, so that a server that comes back is not run over. */
const RETRY_MS = 2_000;

const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem(0, 'Something went wrong', String(error));

/**
 * Asks for a value every `everyMs` milliseconds while the page is visible, one request at a time.
 * `ask` must be stable (useCallback): a new one starts over.
 */
export function usePolling<Value>(ask: (signal: AbortSignal) => Promise<Value>, everyMs: number): Polled<Value> {
  const [value, setValue] = useState<Value>();
  const [problem, setProblem] = useState<Problem>();
  const wake = useRef<() => void>(() => undefined);

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asking = false;
    let again = false;

    const next = async () => {
      clearTimeout(timer);
      if (asking) {
        again = true;
        return;
      }
      asking = true;
      let waitMs = everyMs;
      try {
        const answer = await ask(signal);
        if (signal.aborted) return;
        setValue(answer);
        setProblem(undefined);
      } catch (error) {
        if (signal.aborted) return;
        setProblem(asProblem(error));
        waitMs = Math.max(everyMs, RETRY_MS);
      } finally {
        asking = false;
      }
      if (again) {
        again = false;
        void next();
      } else if (!document.hidden) {
        timer = setTimeout(() => void next(), waitMs);
      }
    };

    const onVisibility = () => {
      if (!document.hidden) void next();
    };
    document.addEventListener('visibilitychange', onVisibility);
    wake.current = () => void next();
    void next();
    return () => {
      controller.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [ask, everyMs]);

  const refresh = useCallback(() => wake.current(), []);
  return { value, problem, refresh };
}
