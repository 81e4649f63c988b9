import { session } from '@arcade/events/contracts/space-invaders';
import * as z from 'zod/mini';

const { sessionId } = session.shape;

/** Wants a seat. `trial`: the one that the player is in the middle of, having lost the seat on the way. */
export const allocateBody = z.strictObject({
  sessionId,
  isBot: z.optional(z.boolean()),
  trial: z.optional(z.int().check(z.gte(1))),
});

export const deallocateBody = z.strictObject({ sessionId });
