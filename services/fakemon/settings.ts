import * as z from 'zod/mini';

/** The variables of the functions' environment, which the template sets from resources and params. Each function has those that it reads. */
const variables = {
  BUS_NAME: z.string(),
  WORLD_TABLE: z.string(),
  ATTEMPTS_TABLE: z.string(),
  COLLECTION_TABLE: z.string(),
  RANKING_TABLE: z.string(),
  CONNECTIONS_TABLE: z.string(),
  /** Where players connect: `wss://...`. */
  SOCKET_URL: z.url(),
  /** Whose tokens let a player connect, and for which client they must be. */
  USER_POOL_ISSUER: z.url(),
  USER_POOL_CLIENT_ID: z.string(),
  /** As many as one publishing may carry twice. */
  FAKEMON_PER_MINUTE: z.coerce.number().check(z.int(), z.gte(1), z.lte(20)),
};

export const settings = { variables };
