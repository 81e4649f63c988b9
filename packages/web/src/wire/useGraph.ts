import type { WireGraph } from '@arcade/networks/wire/graph';
import { useEffect, useState } from 'react';

/** The drawing of a service: `undefined` while it is asked for, `none` where there is none. */
export type FoundGraph = WireGraph | 'none' | undefined;

const FIND_MS = 5_000;

async function graphAt(path: string): Promise<WireGraph | undefined> {
  try {
    const answer = await fetch(path, { signal: AbortSignal.timeout(FIND_MS) });
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return answer.ok && isJson ? ((await answer.json()) as WireGraph) : undefined;
  } catch {
    return undefined;
  }
}

/** The drawing of what runs, with its ARNs; on a deployed stage that of the build, without. */
export const findGraph = async (service: string): Promise<WireGraph | undefined> =>
  (await graphAt(`/_local/graph/${service}`)) ?? (await graphAt(`/graphs/${service}.json`));

/** Loads the drawing of a service, and again when `version` changes: what runs may be another one then. */
export function useGraph(service: string, version: unknown): FoundGraph {
  const [found, setFound] = useState<FoundGraph>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is the reason to load it again
  useEffect(() => {
    let isGone = false;
    void findGraph(service).then((graph) => {
      // What is known stays, when it cannot be had again.
      if (!isGone) setFound((before) => graph ?? before ?? 'none');
    });
    return () => {
      isGone = true;
    };
  }, [service, version]);
  return found;
}
