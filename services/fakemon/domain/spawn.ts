import type { World } from '@arcade/lambda/world';
import { appearanceOf, type FakemonAppeared } from './events.ts';
import type { WildTable } from './ports.ts';
import { speciesBy } from './species.ts';
import type { Wild } from './wild.ts';

const MINUTE_MS = 60_000;
/**
 * Between the plan and the first of it: by then it is written. So no throw can come in time for a fakémon and be told that there
 * is none: docs/decisions/fakemon-async.md.
 */
const LEAD_MS = 2000;
/** Nothing stands so near to the edge of the map that it could not be thrown at. */
const EDGE = 60;
const MAP = 1000;

export interface SpawnParts extends World {
  wilds: Pick<WildTable, 'appear'>;
  publish(events: readonly FakemonAppeared[]): Promise<void>;
  /** How many appear in a minute. */
  perMinute: number;
}

/**
 * The fakémon of a minute, spread over it from now on. Their ids follow from when the minute was due (milliseconds since the
 * epoch), so that one that is planned twice is filled once.
 */
export function planMinute(dueMs: number, perMinute: number, { now, random, newId }: World): Wild[] {
  const minute = Math.floor(dueMs / MINUTE_MS).toString(36);
  // A schedule may be late by as much as its precision: a minute.
  const fromMs = Math.max(dueMs, now()) + LEAD_MS;
  const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  return Array.from({ length: perMinute }, (_, at) => {
    const [species, { units: range, lifetimeMs }] = speciesBy(random());
    const units = between(...range);
    const appearsAtMs = Math.round(fromMs + ((at + random()) * MINUTE_MS) / perMinute);
    return {
      fakemonId: `${minute}-${at}`,
      species,
      x: between(EDGE, MAP - EDGE),
      y: between(EDGE, MAP - EDGE),
      units,
      unitsLeft: units,
      appearsAtMs,
      expiresAtMs: appearsAtMs + lifetimeMs,
      salt: newId(),
      winners: {},
    };
  });
}

/** Fills the world for the minute after a tick, and tells of it. A tick that comes twice fills it once, and tells it again. */
export async function spawn(parts: SpawnParts, tick: { id: string; dueMs: number }): Promise<FakemonAppeared[]> {
  const planned = planMinute(tick.dueMs, parts.perMinute, parts);
  const standing = await Promise.all(planned.map((wild) => parts.wilds.appear(wild)));
  const events = standing.map((wild) => appearanceOf(wild, tick.dueMs, tick.id));
  await parts.publish(events);
  return events;
}
