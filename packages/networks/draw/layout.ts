import { Graph, layout } from '@dagrejs/dagre';
import type { Kind } from '../core/settings.ts';
import type { Drawing, DrawnEdge, DrawnNode } from './drawing.ts';
import { rounded, widthOf } from './measure.ts';
import { type Direction, type End, portsOf } from './ports.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface PlacedNode extends Box {
  readonly node: DrawnNode;
}

export interface PlacedEdge {
  readonly edge: DrawnEdge;
  /** From border to border, through the middle of the label. */
  readonly points: readonly Point[];
  /** The label's box, by its middle. */
  readonly label: Box;
}

export interface Layout {
  readonly direction: Direction;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

export const SIZES = {
  name: 14,
  subtitle: 11,
  label: 11,
  line: 15,
  icon: 24,
  padding: 12,
  nodeHeight: 52,
  subtitleLine: 14,
  leastWidth: 150,
} as const;

const ROUND_OR_POINTED: ReadonlySet<Kind> = new Set<Kind>(['queue', 'schedule', 'topic', 'bus', 'stream']);

/** A README's column: wider drawings are shrunk until they cannot be read. */
const COMFORTABLE_WIDTH = 1000;

/** Shapes that narrow towards their sides need room for the text's end. */
const slack = (kind: Kind): number => (ROUND_OR_POINTED.has(kind) ? SIZES.padding : 0);

const nodeSize = (node: DrawnNode): { width: number; height: number } => {
  const lines = node.subtitle.map((line) => widthOf(line, SIZES.subtitle));
  const text = Math.max(widthOf(node.name, SIZES.name, true), ...lines);
  return {
    // Most nodes are equally wide: arrows then reach them in one line, past no neighbour's corner.
    width: Math.max(text + SIZES.icon + 3 * SIZES.padding + slack(node.kind), SIZES.leastWidth),
    height: SIZES.nodeHeight + (node.subtitle.length - 1) * SIZES.subtitleLine,
  };
};

const labelSize = (edge: DrawnEdge): { width: number; height: number } => ({
  width: Math.max(...edge.label.map((line) => widthOf(line, SIZES.label))) + 10,
  height: edge.label.length * SIZES.line + 4,
});

const roundedPoint = ({ x, y }: Point): Point => ({ x: rounded(x), y: rounded(y) });

interface Routed {
  readonly edge: DrawnEdge;
  /** The layout's way between the nodes, without its ends. */
  readonly inner: readonly Point[];
  readonly label: Box;
}

/** Every arrow's ends, by the node that they stand on. */
const endsByNode = (edges: readonly Routed[]): Map<string, End[]> => {
  const ends = new Map<string, End[]>();
  for (const [at, { edge, inner }] of edges.entries()) {
    const add = (node: string, key: string, towards: Point) =>
      ends.set(node, [...(ends.get(node) ?? []), { key, towards }]);
    add(edge.from, `${at} from`, inner[0] as Point);
    add(edge.to, `${at} to`, inner.at(-1) as Point);
  }
  return ends;
};

const connected = (direction: Direction, nodes: readonly PlacedNode[], edges: readonly Routed[]): PlacedEdge[] => {
  const ends = endsByNode(edges);
  const ports = new Map(
    nodes.flatMap((placedNode) => [
      ...portsOf(direction, placedNode, placedNode.node.kind, ends.get(placedNode.node.name) ?? []),
    ]),
  );
  return edges.map(({ edge, inner, label }, at) => ({
    edge,
    label,
    points: [ports.get(`${at} from`), ...inner, ports.get(`${at} to`)].filter((point) => point !== undefined),
  }));
};

/** The layout keeps nodes in plain objects: a node may not be called `constructor` there. */
const idOf = (name: string): string => `node ${name}`;

const placed = (drawing: Drawing, direction: Direction): Layout => {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: direction, nodesep: 30, ranksep: 72, edgesep: 22, marginx: 16, marginy: 16 });
  for (const node of drawing.nodes) graph.setNode(idOf(node.name), nodeSize(node));
  for (const edge of drawing.edges)
    graph.setEdge(idOf(edge.from), idOf(edge.to), { ...labelSize(edge), labelpos: 'c' }, edge.line);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const nodes = drawing.nodes.map((node): PlacedNode => {
    const at = graph.node(idOf(node.name)) as Box;
    return { node, ...roundedPoint(at), width: at.width, height: at.height };
  });
  const edges = drawing.edges.map((edge): Routed => {
    const at = graph.edge(idOf(edge.from), idOf(edge.to), edge.line) as Box & { points: readonly Point[] };
    const label = { ...roundedPoint(at), width: at.width, height: at.height };
    return { edge, inner: at.points.slice(1, -1).map(roundedPoint), label };
  });
  return {
    direction,
    nodes,
    edges: connected(direction, nodes, edges),
    width: Math.ceil(width),
    height: Math.ceil(height),
  };
};

/** Where everything goes: from left to right, or from top to bottom where that would be too wide to read. */
export const laidOut = (drawing: Drawing): Layout => {
  const across = placed(drawing, 'LR');
  if (across.width <= COMFORTABLE_WIDTH) return across;
  const down = placed(drawing, 'TB');
  return down.width < across.width ? down : across;
};
