import { edgeKey } from '../core/facts.ts';
import { type Edge, type FailurePath, kindOf, type Network, type Node } from '../core/network.ts';
import { verbOf } from '../core/rules.ts';
import type { Kind, Verb } from '../core/settings.ts';
import { listOfWords } from '../core/words.ts';
import { FAILURE_QUEUE, labelOf, subtitleOf } from './labels.ts';

/** Three ways for one thing to reach another, drawn each its own way. */
export type Line = 'event' | 'data' | 'call';

export interface DrawnNode {
  readonly name: string;
  readonly kind: Kind;
  readonly isOpen: boolean;
  /** The kind and what matters most about it, in lines. */
  readonly subtitle: readonly string[];
  /** The one theme that it belongs to: what several share stands between them. */
  readonly theme?: string;
}

/** All that one node does to another in one way, as one arrow. */
export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  readonly line: Line;
  /** Only what failed goes this way. */
  readonly isFailure: boolean;
  /** What cannot be told from the line and its ends; often nothing. */
  readonly label: readonly string[];
  /** Every edge it stands for, in full. */
  readonly sentences: readonly string[];
}

export interface Drawing {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

export interface DrawOptions {
  /** What the picture is of: stands above it, and is said to those who hear it. */
  readonly title?: string;
  /** Ways of what failed that are to be drawn as well: `failuresOf(network)`, or those of `readTemplate`. */
  readonly failures?: readonly FailurePath[];
}

export const LINE_NAMES: Readonly<Record<Line, string>> = {
  event: 'triggers, sends, publishes, or calls and does not wait',
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

/** Who calls and does not wait sends an event, whatever the call is called: a bus brings its events to others, and goes on. */
const doesNotWait = (edge: Edge): boolean =>
  edge.type === 'bus calls external' ||
  edge.type === 'pipe calls external' ||
  (edge.type === 'function calls function' && edge.settings.async === true);

const lineOf = (edge: Edge): Line => (doesNotWait(edge) ? 'event' : LINES[verbOf(edge.type)]);

const drawnEdge = (edges: readonly Edge[]): DrawnEdge => {
  const [first] = edges as [Edge];
  return {
    from: first.from,
    to: first.to,
    line: lineOf(first),
    isFailure: false,
    label: labelOf(edges),
    sentences: edges.map(edgeKey),
  };
};

const drawnNode = (node: Node): DrawnNode => {
  const [theme, ...others] = listOfWords(node.settings.theme);
  return {
    name: node.name,
    kind: kindOf(node),
    isOpen: node.kind === 'open',
    subtitle: subtitleOf(node),
    ...(theme === undefined || others.length > 0 ? {} : { theme }),
  };
};

/**
 * What there is to draw: edges between the same nodes become one arrow. `failures` are drawn where they are given, with
 * the queues that they lead to.
 */
export const drawingOf = (network: Network, failures: readonly FailurePath[] = []): Drawing => {
  const arrows = new Map<string, Edge[]>();
  for (const edge of Object.values(network.edges)) {
    const key = `${edge.from} ${edge.to} ${lineOf(edge)}`;
    arrows.set(key, [...(arrows.get(key) ?? []), edge]);
  }
  const added = new Map(failures.filter(({ to }) => !Object.hasOwn(network.nodes, to)).map((path) => [path.to, path]));
  return {
    nodes: [
      ...Object.values(network.nodes).map(drawnNode),
      ...[...added.values()].map(({ to, kind }) => ({ name: to, kind, isOpen: false, subtitle: [FAILURE_QUEUE] })),
    ],
    edges: [
      ...[...arrows.values()].map(drawnEdge),
      ...failures.map(({ from, to }): DrawnEdge => {
        const sentences = [`${from} gives up to ${to}`];
        return { from, to, line: 'event', isFailure: true, label: [], sentences };
      }),
    ],
  };
};
