import { useCallback, useEffect, useRef, useState } from 'react';
import type { Lamp } from '../cabinet/Cabinet.tsx';
import { Problem } from './api.ts';
import { lampOf, STALE_MS } from './freshness.ts';

/** What is known of something that is asked for again and again. */
export interface Polled<Value> {
  /** The latest answer; kept while later tries fail. */
  value: Value | undefined;
  /** Why the latest try failed; undefined once one succeeds. */
  problem: Problem | undefined;
  /** How fresh the answer is: stale three seconds after it at the latest, whether tries fail or hang. */
  lamp: Lamp;
  /** Asks at once. */
  refresh: () => void;
}

/** After a failure the next try waits this long at least, so that a server that comes back is not run over. */
const RETRY_MS = 1_000;

/** How often the age of an old answer is told anew. */
const TICK_MS = 1_000;

const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem(0, 'Something went wrong', String(error));

/**
 * Asks for a value every `everyMs` milliseconds while the page is visible, one request at a time.
 * `ask` must be stable (useCallback): a new one starts over.
 */
export function usePolling<Value>(ask: (signal: AbortSignal) => Promise<Value>, everyMs: number): Polled<Value> {
  const [value, setValue] = useState<Value>();
  const [problem, setProblem] = useState<Problem>();
  const [lamp, setLamp] = useState<Lamp>({ state: 'waiting' });
  const wake = useRef<() => void>(() => undefined);

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asking = false;
    let again = false;
    let lampTimer: ReturnType<typeof setTimeout> | undefined;
    let sinceMs = Date.now();
    let heardMs: number | undefined;

    // Looks at the clock, and again when what is fresh now would have grown old.
    const look = (hasFailed: boolean) => {
      clearTimeout(lampTimer);
      const nowMs = Date.now();
      const seen = lampOf({ nowMs, sinceMs, heardMs, hasFailed });
      setLamp((before) => (before.state === seen.state && before.state !== 'stale' ? before : seen));
      const isFresh = seen.state === 'live' || seen.state === 'waiting';
      const leftMs = Math.max(sinceMs, heardMs ?? sinceMs) + STALE_MS - nowMs;
      lampTimer = setTimeout(() => look(hasFailed), isFresh ? leftMs : TICK_MS);
    };

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
        heardMs = Date.now();
        look(false);
      } catch (error) {
        if (signal.aborted) return;
        setProblem(asProblem(error));
        look(true);
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
      if (document.hidden) return clearTimeout(lampTimer);
      // What is old because nobody asked is no fault of the service's.
      sinceMs = Date.now();
      look(false);
      void next();
    };
    document.addEventListener('visibilitychange', onVisibility);
    wake.current = () => void next();
    look(false);
    void next();
    return () => {
      controller.abort();
      clearTimeout(timer);
      clearTimeout(lampTimer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [ask, everyMs]);

  const refresh = useCallback(() => wake.current(), []);
  return { value, problem, lamp, refresh };
}
