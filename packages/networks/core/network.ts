import type { EdgeSettings, EdgeType, Kind, NodeSettings } from './settings.ts';

/** A node that is supplied: its definition is here. */
export type Supplied<K extends Kind = Kind> = {
  [T in K]: { readonly kind: T; readonly name: string; readonly settings: Readonly<NodeSettings[T]> };
}[K];

/** An open end: a node of that name is expected from elsewhere, of this kind, with (at least) these settings. */
export interface Open<K extends Kind = Kind> {
  readonly kind: 'open';
  readonly name: string;
  readonly expects: K;
  readonly settings: Readonly<Partial<NodeSettings[K]>>;
}

export type Node = Supplied | Open;

export type EdgeOf<T extends EdgeType> = {
  [E in T]: {
    readonly type: E;
    readonly from: string;
    readonly to: string;
    readonly settings: Readonly<EdgeSettings[E]>;
  };
}[T];

export type Edge = EdgeOf<EdgeType>;

declare const SAID: unique symbol;

/**
 * A graph of named nodes and typed edges: plain, frozen data in normal form (keys sorted, settings that
 * equal their default left out), so that two equal networks are the same JSON, byte for byte.
 *
 * Its type remembers what its functions do, as far as the builders were given names that TypeScript knows:
 * `'checkout sends queue orders'`. `ends.ts` makes of that which variables each function has.
 */
export interface Network<Said extends string = string> {
  /** By name. */
  readonly nodes: Readonly<Record<string, Node>>;
  /** By `edgeKey`: a sentence such as `entrypoint sends deferred`. */
  readonly edges: Readonly<Record<string, Edge>>;
  /** Of the type alone: no network has it. */
  readonly [SAID]?: Said;
}

/** What the functions of these parts do, in the words of `Network`. */
export type SaidBy<P> = P extends Network<infer Said> ? Said : never;

/** What `network` and `overlay` take: a network, or a node at hand. */
export type Part = Network | { readonly node: Node };

/** A way that only what failed takes. It is part of what it serves, and no edge: drawings show it on request. */
export interface FailurePath {
  readonly from: string;
  /** A node of the network, or the name of a queue that holds nothing else. */
  readonly to: string;
  /** Of what it leads to. */
  readonly kind: Kind;
}

/** The kind that a node is, or must become. */
export const kindOf = (node: Node): Kind => (node.kind === 'open' ? node.expects : node.kind);

/** The node of that name, or undefined. Own names only: a node may well be called `constructor`. */
export const nodeOf = (network: Network, name: string): Node | undefined =>
  Object.hasOwn(network.nodes, name) ? network.nodes[name] : undefined;
