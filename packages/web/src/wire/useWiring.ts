import { useEffect, useRef, useState } from 'react';
import { type Arrival, type Hop, type JournalState, useJournal } from '../lib/journal.ts';
import { FLOOR, type FoundGraph, useGraph } from './useGraph.ts';

/** Takes what arrives; undefined: nobody does just now. */
export type Taker = ((arrival: Arrival) => void) | undefined;

/** A service's drawing, and what comes over it. */
export interface Wiring {
  graph: FoundGraph;
  state: JournalState;
  /** Is told where to send what arrives. Always the same function. */
  connect: (take: Taker) => void;
}

/** Frames of hops that are kept until somebody takes them: they come before the drawing does. */
const MOST_EARLY = 50;

/** Services start one after the other: what comes within so long, in milliseconds, is one change of the floor. */
const SETTLE_MS = 1_500;

/** Whether a hop says that another drawing may hold: the service's sources have changed; of the floor, that any stack has. */
const isChange = ({ action, to = '' }: Hop, service: string): boolean =>
  service === FLOOR ? /:stack\//.test(to) && action.endsWith('_COMPLETE') : action === 'Reload' && to === service;

/** Follows the journal for one service, whose drawing is loaded anew when it may have changed. */
export function useWiring(service: string): Wiring {
  const take = useRef<Taker>(undefined);
  const early = useRef<Arrival[]>([]);
  const wasLost = useRef(false);
  const settling = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(settling.current), []);
  const [version, setVersion] = useState(0);
  const state = useJournal((arrival) => {
    if (take.current) take.current(arrival);
    else early.current = [...early.current, arrival].slice(-MOST_EARLY);
    if (arrival.isPast || !arrival.hops.some((hop) => isChange(hop, service))) return;
    clearTimeout(settling.current);
    settling.current = setTimeout(() => setVersion((before) => before + 1), service === FLOOR ? SETTLE_MS : 0);
  });
  useEffect(() => {
    // What runs after local-aws was away may have other ARNs.
    if (state === 'live' && wasLost.current) setVersion((before) => before + 1);
    wasLost.current = state === 'lost';
  }, [state]);
  const [connect] = useState(() => (next: Taker) => {
    take.current = next;
    if (!next) return;
    for (const arrival of early.current.splice(0)) next({ ...arrival, isPast: true });
  });
  return { graph: useGraph(service, version), state, connect };
}
