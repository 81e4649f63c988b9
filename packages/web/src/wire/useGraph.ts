import type { WireGraph } from '@arcade/networks/wire/graph';
import { useEffect, useState } from 'react';

/** The drawing of a service: `undefined` while it is asked for, `none` where there is none. */
export type FoundGraph = WireGraph | 'none' | undefined;

/** A laptop lays a drawing out when it is first asked for it, and may have other things to do. */
const FIND_MS = 30_000;
const RETRY_MS = 2_000;

/** The drawing at an address, `none` where there is none, undefined when nobody answers. */
async function graphAt(path: string): Promise<FoundGraph> {
  try {
    const answer = await fetch(path, { signal: AbortSignal.timeout(FIND_MS) });
    if (answer.status >= 500) return undefined;
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return answer.ok && isJson ? ((await answer.json()) as WireGraph) : 'none';
  } catch {
    return undefined;
  }
}

async function askForGraph(service: string): Promise<FoundGraph> {
  const running = await graphAt(`/_local/graph/${service}`);
  return running === 'none' ? graphAt(`/graphs/${service}.json`) : running;
}

/** What is being asked for: the wire and the list of hops ask at the same time. */
const underWay = new Map<string, Promise<FoundGraph>>();

/**
 * The drawing of what runs, with its ARNs; on a deployed stage that of the build, without. Undefined when nobody answers. Who
 * asks for the same `version` meanwhile gets the same.
 */
export function findGraph(service: string, version = 0): Promise<FoundGraph> {
  const key = `${service} ${version}`;
  const asked = underWay.get(key) ?? askForGraph(service).finally(() => underWay.delete(key));
  underWay.set(key, asked);
  return asked;
}

/** Loads the drawing of a service, and again when `version` changes: what runs may be another one then. */
export function useGraph(service: string, version: number): FoundGraph {
  const [found, setFound] = useState<FoundGraph>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isGone = false;
    const look = async () => {
      const found = await findGraph(service, version);
      if (isGone) return;
      // What is known stays, when it cannot be had again.
      setFound((before) => (found === 'none' || found === undefined ? (before ?? found) : found));
      if (found === undefined) timer = setTimeout(look, RETRY_MS);
    };
    void look();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [service, version]);
  return found;
}
