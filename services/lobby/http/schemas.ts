import * as z from 'zod/mini';

/** So many happenings are the feed. */
export const MOST_HAPPENINGS = 500;
const DEFAULT_HAPPENINGS = 50;

export const feedQuery = z.object({
  limit: z._default(z.coerce.number().check(z.int(), z.gte(1)), DEFAULT_HAPPENINGS),
});
