import { Graph, layout } from '@dagrejs/dagre';
import type { Drawing, DrawnEdge, DrawnNode } from './drawing.ts';
import { widthOf } from './measure.ts';

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
  readonly points: readonly Point[];
  /** The label's box, by its middle. */
  readonly label: Box;
}

export interface Layout {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

export const SIZES = { name: 14, subtitle: 11, label: 11, line: 15, icon: 24, padding: 12, nodeHeight: 52 } as const;

/** A README's column: wider drawings are shrunk until they cannot be read. */
const COMFORTABLE_WIDTH = 1000;

const nodeWidth = (node: DrawnNode): number => {
  const text = Math.max(widthOf(node.name, SIZES.name, true), widthOf(node.subtitle, SIZES.subtitle));
  return Math.max(text, 56) + SIZES.icon + 3 * SIZES.padding;
};

const labelSize = (edge: DrawnEdge): { width: number; height: number } => ({
  width: Math.max(...edge.label.map((line) => widthOf(line, SIZES.label))) + 10,
  height: edge.label.length * SIZES.line + 4,
});

/** Coordinates with one digit: the same bytes from every machine's floating point. */
const rounded = (value: number): number => Math.round(value * 10) / 10;

const roundedPoint = ({ x, y }: Point): Point => ({ x: rounded(x), y: rounded(y) });

const placed = (drawing: Drawing, direction: 'LR' | 'TB'): Layout => {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: direction, nodesep: 34, ranksep: 46, edgesep: 22, marginx: 16, marginy: 16 });
  for (const node of drawing.nodes) graph.setNode(node.name, { width: nodeWidth(node), height: SIZES.nodeHeight });
  for (const edge of drawing.edges) graph.setEdge(edge.from, edge.to, { ...labelSize(edge), labelpos: 'c' }, edge.line);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    nodes: drawing.nodes.map((node) => {
      const at = graph.node(node.name) as Box;
      return { node, ...roundedPoint(at), width: at.width, height: at.height };
    }),
    edges: drawing.edges.map((edge) => {
      const at = graph.edge(edge.from, edge.to, edge.line) as Box & { points: readonly Point[] };
      return {
        edge,
        points: at.points.map(roundedPoint),
        label: { ...roundedPoint(at), width: at.width, height: at.height },
      };
    }),
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
