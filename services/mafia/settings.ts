import * as z from 'zod/mini';
import { LIMITS } from './domain/limits.ts';

/** The variables of the functions' environment, which the template sets from resources and params. Each function has those that it reads. */
export const settings = {
  GAMES_TABLE: z.string(),
  GAME_EVENTS_TOPIC_ARN: z.string(),
  NUMBER_OF_PLAYERS: z.coerce.number().check(z.int(), z.gte(LIMITS.minPlayers), z.lte(LIMITS.maxPlayers)),
  NUMBER_OF_MAFIA: z.coerce.number().check(z.int(), z.gte(1)),
};
