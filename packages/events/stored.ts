import * as z from 'zod/mini';
import type { AnyEvent } from './contract.ts';

/** What every version of every contract has: who reads a stored event needs no more of it. */
const stored = z.looseObject({
  id: z.string(),
  type: z.string(),
  source: z.string(),
  version: z.number(),
  correlationId: z.string(),
  detail: z.record(z.string(), z.unknown()),
});

/**
 * The schema of an event that lies in an outbox: it is read as it was stored, whichever version of its contract it was made
 * under, and goes out like that. A contract checks what is made and what arrives; were it asked here, one old event would make its
 * item unreadable for good. `Event` is what the present version makes: of older ones rely on the envelope only.
 */
export const storedEvent = <Event extends AnyEvent>() => stored as unknown as z.ZodMiniType<Event>;
