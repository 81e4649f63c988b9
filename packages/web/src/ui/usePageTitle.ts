import { useEffect } from 'react';
import { useLocation } from 'wouter';

const ARCADE = 'Serverless Arcade';

/** What the window is called: "Mafia · Serverless Arcade"; the arcade alone without a name. */
export const windowTitle = (name: string | undefined): string => (name ? `${name} · ${ARCADE}` : ARCADE);

/** Names the window by what this page shows ("Night 3 · Mafia"); without it a page has its scenario's name, which the shell gives. */
export function usePageTitle(name: string): void {
  const [location] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shell names each address anew, and this comes after it.
  useEffect(() => {
    document.title = windowTitle(name);
  }, [name, location]);
}
