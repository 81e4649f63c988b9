import type { Point } from './plan.ts';

/** A straight piece of a line, from left to right or from top to bottom. */
interface Piece {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** What counts as the same place, in px: lines end on each other there. */
const NEAR = 0.6;

const piecesOf = (points: readonly Point[], along: 'x' | 'y'): Piece[] => {
  const across = along === 'x' ? 'y' : 'x';
  return points.slice(1).flatMap((to, at) => {
    const from = points[at] as Point;
    if (Math.abs(from[across] - to[across]) > NEAR) return [];
    return [{ at: to[across], from: Math.min(from[along], to[along]), to: Math.max(from[along], to[along]) }];
  });
};

const isWithin = ({ from, to }: Piece, place: number): boolean => place > from + NEAR && place < to - NEAR;

/** A place where one line runs across another. */
export interface Crossing extends Point {
  /** Which of the lines runs straight across there, and which straight down, by their places among the lines. */
  readonly across: number;
  readonly down: number;
}

/** Where a line that runs straight across meets those pieces of another that run straight down. */
const meetings = (flat: readonly Piece[], steep: readonly Piece[]): Point[] =>
  flat.flatMap((one) =>
    steep
      .filter((other) => isWithin(one, other.at) && isWithin(other, one.at))
      .map((other) => ({ x: other.at, y: one.at })),
  );

/**
 * The places where lines cross, each once: lines that run along each other cross a third one in one place. Lines run straight
 * across or straight down.
 */
export const crossingsIn = (lines: Iterable<readonly Point[]>): Crossing[] => {
  const all = [...lines].map((points) => ({ across: piecesOf(points, 'x'), down: piecesOf(points, 'y') }));
  const found = all.flatMap((one, across) =>
    all.flatMap((other, down) =>
      across === down ? [] : meetings(one.across, other.down).map((place) => ({ ...place, across, down })),
    ),
  );
  return [...new Map(found.map((one) => [`${Math.round(one.x)} ${Math.round(one.y)}`, one])).values()];
};
