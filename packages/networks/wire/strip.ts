import type { Drawing, DrawnNode } from '../draw/drawing.ts';
import { widthOf } from '../draw/measure.ts';
import { ROUND_OR_POINTED } from '../draw/shapes.ts';
import { layOut } from '../layout/elk.ts';
import type { LaidOut, Plan, Shape, Spacing } from '../layout/plan.ts';
import { routesOf } from '../layout/routes.ts';

/** What a strip may take, in px: a page gives it the width of its cabinet and a fixed height. */
const MOST = { width: 1000, height: 200 } as const;

/** The text of a name, and what stands beside it: an icon and air, more of it where a shape ends in a point. */
const NODE = { height: 34, leastWidth: 84, text: 11, beside: 40, besideLow: 28, point: 6 } as const;

/** Dense: a page shrinks what is high until it cannot be read. */
const TIGHT: Spacing = { columns: 20, rows: 8, lines: 5, margin: 4 };
const MOST_BETWEEN_COLUMNS = 72;

/** From high to wide: the first that fits is taken. */
const TRIES: readonly Spacing[] = [
  TIGHT,
  { ...TIGHT, mostInColumn: 5 },
  { ...TIGHT, mostInColumn: 4 },
  { ...TIGHT, mostInColumn: 3 },
  // For networks of two dozen nodes and more.
  ...[5, 4, 3].map((mostInColumn) => ({ columns: 16, rows: 6, lines: 4, margin: 4, mostInColumn, isLow: true })),
];

const tooMuch = ({ width, height }: LaidOut): number => Math.max(width / MOST.width, height / MOST.height);

const columnsOf = ({ shapes }: LaidOut): number =>
  new Set([...shapes.values()].map(({ x, width }) => Math.round((x - width / 2) / NODE.leastWidth))).size;

/** A node as wide as its name with an icon, and with `air` px beside them. */
export const shapeOf = ({ name: id, kind }: DrawnNode, air: number = NODE.besideLow): Shape => {
  const beside = air + (ROUND_OR_POINTED.has(kind) ? NODE.point : 0);
  return { id, width: Math.max(NODE.leastWidth, widthOf(id, NODE.text, true) + beside), height: NODE.height };
};

/** Places a drawing in a strip: from left to right, and so low that it fits under a page's screen. */
export const stripOf = async (drawing: Drawing): Promise<LaidOut> => {
  const { routes, rowOf } = routesOf(drawing, { labelOf: () => undefined });
  const shapesWith = (air: number) =>
    drawing.nodes.map((node) => {
      const row = rowOf(node.name);
      const isFirst = !drawing.edges.some(({ to }) => to === node.name);
      return { ...shapeOf(node, air), isFirst, ...(row === undefined ? {} : { row }) };
    });
  const planWith = (spacing: Spacing): Plan => {
    const shapes = shapesWith(spacing.isLow ? NODE.besideLow : NODE.beside);
    return { direction: 'LR', shapes, routes, spacing };
  };
  let best: { readonly laidOut: LaidOut; readonly spacing: Spacing } | undefined;
  for (const spacing of TRIES) {
    const laidOut = await layOut(planWith(spacing));
    if (best === undefined || tooMuch(laidOut) < tooMuch(best.laidOut)) best = { laidOut, spacing };
    if (tooMuch(best.laidOut) <= 1) break;
  }
  if (best === undefined) throw new Error('there is no way to lay a strip out');
  const { laidOut, spacing } = best;
  const spare = (MOST.width - laidOut.width) / Math.max(columnsOf(laidOut) - 1, 1);
  const columns = Math.min(Math.floor(spacing.columns + spare), MOST_BETWEEN_COLUMNS);
  return columns > spacing.columns ? layOut(planWith({ ...spacing, columns })) : laidOut;
};
