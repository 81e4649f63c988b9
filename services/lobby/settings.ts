import * as z from 'zod/mini';

/** The variables of the functions' environment, which the template sets from resources and params. Each function has those that it reads. */
const variables = {
  LOBBY_TABLE: z.string(),
  CONNECTIONS_TABLE: z.string(),
  /** Where everybody connects: `wss://...`. */
  SOCKET_URL: z.url(),
  /** Where records of a stream go that are none. */
  DEAD_LETTER_QUEUE_URL: z.url(),
  /** How long a happening is kept. */
  FEED_DAYS: z.coerce.number().check(z.int(), z.gte(1), z.lte(90)),
};

export const settings = { variables };
