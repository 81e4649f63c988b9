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

/** From left to right, or from top to bottom: what is said below of columns is then said of rows. */
export type Direction = 'LR' | 'TB';

export interface Shape extends Size {
  readonly id: string;
  /** Stands in the first column. */
  readonly isFirst?: boolean;
  /** Stands in the last. */
  readonly isLast?: boolean;
  /** Shapes of one column that have a row stand in the order of their rows. */
  readonly row?: number;
  /** Shapes of one group stand together in a frame. */
  readonly group?: string;
}

export interface Route {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Runs against the direction of the layout. */
  readonly isBack: boolean;
  /** Routes of one name that leave a shape on one side do so in one place, */
  readonly leaves: string;
  /** and so do those that reach it. */
  readonly reaches: string;
  /** How much it matters that it is short and straight; 0 when it does not. */
  readonly weight: number;
  /** What is to stand beside it. */
  readonly label?: Size;
}

/** Between columns, between the shapes of one, and around lines; in px. */
export interface Spacing {
  readonly columns: number;
  readonly rows: number;
  readonly lines: number;
  /** Around it all. */
  readonly margin: number;
  /** The most shapes in one column. */
  readonly mostInColumn?: number;
  /** As low as can be, at the cost of lines that run straight. */
  readonly isLow?: boolean;
}

export interface Plan {
  readonly direction: Direction;
  readonly shapes: readonly Shape[];
  readonly routes: readonly Route[];
  readonly spacing: Spacing;
  /** The size of a group's title, for which its frame has room above and below its shapes. */
  titleOf?(group: string): Size;
}

export interface LaidOut extends Size {
  /** By id. */
  readonly shapes: ReadonlyMap<string, Box>;
  readonly groups: ReadonlyMap<string, Box>;
  /** By the route's id: from border to border, straight across or straight down between two points. */
  readonly lines: ReadonlyMap<string, readonly Point[]>;
  /** By the route's id. */
  readonly labels: ReadonlyMap<string, Box>;
}

export const roundedPoint = ({ x, y }: Point): Point => ({ x: rounded(x), y: rounded(y) });

const near = (one: number, other: number): number => (Math.abs(one - other) < 1 ? other : one);

/** The line made straight where it is askew by parts of a pixel: the points between its ends yield. */
export const squared = (points: readonly Point[]): Point[] => {
  const made = points.slice(0, 1);
  for (const point of points.slice(1, -1)) {
    const before = made.at(-1) as Point;
    made.push({ x: near(point.x, before.x), y: near(point.y, before.y) });
  }
  const [last, end] = [made.pop(), points.at(-1)] as [Point, Point];
  return made.length === 0 ? [last, end] : [...made, { x: near(last.x, end.x), y: near(last.y, end.y) }, end];
};

/** The box with this much more on each side. */
export const grown = ({ x, y, width, height }: Box, by: number): Box => ({
  x,
  y,
  width: width + 2 * by,
  height: height + 2 * by,
});

/** Whether a line that runs straight across and straight down comes into a box. */
export const meets = (points: readonly Point[], { x, y, width, height }: Box): boolean =>
  points.slice(1).some((to, at) => {
    const from = points[at] as Point;
    return (
      Math.min(from.x, to.x) < x + width / 2 &&
      Math.max(from.x, to.x) > x - width / 2 &&
      Math.min(from.y, to.y) < y + height / 2 &&
      Math.max(from.y, to.y) > y - height / 2
    );
  });

/** Whether two boxes have room in common. */
export const touches = (one: Box, other: Box): boolean =>
  Math.abs(one.x - other.x) * 2 < one.width + other.width && Math.abs(one.y - other.y) * 2 < one.height + other.height;

/** Whether a box lies in another, whole. */
export const holds = (outer: Box, inner: Box): boolean =>
  Math.abs(outer.x - inner.x) * 2 <= outer.width - inner.width &&
  Math.abs(outer.y - inner.y) * 2 <= outer.height - inner.height;
