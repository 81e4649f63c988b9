import type { Bulb } from './home.ts';
import type { Spot } from './iso.ts';

/** A lamp's shape. */
export type Fixture = 'pendant' | 'floor' | 'table' | 'wall';

/** Where a lamp is, and how far it shines. */
export interface Lamp extends Spot {
  fixture: Fixture;
  /** Of its light on the floor, in the room's units. */
  reach: number;
  /** Near an edge of the room its name reaches away from there. */
  side?: 'left' | 'right';
}

/** Places of the room by what bulbs there are called. */
const PLACES: readonly [word: RegExp, lamp: Lamp][] = [
  [/kitchen|dining/, { x: 9.1, y: 2.9, z: 1.65, fixture: 'pendant', reach: 3.3 }],
  [/counter|stove/, { x: 11.3, y: 0.1, z: 1.95, fixture: 'wall', reach: 2.6, side: 'right' }],
  [/reading|sofa/, { x: 6.55, y: 1.2, z: 1.45, fixture: 'floor', reach: 2.8 }],
  [/living|ceiling/, { x: 4.7, y: 4.2, z: 1.85, fixture: 'pendant', reach: 3.8 }],
  [/desk|study|office/, { x: 0.6, y: 1.5, z: 1.25, fixture: 'table', reach: 2.6 }],
  [/bed|night/, { x: 0.35, y: 6.45, z: 0.95, fixture: 'table', reach: 2.6, side: 'left' }],
  [/hall|door/, { x: 3.9, y: 0.1, z: 1.75, fixture: 'wall', reach: 2.6 }],
  [/garden|balcony|plant/, { x: 10.9, y: 6.1, z: 1.25, fixture: 'floor', reach: 2.8 }],
];

/** Where each bulb hangs or stands: by its name where the room has such a place, else where nothing is yet. */
export function lampsOf(bulbs: readonly Bulb[]): ReadonlyMap<string, Lamp> {
  const free = new Set(PLACES);
  const found = new Map<string, Lamp>();
  const take = (bulb: Bulb, place: (typeof PLACES)[number] | undefined) => {
    if (!place) return;
    free.delete(place);
    found.set(bulb.deviceId, place[1]);
  };
  for (const bulb of bulbs)
    take(
      bulb,
      [...free].find(([word]) => word.test(bulb.name.toLowerCase())),
    );
  for (const bulb of bulbs) if (!found.has(bulb.deviceId)) take(bulb, [...free][0]);
  return found;
}
