import { useEffect, useRef, useState } from 'react';
import type { Misbehaviour } from './home.ts';

/** What was set counts for so long, in milliseconds: by then the world has been asked again. */
const COUNTS_MS = 2_000;

/**
 * What goes wrong, with what was just set: the world tells of it only when it is asked again, and a change that came meanwhile is
 * made to what was set, not to what was before. `put` makes all of it what goes wrong; one after the other.
 */
export function useMisbehaviour(told: Misbehaviour | undefined, put: (all: Misbehaviour) => Promise<unknown>) {
  const [set, setSet] = useState<Misbehaviour>();
  const latest = useRef<Misbehaviour>(undefined);
  const last = useRef<Promise<unknown>>(Promise.resolve());
  useEffect(() => {
    if (!set) return;
    const timer = setTimeout(() => {
      latest.current = undefined;
      setSet(undefined);
    }, COUNTS_MS);
    return () => clearTimeout(timer);
  }, [set]);
  const now = set ?? told;
  const change = (part: Partial<Misbehaviour>): Promise<void> => {
    const before = latest.current ?? told;
    if (!before) return Promise.resolve();
    const next = { ...before, ...part };
    latest.current = next;
    setSet(next);
    const done = last.current
      .catch(() => undefined)
      .then(async () => {
        await put(next);
      });
    last.current = done;
    return done.catch((error: unknown) => {
      latest.current = undefined;
      setSet(undefined);
      throw error;
    });
  };
  return { now, change };
}
