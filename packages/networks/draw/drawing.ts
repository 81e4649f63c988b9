import { edgeKey } from '../core/facts.ts';
import { byText } from '../core/json.ts';
import { type Edge, type FailurePath, kindOf, type Network, type Node, nodeOf } from '../core/network.ts';
import { verbOf } from '../core/rules.ts';
import type { Kind, Verb } from '../core/settings.ts';
import { listOfWords } from '../core/words.ts';
import { FAILURE_QUEUE, labelOf, subtitleOf } from './labels.ts';

/** Three ways for one thing to reach another, drawn each its own way. */
export type Line = 'event' | 'data' | 'call';

/** What a function has at hand: a secret, a key, the address of its own gateway. It is written on the function: no message goes there. */
export interface Held {
  readonly name: string;
  readonly kind: Kind;
  /** The edges that it stands for, in full. */
  readonly sentences: readonly string[];
}

export interface DrawnNode {
  readonly name: string;
  readonly kind: Kind;
  readonly isOpen: boolean;
  /** The kind and what matters most about it, in lines. */
  readonly subtitle: readonly string[];
  readonly holds: readonly Held[];
  /** The patterns or themes that it came from: in the frame of the one, or, where there are several, between them. */
  readonly themes: readonly string[];
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
  /** All themes, in the order of their colours. */
  readonly themes: readonly string[];
}

/** The one theme in whose frame a node stands. */
export const themeOf = ({ themes }: DrawnNode): string | undefined => (themes.length === 1 ? themes[0] : undefined);

export interface DrawOptions {
  /** The themes that get their colours first: given the same, the drawings of one page have one colour for one pattern. */
  readonly themes?: readonly string[];
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

/** What only keeps and is only looked at. */
const KEPT_AT_HAND: ReadonlySet<Kind> = new Set<Kind>(['secret', 'key']);

/** The edges that are no way of a message: a function knows its gateway's address, or uses a secret or a key that is only for functions. */
const atHand = (network: Network): Edge[] => {
  const edges = Object.values(network.edges);
  const isKept = (name: string): boolean => {
    const node = nodeOf(network, name);
    return node !== undefined && KEPT_AT_HAND.has(kindOf(node));
  };
  return edges.filter(({ type, to }) => type === 'function calls http' || (type.startsWith('function ') && isKept(to)));
};

const heldBy = (network: Network, edges: readonly Edge[]): Held[] =>
  [...Map.groupBy(edges, ({ to }) => to)].map(([name, all]) => ({
    name,
    kind: kindOf(nodeOf(network, name) as Node),
    sentences: all.map(edgeKey),
  }));

const drawnNode = (node: Node, holds: readonly Held[]): DrawnNode => ({
  name: node.name,
  kind: kindOf(node),
  isOpen: node.kind === 'open',
  subtitle: subtitleOf(node),
  holds,
  themes: listOfWords(node.settings.theme),
});

interface DrawingOptions extends Pick<DrawOptions, 'failures' | 'themes'> {
  /** Draws what a function has at hand beside it, as everything else, for whoever wants to show that it is used. */
  readonly isAllDrawn?: boolean;
}

/**
 * What there is to draw: edges between the same nodes become one arrow, and what a function has at hand is written on it.
 * `failures` are drawn where they are given, with the queues that they lead to.
 */
export const drawingOf = (
  network: Network,
  { failures = [], themes = [], isAllDrawn = false }: DrawingOptions = {},
): Drawing => {
  const held = isAllDrawn ? [] : atHand(network);
  const byHolder = Map.groupBy(held, ({ from }) => from);
  const isWritten = new Set(held.filter(({ type }) => type !== 'function calls http').map(({ to }) => to));
  const arrows = Map.groupBy(
    Object.values(network.edges).filter((edge) => !held.includes(edge)),
    (edge) => `${edge.from} ${edge.to} ${lineOf(edge)}`,
  );
  const added = new Map(failures.filter(({ to }) => !Object.hasOwn(network.nodes, to)).map((path) => [path.to, path]));
  const nodes = [
    ...Object.values(network.nodes)
      .filter(({ name }) => !isWritten.has(name))
      .map((node) => drawnNode(node, heldBy(network, byHolder.get(node.name) ?? []))),
    ...[...added.values()].map(({ to, kind }) => ({
      name: to,
      kind,
      isOpen: false,
      subtitle: [FAILURE_QUEUE],
      holds: [],
      themes: [],
    })),
  ];
  const own = [...new Set(nodes.flatMap((node) => node.themes))].sort(byText);
  return {
    nodes,
    edges: [
      ...[...arrows.values()].map(drawnEdge),
      ...failures.map(({ from, to }): DrawnEdge => {
        const sentences = [`${from} gives up to ${to}`];
        return { from, to, line: 'event', isFailure: true, label: [], sentences };
      }),
    ],
    themes: [...themes, ...own.filter((theme) => !themes.includes(theme))],
  };
};
