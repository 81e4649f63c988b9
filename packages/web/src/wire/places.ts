import type { WireEdge, WireGraph, WireNode } from '@arcade/networks/wire/graph';
import type { Hop } from '../lib/journal.ts';

/** A way between two nodes of a drawing, and whether it is drawn the other way round. */
export interface Way {
  edge: WireEdge;
  isReversed: boolean;
}

/** Where on a drawing things happen. */
export interface Places {
  /** What an ARN belongs to: the node with the longest entry that equals it, or that it continues after `/` or `:`. */
  nodeOf(arn: string | undefined): WireNode | undefined;
  /** The drawn line between two nodes: for what failed, one of failures before any other. */
  between(from: WireNode, to: WireNode, isFailure: boolean): Way | undefined;
  /** What a drawing calls it; the last part of an ARN that belongs to nothing there. */
  nameOf(arn: string | undefined): string;
}

/** ARNs that are looked up; calls of an API have as many as there are paths. */
const MOST_KNOWN = 500;

/** The last part of an ARN or a path: `match` of `...:table/match`. */
const lastPartOf = (arn: string): string => arn.split(/[:/]/).findLast((part) => part !== '') ?? arn;

const made = new WeakMap<WireGraph, Places>();

/** Where on the graph things happen; nowhere while there is none. The same for the same graph. */
export function placesOf(graph: WireGraph | undefined): Places {
  const places = (graph && made.get(graph)) ?? placesIn(graph);
  if (graph) made.set(graph, places);
  return places;
}

function placesIn(graph: WireGraph | undefined): Places {
  const entries = new Map<string, WireNode>();
  for (const node of graph?.nodes ?? []) for (const arn of node.arns) entries.set(arn, node);
  const known = new Map<string, WireNode | undefined>();
  const ways = new Map<string, Way[]>();
  const addWay = (from: string, to: string, way: Way) =>
    ways.set(`${from} ${to}`, [...(ways.get(`${from} ${to}`) ?? []), way]);
  for (const edge of graph?.edges ?? []) addWay(edge.from, edge.to, { edge, isReversed: false });
  // What is read is drawn towards who reads it or towards what is read: a token takes the line that there is.
  for (const edge of graph?.edges ?? []) addWay(edge.to, edge.from, { edge, isReversed: true });

  const search = (arn: string): WireNode | undefined => {
    for (let end = arn.length; end > 0; end = Math.max(arn.lastIndexOf('/', end - 1), arn.lastIndexOf(':', end - 1))) {
      const node = entries.get(arn.slice(0, end));
      if (node) return node;
    }
    return undefined;
  };
  const nodeOf = (arn: string | undefined): WireNode | undefined => {
    if (arn === undefined) return undefined;
    if (known.has(arn)) return known.get(arn);
    if (known.size >= MOST_KNOWN) known.clear();
    const node = search(arn);
    known.set(arn, node);
    return node;
  };

  return {
    nodeOf,
    between(from, to, isFailure) {
      const found = ways.get(`${from.id} ${to.id}`);
      return found?.find(({ edge }) => edge.isFailure === isFailure) ?? found?.[0];
    },
    nameOf: (arn) => nodeOf(arn)?.label ?? lastPartOf(arn ?? 'somebody'),
  };
}

/** Whether a hop belongs to the service: to something in its drawing, or by its name where there is no drawing. */
export function belongsTo(service: string, graph: WireGraph | undefined, places: Places): (hop: Hop) => boolean {
  const isNamed = (arn = '') => new RegExp(`[:/]${service}-`).test(arn);
  return ({ kind, from, to }) => {
    if (kind === 'provision') return false;
    if (!graph) return isNamed(from) || isNamed(to);
    return places.nodeOf(from) !== undefined || places.nodeOf(to) !== undefined;
  };
}
