/** A place in the room: `x` along the long wall, `y` away from it, `z` up. In half metres. */
export interface Spot {
  x: number;
  y: number;
  z: number;
}

/** A place on the drawing. */
export interface Point {
  x: number;
  y: number;
}

/** The floor, and how high the walls are. */
export const ROOM = { x: 12, y: 7, z: 2.6 } as const;

/** Pixels of the drawing for a unit across, into the depth, and up. Flatter than a true isometry: the screen is wide. */
const ACROSS = 27;
const DEEP = 12.6;
const UP = 30;
const MARGIN = 13;

/** The drawing's size. */
export const DRAWING = {
  width: (ROOM.x + ROOM.y) * ACROSS + 2 * MARGIN,
  height: (ROOM.x + ROOM.y) * DEEP + ROOM.z * UP + 2 * MARGIN,
} as const;

/** Where on the drawing a place of the room is. */
export const project = ({ x, y, z }: Spot): Point => ({
  x: MARGIN + (x - y + ROOM.y) * ACROSS,
  y: MARGIN + (x + y) * DEEP + (ROOM.z - z) * UP,
});

/** The half axes of what is a circle of this radius on the floor. */
export const onFloor = (radius: number) => ({
  rx: radius * ACROSS * Math.SQRT2,
  ry: radius * DEEP * Math.SQRT2,
});

/** A thing with straight edges: its nearest-to-the-corner place, and how far it reaches from there. */
export interface Block extends Spot {
  dx: number;
  dy: number;
  dz: number;
}

const polygon = (...spots: readonly Spot[]): string =>
  spots
    .map(project)
    .map(({ x, y }) => `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`)
    .join(' ');

/** The three faces of a block that can be seen, as polygons; of what lies flat there is only one. */
export function facesOf({ x, y, z, dx, dy, dz }: Block): { top: string; left?: string; right?: string } {
  const top = z + dz;
  const [x2, y2] = [x + dx, y + dy];
  const lid = polygon({ x, y, z: top }, { x: x2, y, z: top }, { x: x2, y: y2, z: top }, { x, y: y2, z: top });
  if (dz === 0) return { top: lid };
  return {
    top: lid,
    left: polygon({ x, y: y2, z: top }, { x: x2, y: y2, z: top }, { x: x2, y: y2, z }, { x, y: y2, z }),
    right: polygon({ x: x2, y, z: top }, { x: x2, y: y2, z: top }, { x: x2, y: y2, z }, { x: x2, y, z }),
  };
}

/** A pane on the long wall (`y` is 0) or on the short one (`x` is 0). */
export const onWall = (wall: 'long' | 'short', from: number, to: number, low: number, high: number): string => {
  const at = (along: number, z: number): Spot => (wall === 'long' ? { x: along, y: 0, z } : { x: 0, y: along, z });
  return polygon(at(from, high), at(to, high), at(to, low), at(from, low));
};
