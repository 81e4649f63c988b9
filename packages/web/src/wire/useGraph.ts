import type { WireGraph } from '@arcade/networks/wire/graph';
import { useEffect, useState } from 'react';
import { isDeployed } from '../lib/stage.ts';

/** The drawing of a service: `undefined` while it is asked for, `none` where there is none. */
export type FoundGraph = WireGraph | 'none' | undefined;

/** A laptop lays a drawing out when it is first asked for it, and may have other things to do. */
const FIND_MS = 30_000;
/** Services may still start: who finds no drawing asks again, after a pause that grows, in milliseconds. */
const RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 30_000;

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

/** The name under which the drawing of all services is asked for. */
export const FLOOR = 'floor';

async function askForGraph(service: string): Promise<FoundGraph> {
  if (await isDeployed()) return graphAt(`/graphs/${service}.json`);
  const running = await graphAt(service === FLOOR ? '/_local/graph' : `/_local/graph/${service}`);
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

/** Asks for a drawing until there is one, and gives what came of each time; what is returned ends it. */
export function followGraph(service: string, version: number, onFound: (found: FoundGraph) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isGone = false;
  const look = async (pauseMs: number) => {
    const found = await findGraph(service, version);
    if (isGone) return;
    onFound(found);
    if (found !== undefined && found !== 'none') return;
    timer = setTimeout(() => void look(Math.min(2 * pauseMs, LONGEST_RETRY_MS)), pauseMs);
  };
  void look(RETRY_MS);
  return () => {
    isGone = true;
    clearTimeout(timer);
  };
}

/** Loads the drawing of a service, and again when `version` changes: what runs may be another one then. */
export function useGraph(service: string, version: number): FoundGraph {
  const [found, setFound] = useState<FoundGraph>();
  useEffect(
    () =>
      followGraph(service, version, (next) =>
        // What is known stays, when it cannot be had again.
        setFound((before) => (next === 'none' || next === undefined ? (before ?? next) : next)),
      ),
    [service, version],
  );
  return found;
}
