import { isCylinder, outline } from '@arcade/networks/shapes';
import type { WireNode, WirePoint } from '@arcade/networks/wire/graph';

/** The lid of a table, or of another store, takes room of its own above its box. */
const LID = 6;

/** A node's outline, as a path of SVG. */
export function shapeOf({ x, y, width, height, kind }: WireNode): string {
  const box = isCylinder(kind) ? { x, y: y - LID / 2, width, height: height + LID } : { x, y, width, height };
  return outline(kind, box);
}

/** Where a line's count stands: over the middle of its longest piece. */
export function labelPlace(points: readonly WirePoint[]): WirePoint {
  let place: WirePoint = points[0] ?? { x: 0, y: 0 };
  let longest = -1;
  for (const [index, point] of points.slice(1).entries()) {
    const before = points[index] ?? point;
    const length = Math.hypot(point.x - before.x, point.y - before.y);
    if (length <= longest) continue;
    longest = length;
    place = { x: (point.x + before.x) / 2, y: (point.y + before.y) / 2 };
  }
  return place;
}
