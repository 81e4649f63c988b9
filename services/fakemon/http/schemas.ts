import * as z from 'zod/mini';

/** A throw at a fakémon: of this, by API Gateway's model, are also the bodies that reach no function. `attemptId` makes a repeated request the same attempt. */
export const captureBody = z.strictObject({
  fakemonId: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  attemptId: z.optional(z.uuid()),
});
