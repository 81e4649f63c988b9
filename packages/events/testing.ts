import type * as z from 'zod/mini';
import { type AnyEvent, type Contract, createEvent, type Envelope, type EventOf } from './contract.ts';
import type { ObjectSchema } from './schema.ts';

let built = 0;

/**
 * Builds a valid event for a test; the envelope's fields can be overridden.
 *
 * @example
 * buildEvent(ballHit, { rally: 1, stroke: 2, by: 'ping' }, { id: 'first' })
 */
export function buildEvent<Type extends string, Detail extends ObjectSchema>(
  contract: Contract<Type, Detail>,
  detail: z.input<Detail>,
  overrides: Partial<Pick<Envelope, 'id' | 'time' | 'correlationId' | 'causationId'>> = {},
): EventOf<Contract<Type, Detail>> {
  built += 1;
  const id = overrides.id ?? `event-${built}`;
  const event = createEvent(contract, detail, { newId: () => id, nowMs: Date.parse('2030-01-01T00:00:00Z') });
  return { ...event, ...overrides };
}

/** Each event once, as for a consumer that drops the ids that it has seen: at least once becomes once. */
export const onceEach = <Event extends Pick<AnyEvent, 'id'>>(events: readonly Event[]): Event[] => [
  ...new Map(events.map((event) => [event.id, event])).values(),
];
