import type { FloorGraph } from '@arcade/networks/wire/graph';
import type { Arrival, Hop } from '../lib/journal.ts';
import { placesOf } from '../wire/places.ts';

/** What of all that happens is looked at; an empty text is all of it. */
export interface Wanted {
  service: string;
  /** A correlation id. */
  chain: string;
}

/**
 * Lets through what is wanted. A hop without a correlation id (a call of a table, say) belongs to the chain that its trace has had.
 * What it remembers of traces is bounded.
 */
export function createFilter(graph: FloorGraph, { service, chain }: Wanted): (arrival: Arrival) => Arrival {
  const places = placesOf(graph);
  const serviceOf = new Map(graph.nodes.map((node) => [node.id, node.service]));
  const traces = new Set<string>();
  const isOfService = ({ from, to }: Hop) =>
    [from, to].some((arn) => serviceOf.get(places.nodeOf(arn)?.id ?? '') === service);
  const isOfChain = ({ correlationId, traceId }: Hop) => {
    if (correlationId !== undefined) {
      if (correlationId !== chain) return false;
      if (traceId !== undefined) traces.add(traceId);
      if (traces.size > MOST_TRACES) traces.delete([...traces][0] ?? '');
      return true;
    }
    return traceId !== undefined && traces.has(traceId);
  };
  return (arrival) => {
    if (service === '' && chain === '') return arrival;
    const hops = arrival.hops.filter((hop) => (chain === '' || isOfChain(hop)) && (service === '' || isOfService(hop)));
    return { ...arrival, hops };
  };
}

const MOST_TRACES = 200;
