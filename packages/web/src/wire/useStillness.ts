import { useSyncExternalStore } from 'react';

const STILL = '(prefers-reduced-motion: reduce)';

/** Whether whoever looks wants nothing to travel. */
export function useStillness(): boolean {
  return useSyncExternalStore(
    (onChange) => {
      const query = matchMedia(STILL);
      query.addEventListener('change', onChange);
      return () => query.removeEventListener('change', onChange);
    },
    () => matchMedia(STILL).matches,
  );
}
