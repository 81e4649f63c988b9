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
  TRIALS_TOPIC_ARN: z.string(),
  SET_ASIDE_QUEUE_URL: z.url(),
  DEAD_LETTER_QUEUE_URL: z.url(),
  /** How many of a player's statuses count that arrive in one second. */
  MAX_STATUSES_PER_SECOND: count,
  /** So many seconds after a closing a status may still count; 0: none. */
  SESSION_AGE_SECONDS: z.coerce.number().check(z.int(), z.gte(0)),
  /** Up to how many seats everybody is on the board, and about how many are in a larger session. */
  FULL_BOARD_SEATS: z.coerce.number().check(z.int(), z.gte(0)),
  BOARD_CANDIDATES: z.coerce.number().check(z.int(), z.gte(10)),
  /** The stream of statuses, and between how many shards it is to have. */
  STREAM: z.string(),
  LEAST_SHARDS: count,
  MOST_SHARDS: count,
  /** How often a player sends a status, in milliseconds. */
  STATUS_EVERY_MS: count,
  /** Whose tokens let a player connect, and for which client they must be. */
  USER_POOL_ISSUER: z.url(),
  USER_POOL_CLIENT_ID: z.string(),
};

export const settings = { variables };
