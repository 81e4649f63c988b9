import { session, standing, statusUpdated } from '@arcade/events/contracts/space-invaders';
import * as z from 'zod/mini';

const { sessionId } = session.shape;

/** Wants a seat. `trial`: the one that the player is in the middle of, having lost the seat on the way. */
export const allocateBody = z.strictObject({
  sessionId,
  isBot: z.optional(z.boolean()),
  trial: z.optional(z.int().check(z.gte(1))),
});

export const deallocateBody = z.strictObject({ sessionId });

const { trial, sequence, sentAtMs } = statusUpdated.detail.shape;

/** How a player stands. Who plays is not in it: the token says it. The id has the form of those that a manager's page gives. */
export const statusBody = z.strictObject({
  sessionId: z.string().check(z.regex(/^[A-Za-z0-9-]{1,64}$/)),
  trial,
  sequence,
  sentAtMs,
  ...standing.shape,
});

/** A manager's call to start. */
export const startMessage = z.object({ action: z.literal('start'), sessionId });
