/** Where a seat stands: its middle. The same unit as the room's. */
export interface Place {
  x: number;
  y: number;
}

/** In rem. */
export interface Size {
  width: number;
  height: number;
}

/** Seats around the lamp. */
export interface Seating {
  places: Place[];
  /** How large a seat may be drawn. */
  size: SeatSize;
  width: number;
  height: number;
}

export type SeatSize = 'large' | 'medium' | 'small' | 'flat' | 'tiny';

/** In rem: a face and a name, from what can be read in the last row down to what a thumb still finds. */
export const SEAT_SIZES: Record<SeatSize, Size> = {
  large: { width: 7, height: 5 },
  medium: { width: 5.5, height: 3.75 },
  small: { width: 4.4, height: 3.2 },
  flat: { width: 4.6, height: 2.6 },
  tiny: { width: 3.4, height: 2.6 },
};

/** What is tried, best first. */
const ARRANGEMENTS: readonly [size: SeatSize, rings: number][] = [
  ['large', 1],
  ['medium', 1],
  ['medium', 2],
  ['small', 1],
  ['small', 2],
  ['flat', 1],
  ['flat', 2],
  ['tiny', 1],
  ['tiny', 2],
  ['tiny', 3],
];

/** At the walls. */
const GAP = 0.2;
/** How far a ring stands inside the other, in seats: where they run aslant, one seat is not enough. */
const RING_STEP = 1.42;
const STEPS = 360;
const TURN = Math.PI * 2;
/** An upright room is used up to its corners; in a wide one they are kept for what stands on the wall. */
const ELLIPSE = 1;
const NEARLY_SQUARE = 0.5;

/** A sine that bulges: 1 is the sine itself. */
const bulging = (sine: number, power: number) => Math.sign(sine) * Math.abs(sine) ** power;

/**
 * Points of an ellipse around 0 that are equally far from each other, the first one at the top. Far is measured in seats:
 * side by side they need their width, one above the other only their height.
 */
function around(count: number, a: number, b: number, seat: Size, startsHalfway: boolean) {
  const power = b > a ? NEARLY_SQUARE : ELLIPSE;
  const point = (step: number): Place => {
    const angle = (step / STEPS) * TURN - Math.PI / 2;
    return { x: a * bulging(Math.cos(angle), power), y: b * bulging(Math.sin(angle), power) };
  };
  const lengths = [0];
  for (let step = 1; step <= STEPS; step += 1) {
    const [one, other] = [point(step - 1), point(step)];
    const far = Math.max(Math.abs(one.x - other.x) / seat.width, Math.abs(one.y - other.y) / seat.height);
    lengths.push((lengths.at(-1) ?? 0) + far);
  }
  const length = lengths.at(-1) ?? 0;
  const places: Place[] = [];
  for (let index = 0, step = 0; index < count; index += 1) {
    const wanted = ((index + (startsHalfway ? 0.5 : 0)) / count) * length;
    while (step < STEPS && (lengths[step] ?? 0) < wanted) step += 1;
    places.push(point(step));
  }
  return { places, length };
}

/** Whether a seat leaves the middle of the room free, so far. */
const leavesFree = ({ x, y }: Place, room: Size, seat: Size, middle: Size): boolean =>
  Math.abs(x - room.width / 2) >= (seat.width + middle.width) / 2 ||
  Math.abs(y - room.height / 2) >= (seat.height + middle.height) / 2;

/** Whether no two seats cover each other. */
export function areApart(places: readonly Place[], seat: Size): boolean {
  return places.every((one, index) =>
    places
      .slice(index + 1)
      .every((other) => Math.abs(one.x - other.x) >= seat.width || Math.abs(one.y - other.y) >= seat.height),
  );
}

function arranged(count: number, width: number, height: number, size: SeatSize, rings: number): Seating {
  const seat = SEAT_SIZES[size];
  const axes = Array.from({ length: rings }, (_, ring) => ({
    a: Math.max(0, width / 2 - GAP - seat.width * (ring * RING_STEP + 0.5)),
    b: Math.max(0, height / 2 - GAP - seat.height * (ring * RING_STEP + 0.5)),
  }));
  const lengths = axes.map(({ a, b }) => around(0, a, b, seat, false).length);
  const whole = lengths.reduce((sum, length) => sum + length, 0) || 1;
  let left = count;
  const places = axes.flatMap(({ a, b }, ring) => {
    const share = ring === rings - 1 ? left : Math.min(left, Math.round((count * (lengths[ring] ?? 0)) / whole));
    left -= share;
    return around(share, a, b, seat, ring % 2 === 1).places;
  });
  return { places: places.map(({ x, y }) => ({ x: x + width / 2, y: y + height / 2 })), size, width, height };
}

/**
 * Seats `count` players around the lamp in the middle of a room (in rem), as large as they fit: in one ring, in two where
 * one is too short. They leave `middle` free, for what is told there. In a room that is too small for all they are tiny and
 * may cover each other, and it.
 */
export function seatsAround(count: number, { width, height }: Size, middle: Size): Seating {
  let seating = arranged(count, width, height, 'tiny', 1);
  for (const [size, rings] of ARRANGEMENTS) {
    seating = arranged(count, width, height, size, rings);
    const seat = SEAT_SIZES[size];
    const isFree = seating.places.every((place) => leavesFree(place, { width, height }, seat, middle));
    if (isFree && areApart(seating.places, seat)) return seating;
  }
  return seating;
}
