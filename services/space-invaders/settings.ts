import * as z from 'zod/mini';

const count = z.coerce.number().check(z.int(), z.gte(1));

/** The variables of the functions' environment, which the template sets from resources and params. Each function has those that it reads. */
const variables = {
  PLAYERS_TABLE: z.string(),
  SEATS_TABLE: z.string(),
  SESSIONS_TABLE: z.string(),
  CONNECTIONS_TABLE: z.string(),
  /** How many seats share a counter. */
  SEATS_PER_BLOCK: count,
  /** After how long without a sign of life a seat is freed. */
  IDLE_SECONDS: count,
  /** The name of the parameter that says which session there is. */
  SESSION_PARAMETER: z.string(),
  /** Where players connect: `wss://...`. */
  SOCKET_URL: z.url(),
  /** Between a manager's call and the start. */
  START_DELAY_MS: count,
  /** Whose tokens let a player connect, and for which client they must be. */
  USER_POOL_ISSUER: z.url(),
  USER_POOL_CLIENT_ID: z.string(),
};

export const settings = { variables };
