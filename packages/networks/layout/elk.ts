import type { ELK, ElkExtendedEdge, ElkNode, ElkPort } from 'elkjs/lib/elk-api.js';
import { rounded } from '../draw/measure.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A box by its middle. */
export interface Box extends Point, Size {}

export interface Shape extends Size {
  readonly id: string;
  /** Shapes of one column that have a row stand in the order of their rows. */
  readonly row?: number;
}

export interface Line {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Runs against the direction of the layout. */
  readonly isBack: boolean;
  /** Lines with the same channel that leave or reach a shape on one side do so in one place. */
  readonly channel: string;
  /** How much it matters that it is short and straight; 0 when it does not. */
  readonly weight: number;
}

export interface Spacing {
  readonly columns: number;
  readonly rows: number;
  readonly lines: number;
  /** The most shapes in one column. */
  readonly mostInColumn?: number;
}

export interface LaidOut extends Size {
  readonly shapes: ReadonlyMap<string, Box>;
  /** From border to border; straight across or straight down between two points. */
  readonly lines: ReadonlyMap<string, readonly Point[]>;
}

const MARGIN = 6;

/** Loaded when something is laid out, and not before: it is 1.6 MB of JavaScript. */
const engine = async (): Promise<ELK> => {
  const { default: bundle } = await import('elkjs/lib/elk.bundled.js');
  return new bundle.default();
};

let started: Promise<ELK> | undefined;

const optionsOf = ({ columns, rows, lines, mostInColumn }: Spacing): Record<string, string> => ({
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.padding': `[top=${MARGIN},left=${MARGIN},bottom=${MARGIN},right=${MARGIN}]`,
  'elk.spacing.nodeNode': String(rows),
  'elk.spacing.edgeNode': String(lines),
  'elk.spacing.edgeEdge': String(lines),
  'elk.layered.spacing.nodeNodeBetweenLayers': String(columns),
  'elk.layered.spacing.edgeNodeBetweenLayers': String(lines + 3),
  'elk.layered.spacing.edgeEdgeBetweenLayers': String(lines),
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.crossingMinimization.semiInteractive': 'true',
  'elk.layered.thoroughness': '100',
  ...(mostInColumn === undefined
    ? {}
    : {
        'elk.layered.layering.strategy': 'COFFMAN_GRAHAM',
        'elk.layered.layering.coffmanGraham.layerBound': String(mostInColumn),
      }),
});

/** The places on each shape where lines end. */
class Ports {
  readonly #byShape = new Map<string, Map<string, ElkPort>>();

  /** The place for a line's end on one side of a shape. */
  at(shape: string, side: 'EAST' | 'WEST', flow: 'in' | 'out', channel: string): string {
    const id = [shape, side, flow, channel].join(' ');
    const ports = this.#byShape.get(shape) ?? new Map<string, ElkPort>();
    ports.set(id, { id, width: 0, height: 0, layoutOptions: { 'elk.port.side': side } });
    this.#byShape.set(shape, ports);
    return id;
  }

  of(shape: string): ElkPort[] {
    return [...(this.#byShape.get(shape)?.values() ?? [])];
  }
}

const edgeOf = (line: Line, ports: Ports): ElkExtendedEdge => {
  const { id, from, to, isBack, channel, weight } = line;
  const ends = isBack
    ? { sources: [ports.at(to, 'EAST', 'in', channel)], targets: [ports.at(from, 'WEST', 'out', channel)] }
    : { sources: [ports.at(from, 'EAST', 'out', channel)], targets: [ports.at(to, 'WEST', 'in', channel)] };
  const priorities = {
    'elk.layered.priority.straightness': String(weight),
    'elk.layered.priority.shortness': String(weight),
  };
  return { id, ...ends, ...(weight === 0 ? {} : { layoutOptions: priorities }) };
};

const nodeOf = ({ id, width, height, row }: Shape, ports: Ports): ElkNode => ({
  id,
  width,
  height,
  ports: ports.of(id),
  layoutOptions: {
    'elk.portConstraints': 'FIXED_SIDE',
    ...(row === undefined ? {} : { 'elk.position': `(0,${row * 1000})` }),
  },
});

const roundedPoint = ({ x, y }: Point): Point => ({ x: rounded(x), y: rounded(y) });

const near = (one: number, other: number): number => (Math.abs(one - other) < 1 ? other : one);

/** The engine's lines around a shape itself are askew by parts of a pixel: here the points between the ends yield. */
const squared = (points: readonly Point[]): Point[] => {
  const made = points.slice(0, 1);
  for (const point of points.slice(1, -1)) {
    const before = made.at(-1) as Point;
    made.push({ x: near(point.x, before.x), y: near(point.y, before.y) });
  }
  const [last, end] = [made.pop(), points.at(-1)] as [Point, Point];
  return made.length === 0 ? [last, end] : [...made, { x: near(last.x, end.x), y: near(last.y, end.y) }, end];
};

const pointsOf = ({ sections = [] }: ElkExtendedEdge, isBack: boolean): Point[] => {
  const points = sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]);
  return squared((isBack ? points.reverse() : points).map(roundedPoint));
};

/**
 * Lays shapes out in columns from left to right, and routes the lines between them around the shapes. The same input
 * gives the same places.
 */
export const layOut = async (shapes: readonly Shape[], lines: readonly Line[], spacing: Spacing): Promise<LaidOut> => {
  started ??= engine();
  const elk = await started;
  const ports = new Ports();
  const edges = lines.map((line) => edgeOf(line, ports));
  const graph: ElkNode = await elk.layout({
    id: 'graph',
    layoutOptions: optionsOf(spacing),
    children: shapes.map((shape) => nodeOf(shape, ports)),
    edges,
  });
  const isBack = new Map(lines.map((line) => [line.id, line.isBack]));
  return {
    width: Math.ceil(graph.width ?? 0),
    height: Math.ceil(graph.height ?? 0),
    shapes: new Map(
      (graph.children ?? []).map(({ id, x = 0, y = 0, width = 0, height = 0 }) => [
        id,
        { ...roundedPoint({ x: x + width / 2, y: y + height / 2 }), width, height },
      ]),
    ),
    lines: new Map((graph.edges ?? []).map((edge) => [edge.id, pointsOf(edge, isBack.get(edge.id) ?? false)])),
  };
};
