import { edgeKey } from '../core/facts.ts';
import { type Edge, kindOf, type Network } from '../core/network.ts';
import { verbOf } from '../core/rules.ts';
import type { Kind, Verb } from '../core/settings.ts';
import { labelOf, subtitleOf } from './labels.ts';

/** Three ways for one thing to reach another, drawn each its own way. */
export type Line = 'event' | 'data' | 'call';

export interface DrawnNode {
  readonly name: string;
  readonly kind: Kind;
  readonly isOpen: boolean;
  /** The kind and what matters most about it, in lines. */
  readonly subtitle: readonly string[];
}

/** All that one node does to another in one way, as one arrow. */
export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  readonly line: Line;
  readonly label: readonly string[];
  /** Every edge it stands for, in full. */
  readonly sentences: readonly string[];
}

export interface Drawing {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

export const LINE_NAMES: Readonly<Record<Line, string>> = {
  event: 'triggers, sends or publishes',
  data: 'reads or writes',
  call: 'calls, and waits for the answer',
};

const LINES: Readonly<Record<Verb, Line>> = {
  triggers: 'event',
  sends: 'event',
  publishes: 'event',
  reads: 'data',
  writes: 'data',
  calls: 'call',
};

const drawnEdge = (edges: readonly Edge[]): DrawnEdge => {
  const [first] = edges as [Edge];
  return {
    from: first.from,
    to: first.to,
    line: LINES[verbOf(first.type)],
    label: labelOf(edges),
    sentences: edges.map(edgeKey),
  };
};

/** What there is to draw: edges between the same nodes become one arrow. */
export const drawingOf = (network: Network): Drawing => {
  const arrows = new Map<string, Edge[]>();
  for (const edge of Object.values(network.edges)) {
    const key = `${edge.from} ${edge.to} ${LINES[verbOf(edge.type)]}`;
    arrows.set(key, [...(arrows.get(key) ?? []), edge]);
  }
  return {
    nodes: Object.values(network.nodes).map((node) => ({
      name: node.name,
      kind: kindOf(node),
      isOpen: node.kind === 'open',
      subtitle: subtitleOf(node),
    })),
    edges: [...arrows.values()].map(drawnEdge),
  };
};
