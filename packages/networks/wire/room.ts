import type { Drawing } from '../draw/drawing.ts';
import { layOut } from '../layout/elk.ts';
import type { Box, Point, Route, Shape, Size, Spacing } from '../layout/plan.ts';
import { routesOf } from '../layout/routes.ts';
import { shapeOf } from './strip.ts';

/** The side of a room that looks at the aisle. */
export type Side = 'top' | 'bottom';

/** The nodes that something leaves a room from, or arrives at. */
export interface Gates {
  readonly out: ReadonlySet<string>;
  readonly in: ReadonlySet<string>;
}

/** A network laid out from top to bottom. */
export interface Room extends Size {
  readonly shapes: ReadonlyMap<string, Box>;
  readonly lines: ReadonlyMap<string, readonly Point[]>;
  /** The upper left corner of its title, on the side away from the aisle. */
  readonly title: Point;
  /** From a node to the room's wall. */
  readonly ways: { readonly [Way in keyof Gates]: ReadonlyMap<string, readonly Point[]> };
}

const SPACING: Spacing = { columns: 16, rows: 10, lines: 4, margin: 12, isLow: true };
const TITLE = { height: 44, left: 12 } as const;
/** A gate is no more than a place in the last row. */
const GATE: Size = { width: 6, height: 1 };

/** A space is in no node's name. */
const gateOf = (way: keyof Gates, node: string): string => `${way} ${node}`;

/** A gate stands in the row at the aisle, and its line runs with the layout or against it. */
const gatesOf = (side: Side, gates: Gates): { shapes: Shape[]; routes: Route[] } => {
  const all = (['out', 'in'] as const).flatMap((way) => [...gates[way]].map((node) => ({ way, node })));
  return {
    shapes: all.map(({ way, node }) => ({
      id: gateOf(way, node),
      ...GATE,
      ...(side === 'top' ? { isFirst: true } : { isLast: true }),
    })),
    routes: all.map(({ way, node }) => {
      const [id, isOut] = [gateOf(way, node), way === 'out'];
      const ends = isOut ? { from: node, to: id } : { from: id, to: node };
      return { id, ...ends, isBack: isOut === (side === 'top'), leaves: id, reaches: id, weight: 0 };
    }),
  };
};

/** Lays a network out as a room: its gates are on the side at the aisle. */
export const roomOf = async (drawing: Drawing, side: Side, gates: Gates): Promise<Room> => {
  const { routes } = routesOf(drawing, { labelOf: () => undefined });
  const added = gatesOf(side, gates);
  const { width, height, shapes, lines } = await layOut({
    direction: 'TB',
    shapes: [...drawing.nodes.map((node) => shapeOf(node)), ...added.shapes],
    routes: [...routes, ...added.routes],
    spacing: SPACING,
  });
  const [wall, down] = side === 'top' ? [0, 0] : [height + TITLE.height, TITLE.height];
  const moved = ({ x, y }: Point): Point => ({ x, y: y + down });
  const waysOf = (way: keyof Gates) =>
    new Map(
      [...gates[way]].map((node) => {
        const points = (lines.get(gateOf(way, node)) ?? []).map(moved);
        const inOrder = way === 'out' ? points : points.reverse();
        // Straight on from the gate to the wall.
        const last = inOrder.pop() ?? (shapes.get(node) as Box);
        return [node, [...inOrder, { x: last.x, y: wall }]] as const;
      }),
    );
  return {
    width,
    height: height + TITLE.height,
    shapes: new Map([...shapes].map(([id, box]) => [id, { ...box, ...moved(box) }])),
    lines: new Map([...lines].map(([id, points]) => [id, points.map(moved)])),
    title: { x: TITLE.left, y: side === 'top' ? height + 2 : 6 },
    ways: { out: waysOf('out'), in: waysOf('in') },
  };
};
