import type { Kind } from '../core/settings.ts';
import { layOut } from '../layout/elk.ts';
import {
  type Box,
  type Direction,
  grown,
  type LaidOut,
  meets,
  type Plan,
  type Point,
  type Size,
  type Spacing,
} from '../layout/plan.ts';
import { edgeId, routesOf } from '../layout/routes.ts';
import type { Drawing, DrawnEdge, DrawnNode } from './drawing.ts';
import { widthOf } from './measure.ts';
import { onOutline, ROUND_OR_POINTED } from './shapes.ts';

export interface PlacedNode extends Box {
  readonly node: DrawnNode;
}

export interface PlacedEdge {
  readonly edge: DrawnEdge;
  /** From border to border; straight across or straight down between two points. */
  readonly points: readonly Point[];
  /** The label's box, by its middle, beside the line. */
  readonly label?: Box;
}

export interface PlacedGroup extends Box {
  readonly title: string;
  /** The title's box, by its middle: inside the frame, off the lines. */
  readonly label: Box;
}

export interface Layout extends Size {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly groups: readonly PlacedGroup[];
}

export const SIZES = {
  name: 14,
  subtitle: 11,
  label: 11,
  line: 14,
  icon: 24,
  padding: 12,
  nodeHeight: 52,
  subtitleLine: 14,
  leastWidth: 140,
} as const;

const SPACING: Readonly<Record<Direction, Spacing>> = {
  LR: { columns: 40, rows: 22, lines: 9, margin: 16 },
  TB: { columns: 30, rows: 26, lines: 9, margin: 16 },
};

/** A README's column: wider drawings are shrunk until they cannot be read. */
const COMFORTABLE_WIDTH = 1000;

/** Shapes that narrow towards their sides need room for the text's end. */
const slack = (kind: Kind): number => (ROUND_OR_POINTED.has(kind) ? SIZES.padding : 0);

const nodeSize = (node: DrawnNode): Size => {
  const lines = node.subtitle.map((line) => widthOf(line, SIZES.subtitle));
  const text = Math.max(widthOf(node.name, SIZES.name, true), ...lines);
  return {
    // Most nodes are equally wide: arrows then reach them in one line.
    width: Math.max(text + SIZES.icon + 3 * SIZES.padding + slack(node.kind), SIZES.leastWidth),
    height: SIZES.nodeHeight + (node.subtitle.length - 1) * SIZES.subtitleLine,
  };
};

const labelSize = ({ label }: DrawnEdge): Size | undefined =>
  label.length === 0
    ? undefined
    : { width: Math.max(...label.map((line) => widthOf(line, SIZES.label))), height: label.length * SIZES.line };

/** A frame around one node says nothing. */
const groupsOf = (nodes: readonly DrawnNode[]): ReadonlySet<string> => {
  const themes = nodes.flatMap(({ theme }) => theme ?? []);
  return new Set(themes.filter((theme, at) => themes.indexOf(theme) !== at));
};

const planOf = (drawing: Drawing, direction: Direction): Plan => {
  const groups = groupsOf(drawing.nodes);
  const framed = new Map(
    drawing.nodes.filter(({ theme }) => theme && groups.has(theme)).map((node) => [node.name, node.theme]),
  );
  const { routes, rowOf } = routesOf(drawing, labelSize, (name) => framed.get(name));
  const shapes = drawing.nodes.map((node) => {
    const [row, group] = [rowOf(node.name), framed.get(node.name)];
    return {
      id: node.name,
      ...nodeSize(node),
      ...(row === undefined ? {} : { row }),
      ...(group === undefined ? {} : { group }),
    };
  });
  return { direction, shapes, routes, spacing: SPACING[direction] };
};

/** Finds room for a group's title along its frame's upper edge, or its lower one: lines come in and leave there. */
const titleBox = (title: string, frame: Box, { lines }: LaidOut): Box => {
  const [width, height, inset, step] = [widthOf(title, SIZES.label), SIZES.line, 10, 4];
  const left = frame.x - frame.width / 2 + inset + width / 2;
  const places = Math.max(Math.floor((frame.width - 2 * inset - width) / step), 0) + 1;
  const boxes = [-1, 1].flatMap((end) => {
    const y = frame.y + end * (frame.height / 2 - height / 2 - 4);
    return Array.from({ length: places }, (_, at) => ({ x: left + at * step, y, width, height }));
  });
  const isCrossed = (box: Box): boolean => [...lines.values()].some((points) => meets(points, grown(box, 3)));
  return boxes.find((box) => !isCrossed(box)) ?? (boxes[0] as Box);
};

const placed = (drawing: Drawing, laidOut: LaidOut): Layout => {
  const kinds = new Map(drawing.nodes.map(({ name, kind }) => [name, kind]));
  const reached = (name: string, point: Point): Point =>
    onOutline(kinds.get(name) as Kind, laidOut.shapes.get(name) as Box, point);
  return {
    width: laidOut.width,
    height: laidOut.height,
    nodes: drawing.nodes.map((node) => ({ node, ...(laidOut.shapes.get(node.name) as Box) })),
    groups: [...laidOut.groups].map(([title, box]) => ({ title, ...box, label: titleBox(title, box, laidOut) })),
    edges: drawing.edges.map((edge): PlacedEdge => {
      const points = [...(laidOut.lines.get(edgeId(edge)) ?? [])];
      const [first, last] = [points[0] as Point, points.at(-1) as Point];
      const label = laidOut.labels.get(edgeId(edge));
      return {
        edge,
        points: [reached(edge.from, first), ...points.slice(1, -1), reached(edge.to, last)],
        ...(label === undefined ? {} : { label }),
      };
    }),
  };
};

/** Where everything goes: from left to right, or from top to bottom where that would be too wide to read. */
export const laidOut = async (drawing: Drawing): Promise<Layout> => {
  const across = await layOut(planOf(drawing, 'LR'));
  if (across.width <= COMFORTABLE_WIDTH) return placed(drawing, across);
  const down = await layOut(planOf(drawing, 'TB'));
  return placed(drawing, down.width < across.width ? down : across);
};
