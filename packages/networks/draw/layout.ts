import type { Kind } from '../core/settings.ts';
import { crossingsIn } from '../layout/crossings.ts';
import { layOut } from '../layout/elk.ts';
import {
  type Box,
  type Direction,
  grown,
  holds,
  type LaidOut,
  meets,
  type Plan,
  type Point,
  type Size,
  type Spacing,
  touches,
} from '../layout/plan.ts';
import { edgeId, routesOf } from '../layout/routes.ts';
import { type Drawing, type DrawnEdge, type DrawnNode, themeOf } from './drawing.ts';
import { onOutline } from './shapes.ts';
import { labelSize, nodeSize, sizeOfTitle, titleLines } from './sizes.ts';

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
  /** The title as it is written. */
  readonly lines: readonly string[];
  /** The title's box, by its middle: inside the frame, off the lines. */
  readonly label: Box;
}

export interface Layout extends Size {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly groups: readonly PlacedGroup[];
}

const SPACING: Readonly<Record<Direction, Spacing>> = {
  LR: { columns: 40, rows: 22, lines: 9, margin: 16 },
  TB: { columns: 30, rows: 26, lines: 9, margin: 16 },
};

/** A README's column: wider drawings are shrunk until they cannot be read. */
const COMFORTABLE_WIDTH = 1000;

const planOf = (drawing: Drawing, direction: Direction, shares: boolean): Plan => {
  const framed = new Map(drawing.nodes.map((node) => [node.name, themeOf(node)]));
  const { routes, rowOf } = routesOf(drawing, { labelOf: labelSize, groupOf: (name) => framed.get(name), shares });
  const shapes = drawing.nodes.map((node) => {
    const [row, group] = [rowOf(node.name), framed.get(node.name)];
    return {
      id: node.name,
      ...nodeSize(node),
      ...(row === undefined ? {} : { row }),
      ...(group === undefined ? {} : { group }),
    };
  });
  return {
    direction,
    shapes,
    routes,
    spacing: SPACING[direction],
    titleOf: (group) => sizeOfTitle(titleLines(group)),
  };
};

const TITLE_STEP = 4;

/** Places from one to another, both included. */
const stepsBetween = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(Math.floor((to - from) / TITLE_STEP), 0) + 1 }, (_, at) => from + at * TITLE_STEP);

/**
 * Finds room for a group's title where no line runs: along its frame's upper edge, or its lower one, for lines come in and leave
 * there; or wherever else in the frame nothing stands.
 */
const titleBox = ({ width, height }: Size, frame: Box, { lines, shapes, labels }: LaidOut): Box => {
  const inset = 10;
  const [left, top] = [frame.x - frame.width / 2 + inset + width / 2, frame.y - frame.height / 2 + height / 2 + 5];
  const across = stepsBetween(left, frame.x + frame.width / 2 - inset - width / 2);
  const bottom = frame.y + frame.height / 2 - height / 2 - 4;
  const boxes = [top, bottom, ...stepsBetween(top, bottom)].flatMap((y) =>
    across.map((x) => ({ x, y, width, height })),
  );
  const others = [...[...shapes].filter(([, box]) => !holds(box, frame)).map(([, box]) => box), ...labels.values()];
  const isFree = (box: Box): boolean =>
    ![...lines.values()].some((points) => meets(points, grown(box, 3))) && !others.some((other) => touches(box, other));
  return boxes.find(isFree) ?? (boxes[0] as Box);
};

const placed = (drawing: Drawing, laidOut: LaidOut): Layout => {
  const kinds = new Map(drawing.nodes.map(({ name, kind }) => [name, kind]));
  const reached = (name: string, point: Point): Point =>
    onOutline(kinds.get(name) as Kind, laidOut.shapes.get(name) as Box, point);
  return {
    width: laidOut.width,
    height: laidOut.height,
    nodes: drawing.nodes.map((node) => ({ node, ...(laidOut.shapes.get(node.name) as Box) })),
    groups: [...laidOut.groups].map(([title, box]) => {
      const lines = titleLines(title);
      return { title, lines, ...box, label: titleBox(sizeOfTitle(lines), box, laidOut) };
    }),
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

/** Both ways of letting lines end: each at its own place, or together where they go together. */
const laidOutBothWays = async (drawing: Drawing, direction: Direction): Promise<LaidOut> => {
  const [apart, together] = [
    await layOut(planOf(drawing, direction, false)),
    await layOut(planOf(drawing, direction, true)),
  ];
  return crossingsIn(together.lines.values()).length < crossingsIn(apart.lines.values()).length ? together : apart;
};

/** Where everything goes: from left to right, or from top to bottom where that would be too wide to read. */
export const laidOut = async (drawing: Drawing): Promise<Layout> => {
  const across = await laidOutBothWays(drawing, 'LR');
  if (across.width <= COMFORTABLE_WIDTH) return placed(drawing, across);
  const down = await laidOutBothWays(drawing, 'TB');
  return placed(drawing, down.width < across.width ? down : across);
};
