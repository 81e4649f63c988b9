import type { Kind } from '../core/settings.ts';
import type { Box, Point } from '../layout/plan.ts';
import { rounded } from './measure.ts';

const CORNER = 8;
const SLANT = 10;
const LID = 5;

/** Shapes that narrow towards their sides: text needs more room there. */
export const ROUND_OR_POINTED: ReadonlySet<Kind> = new Set<Kind>([
  'queue',
  'schedule',
  'topic',
  'bus',
  'stream',
  'pipe',
  'delivery',
]);

const polygon = (...points: readonly (readonly [number, number])[]): string =>
  `M${points.map(([x, y]) => `${rounded(x)} ${rounded(y)}`).join('L')}Z`;

const roundedBox = ({ x, y, width, height }: Box, radius: number): string => {
  const [left, top] = [x - width / 2, y - height / 2];
  const [across, down] = [width - 2 * radius, height - 2 * radius];
  const corner = (dx: number, dy: number): string => `a${radius} ${radius} 0 0 1 ${dx} ${dy}`;
  return [
    `M${rounded(left + radius)} ${rounded(top)}h${rounded(across)}`,
    `${corner(radius, radius)}v${rounded(down)}`,
    `${corner(-radius, radius)}h${rounded(-across)}`,
    `${corner(-radius, -radius)}v${rounded(-down)}`,
    `${corner(radius, -radius)}z`,
  ].join('');
};

const hexagon = ({ x, y, width, height }: Box): string => {
  const [left, right, top, bottom] = [x - width / 2, x + width / 2, y - height / 2, y + height / 2];
  return polygon(
    [left, y],
    [left + SLANT, top],
    [right - SLANT, top],
    [right, y],
    [right - SLANT, bottom],
    [left + SLANT, bottom],
  );
};

const slanted = ({ x, y, width, height }: Box): string => {
  const [left, right, top, bottom] = [x - width / 2, x + width / 2, y - height / 2, y + height / 2];
  return polygon([left + SLANT, top], [right, top], [right - SLANT, bottom], [left, bottom]);
};

const cylinder = ({ x, y, width, height }: Box): string => {
  const [left, top, bottom] = [rounded(x - width / 2), rounded(y - height / 2 + LID), rounded(y + height / 2 - LID)];
  const half = rounded(width / 2);
  const lid = `a${half} ${LID} 0 0 1 ${width} 0`;
  return `M${left} ${top}${lid}V${bottom}a${half} ${LID} 0 0 1 ${-width} 0ZM${left} ${top}a${half} ${LID} 0 0 0 ${width} 0`;
};

const cut = ({ x, y, width, height }: Box): string => {
  const [left, right, top, bottom] = [x - width / 2, x + width / 2, y - height / 2, y + height / 2];
  return polygon(
    [left + CORNER, top],
    [right, top],
    [right, bottom - CORNER],
    [right - CORNER, bottom],
    [left, bottom],
    [left, top + CORNER],
  );
};

/** The outline of a kind: it can be told without its colour. */
export const outline = (kind: Kind, box: Box): string => {
  switch (kind) {
    case 'function':
      return roundedBox(box, CORNER);
    case 'queue':
    case 'schedule':
    case 'timer':
      return roundedBox(box, box.height / 2);
    case 'topic':
    case 'bus':
      return hexagon(box);
    case 'stream':
    case 'pipe':
    case 'delivery':
      return slanted(box);
    case 'table':
    case 'archive':
    case 'log':
    case 'secret':
    case 'key':
    case 'bucket':
    case 'parameter':
    case 'catalog':
      return cylinder(box);
    case 'http':
    case 'websocket':
    case 'skill':
    case 'users':
    case 'identities':
      return cut(box);
    case 'external':
      return roundedBox(box, 2);
  }
};

const isRound = (kind: Kind): boolean => kind === 'queue' || kind === 'schedule' || kind === 'timer';
/** What is kept has a lid, which takes room above its box. */
export const isCylinder = (kind: Kind): boolean =>
  ['table', 'archive', 'log', 'secret', 'key', 'bucket', 'parameter', 'catalog'].includes(kind);
const isHexagon = (kind: Kind): boolean => kind === 'topic' || kind === 'bus';

/** How far a shape's left or right side stands back from its box, at a height away from the middle. */
const sideInset = (kind: Kind, away: number, half: number): number => {
  if (isRound(kind)) return half - Math.sqrt(Math.max(half * half - away * away, 0));
  if (isHexagon(kind)) return (SLANT * Math.abs(away)) / half;
  return kind === 'stream' || kind === 'pipe' || kind === 'delivery' ? SLANT / 2 : 0;
};

/** How far a shape's top or bottom stands back from its box, at a distance away from the middle. */
const lidInset = (kind: Kind, away: number, half: number): number =>
  isCylinder(kind) ? LID - LID * Math.sqrt(Math.max(1 - (away * away) / (half * half), 0)) : 0;

/** The point on the outline of a kind that is nearest, straight across or down, to this one on its box. */
export const onOutline = (kind: Kind, box: Box, point: Point): Point => {
  const [dx, dy] = [point.x - box.x, point.y - box.y];
  const isOnSide = Math.abs(Math.abs(dx) - box.width / 2) <= Math.abs(Math.abs(dy) - box.height / 2);
  return isOnSide
    ? { x: rounded(point.x - Math.sign(dx) * sideInset(kind, dy, box.height / 2)), y: point.y }
    : { x: point.x, y: rounded(point.y - Math.sign(dy) * lidInset(kind, dx, box.width / 2)) };
};

/** A line through these points with round corners. */
export const rail = (points: readonly Point[], radius: number): string => {
  const towards = (from: Point, to: Point, most: number): Point => {
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const share = length === 0 ? 0 : Math.min(most, length / 2) / length;
    return { x: rounded(from.x + (to.x - from.x) * share), y: rounded(from.y + (to.y - from.y) * share) };
  };
  return points
    .map((point, at) => {
      const [before, after] = [points[at - 1], points[at + 1]];
      if (before === undefined) return `M${point.x} ${point.y}`;
      if (after === undefined) return `L${point.x} ${point.y}`;
      const [enter, leave] = [towards(point, before, radius), towards(point, after, radius)];
      return `L${enter.x} ${enter.y}Q${point.x} ${point.y} ${leave.x} ${leave.y}`;
    })
    .join('');
};
