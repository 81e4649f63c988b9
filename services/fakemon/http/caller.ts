import * as z from 'zod/mini';

/** What `authorize` says of who is connected. */
export const caller = z.object({ player: z.string() });
