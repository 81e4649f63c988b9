import type { Kind } from '../core/settings.ts';
import type { Box, Point } from './layout.ts';
import { rounded } from './measure.ts';
import { LID, SLANT } from './shapes.ts';

/** Drawings run to the right or downwards; everything below is said for the right, and turned for down. */
export type Direction = 'LR' | 'TB';

const MOST_APART = 14;
const MARGIN = 8;

const isRound = (kind: Kind): boolean => kind === 'queue' || kind === 'schedule';
const isHexagon = (kind: Kind): boolean => kind === 'topic' || kind === 'bus';

/** How far a shape's left or right side stands back from its box, at a height away from the middle. */
const sideInset = (kind: Kind, away: number, height: number): number => {
  const half = height / 2;
  if (isRound(kind)) return half - Math.sqrt(half * half - away * away);
  if (isHexagon(kind)) return (SLANT * Math.abs(away)) / half;
  return kind === 'stream' ? SLANT / 2 : 0;
};

/** How far a shape's top or bottom stands back from its box, at a distance away from the middle. */
const lidInset = (kind: Kind, away: number, width: number): number => {
  const half = width / 2;
  return kind === 'table' ? LID - LID * Math.sqrt(1 - (away * away) / (half * half)) : 0;
};

/** How far from the middle a port may stand on the top or bottom of a shape. */
const lidReach = (kind: Kind, { width, height }: Box): number => {
  if (isRound(kind)) return width / 2 - height / 2;
  return isHexagon(kind) || kind === 'stream' ? width / 2 - 2 * SLANT : width / 2 - MARGIN;
};

/** A place on the border of a node: on the side that faces on (`1`) or back (`-1`), `away` from its middle. */
const portAt = (direction: Direction, box: Box, kind: Kind, facing: 1 | -1, away: number): Point =>
  direction === 'LR'
    ? { x: box.x + facing * (box.width / 2 - sideInset(kind, away, box.height)), y: box.y + away }
    : { x: box.x + away, y: box.y + facing * (box.height / 2 - lidInset(kind, away, box.width)) };

/** One end of an arrow, looking for its place on a node. */
export interface End {
  /** Which arrow, and which of its ends. */
  readonly key: string;
  /** Where the arrow goes on to from here. */
  readonly towards: Point;
}

/**
 * Gives each arrow's end its own place on its node: on the side that faces where the arrow goes, in the order in
 * which the arrows go on, so that neighbours do not cross.
 */
export const portsOf = (direction: Direction, box: Box, kind: Kind, ends: readonly End[]): Map<string, Point> => {
  const along = (point: Point): number => (direction === 'LR' ? point.x - box.x : point.y - box.y);
  const across = (point: Point): number => (direction === 'LR' ? point.y : point.x);
  const reach = direction === 'LR' ? box.height / 2 - MARGIN : lidReach(kind, box);
  const ports = new Map<string, Point>();
  for (const facing of [1, -1] as const) {
    const side = ends
      .filter(({ towards }) => (along(towards) >= 0 ? 1 : -1) === facing)
      .sort((one, other) => across(one.towards) - across(other.towards) || (one.key < other.key ? -1 : 1));
    const apart =
      side.length < 2 ? 0 : Math.min(direction === 'LR' ? MOST_APART : 2 * MOST_APART, (2 * reach) / (side.length - 1));
    for (const [at, { key }] of side.entries()) {
      ports.set(key, portAt(direction, box, kind, facing, (at - (side.length - 1) / 2) * apart));
    }
  }
  return ports;
};

/** A line through all the points that leaves and reaches each of them in the drawing's direction. */
export const curve = (direction: Direction, points: readonly Point[]): string => {
  const [first, ...others] = points as [Point, ...Point[]];
  let from = first;
  const parts = others.map((to) => {
    const [x, y] = [rounded((from.x + to.x) / 2), rounded((from.y + to.y) / 2)];
    const bend =
      direction === 'LR'
        ? `${x} ${rounded(from.y)} ${x} ${rounded(to.y)}`
        : `${rounded(from.x)} ${y} ${rounded(to.x)} ${y}`;
    from = to;
    return `C${bend} ${rounded(to.x)} ${rounded(to.y)}`;
  });
  return `M${rounded(first.x)} ${rounded(first.y)}${parts.join('')}`;
};
