import { type Edge, type EdgeOf, type Network, type Node, nodeOf, type Supplied } from '../core/network.ts';
import type { EdgeType, Kind } from '../core/settings.ts';
import { incoming, type Neighbours, outgoing } from './graph.ts';

export type Rule =
  | 'open-end'
  | 'function-untriggered'
  | 'queue-unread'
  | 'queue-contended'
  | 'queue-kept-and-read'
  | 'stream-unread'
  | 'index-unknown'
  | 'cycle-unbounded'
  | 'cycle-stopped-by-lambda'
  | 'node-unreached'
  | 'source-unused'
  | 'fifo-refused'
  | 'batch-refused'
  | 'answer-too-late'
  | 'route-shared'
  | 'method-case'
  | 'name-collision'
  | 'visibility-too-short'
  | 'too-slow'
  | 'too-slow-once-more'
  | 'timer-target'
  | 'contract-unmet';

/** Something that is wrong with a network, or soon will be. */
export interface Finding {
  readonly rule: Rule;
  readonly node: string;
  /** The edge's key, where the finding is about an edge. */
  readonly edge?: string;
  /** What is wrong and what to do about it. */
  readonly sentence: string;
}

/** A network while it is looked through. */
export interface Looked {
  readonly network: Network;
  readonly nodes: readonly Node[];
  readonly names: readonly string[];
  readonly into: Neighbours;
  readonly outOf: Neighbours;
}

export const lookedAt = (network: Network): Looked => ({
  network,
  nodes: Object.values(network.nodes),
  names: Object.keys(network.nodes),
  into: incoming(network),
  outOf: outgoing(network),
});

/** The nodes of a kind that are supplied here. */
export const suppliedOf = <K extends Kind>({ nodes }: Looked, kind: K): Supplied<K>[] =>
  nodes.filter((node) => node.kind === kind) as Supplied<K>[];

/** The node of that name, if it is of that kind and supplied here. */
export const suppliedAs = <K extends Kind>({ network }: Looked, kind: K, name: string): Supplied<K> | undefined => {
  const node = nodeOf(network, name);
  return node?.kind === kind ? (node as Supplied<K>) : undefined;
};

/** Those of these edges that are of one of these types. */
export const edgesOf = <T extends EdgeType>(edges: Iterable<Edge>, ...types: readonly T[]): EdgeOf<T>[] =>
  [...edges].filter(({ type }) => (types as readonly EdgeType[]).includes(type)) as unknown as EdgeOf<T>[];

const together = new Intl.ListFormat('en-GB');

/** `"a", "b" and "c"` */
export const listed = (names: readonly string[]): string => together.format(names.map((name) => `"${name}"`));
