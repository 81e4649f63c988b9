import type { Drawing, DrawnEdge, DrawnNode } from '../draw/drawing.ts';
import { widthOf } from '../draw/measure.ts';
import { type LaidOut, type Line, layOut, type Shape, type Spacing } from '../layout/elk.ts';
import { flowOf, isOnRing, type Ring } from '../layout/flow.ts';

/** What a strip may take, in px: a page gives it the width of its cabinet and a fixed height. */
const MOST = { width: 1000, height: 200 } as const;

const NODE = { height: 34, leastWidth: 84, text: 11, beside: 40 } as const;

const WIDE: Spacing = { columns: 28, rows: 12, lines: 7 };
const TIGHT: Spacing = { columns: 20, rows: 8, lines: 5 };
const MOST_BETWEEN_COLUMNS = 72;

/** From roomy to dense, and from high to wide: the first that fits is taken. */
const TRIES: readonly Spacing[] = [
  WIDE,
  TIGHT,
  { ...TIGHT, mostInColumn: 5 },
  { ...TIGHT, mostInColumn: 4 },
  { ...TIGHT, mostInColumn: 3 },
];

const RING_WEIGHT = { there: 20, back: 5 } as const;

const shapeOf = (node: DrawnNode, rings: readonly Ring[]): Shape => {
  const size = {
    id: node.name,
    width: Math.max(NODE.leastWidth, widthOf(node.name, NODE.text, true) + NODE.beside),
    height: NODE.height,
  };
  if (rings.some(({ there }) => there.includes(node.name))) return { ...size, row: 0 };
  return rings.some(({ back }) => back.includes(node.name)) ? { ...size, row: 1 } : size;
};

/** Which of an edge's ends it is, in a strip: no two edges have the same. */
export const edgeId = ({ from, to, line }: DrawnEdge): string => `${from} ${line} ${to}`;

const tooMuch = ({ width, height }: LaidOut): number => Math.max(width / MOST.width, height / MOST.height);

const columnsOf = ({ shapes }: LaidOut): number =>
  new Set([...shapes.values()].map(({ x, width }) => Math.round((x - width / 2) / NODE.leastWidth))).size;

/**
 * Places a drawing in a strip: from left to right, loops as rings, what runs to the same place on one line, so that it
 * stays low.
 */
export const stripOf = async (drawing: Drawing): Promise<LaidOut> => {
  const functions = new Set(drawing.nodes.filter(({ kind }) => kind === 'function').map(({ name }) => name));
  const names = drawing.nodes.map(({ name }) => name);
  const { rings, isBack } = flowOf(names, drawing.edges, (name) => functions.has(name));
  const shapes = drawing.nodes.map((node) => shapeOf(node, rings));
  const lines = drawing.edges.map((edge): Line => {
    const onRing = isOnRing(rings, edge);
    return {
      id: edgeId(edge),
      from: edge.from,
      to: edge.to,
      isBack: isBack(edge),
      channel: onRing ? `${edge.line} ring` : edge.line,
      weight: onRing ? (isBack(edge) ? RING_WEIGHT.back : RING_WEIGHT.there) : 0,
    };
  });
  let best: { readonly laidOut: LaidOut; readonly spacing: Spacing } | undefined;
  for (const spacing of TRIES) {
    const laidOut = await layOut(shapes, lines, spacing);
    if (best === undefined || tooMuch(laidOut) < tooMuch(best.laidOut)) best = { laidOut, spacing };
    if (tooMuch(best.laidOut) <= 1) break;
  }
  if (best === undefined) throw new Error('there is no way to lay a strip out');
  const { laidOut, spacing } = best;
  const spare = (MOST.width - laidOut.width) / Math.max(columnsOf(laidOut) - 1, 1);
  const columns = Math.min(Math.floor(spacing.columns + spare), MOST_BETWEEN_COLUMNS);
  return columns > spacing.columns ? layOut(shapes, lines, { ...spacing, columns }) : laidOut;
};
