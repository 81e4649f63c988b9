import type { FloorEdge, FloorGraph, FloorNode, WirePoint } from '@arcade/networks/wire/graph';

/** What stands at a place of the floor. */
export type Hit = { node: FloorNode } | { edge: FloorEdge };

/** How far a point is from the line between two others. */
function distance({ x, y }: WirePoint, one: WirePoint, other: WirePoint): number {
  const [width, height] = [other.x - one.x, other.y - one.y];
  const squared = width ** 2 + height ** 2;
  const share = squared === 0 ? 0 : ((x - one.x) * width + (y - one.y) * height) / squared;
  const along = Math.min(1, Math.max(0, share));
  return Math.hypot(x - one.x - along * width, y - one.y - along * height);
}

const fromEdge = (place: WirePoint, { points }: FloorEdge): number =>
  Math.min(...points.slice(1).map((point, at) => distance(place, points[at] ?? point, point)));

/** The node at a place of the drawing, or else the edge that is nearest to it, no more than `within` units away. */
export function hitAt({ nodes, edges }: FloorGraph, place: WirePoint, within: number): Hit | undefined {
  const node = nodes.find(
    ({ x, y, width, height }) => 2 * Math.abs(place.x - x) <= width && 2 * Math.abs(place.y - y) <= height,
  );
  if (node) return { node };
  let nearest: FloorEdge | undefined;
  let least = within;
  for (const edge of edges) {
    const away = fromEdge(place, edge);
    if (away > least) continue;
    least = away;
    nearest = edge;
  }
  return nearest && { edge: nearest };
}
