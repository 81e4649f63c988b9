import { useCallback, useRef, useState } from 'react';
import {
  type FaultPlan,
  type FaultRule,
  planAsStarted,
  planWith,
  readPlan,
  resetPlan,
  setPlan,
} from '../lib/faults.ts';
import { usePolling } from '../lib/usePolling.ts';

/** Other windows change the plan as well. */
const POLL_MS = 5_000;

/** What a page does to the fault plan. */
export interface FaultControl {
  /** Undefined until it is known. */
  plan: FaultPlan | undefined;
  /** Why the latest change was not made; undefined once another is tried. */
  refusal: string | undefined;
  /** Makes the service's own rules what `rulesFrom` makes of the plan as it is by then. */
  put(rulesFrom: (before: FaultPlan) => FaultRule[]): void;
  reseed(seed: number): void;
  /**
   * The service's rules and the seed as local-aws was started with. In two steps, because local-aws tells its first plan only
   * when it goes back to it: in between, other services' rules do not count, and should the second step fail they are gone.
   */
  reset(): void;
}

/** Reads the fault plan and changes the part of it that is the service's, one change after the other. */
export function useFaultPlan(service: string): FaultControl {
  const [plan, setKnown] = useState<FaultPlan>();
  const [refusal, setRefusal] = useState<string>();
  const ask = useCallback(async (signal: AbortSignal) => {
    const found = await readPlan(signal);
    setKnown(found);
    return found;
  }, []);
  const { refresh } = usePolling(ask, POLL_MS);
  const last = useRef(Promise.resolve());

  // What others have set meanwhile is read before each change.
  const change = (making: (before: FaultPlan) => Promise<FaultPlan>) => {
    setRefusal(undefined);
    last.current = last.current.then(async () => {
      try {
        setKnown(await making(await readPlan()));
      } catch (error) {
        setRefusal(error instanceof Error ? error.message : String(error));
      }
      // Whoever was reading at the same time has read the plan of before.
      refresh();
    });
  };

  return {
    plan,
    refusal,
    put: (rulesFrom) => change((before) => setPlan(planWith(before, service, rulesFrom(before)))),
    reseed: (seed) => change((before) => setPlan({ ...before, seed })),
    reset: () => change(async (before) => setPlan(planAsStarted(await resetPlan(), before, service))),
  };
}
