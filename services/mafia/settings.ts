import * as z from 'zod/mini';
import { areTooManyMafia, LIMITS } from './domain/limits.ts';

/** The variables of the functions' environment, which the template sets from resources and params. Each function has those that it reads. */
const variables = {
  GAMES_TABLE: z.string(),
  GAME_EVENTS_TOPIC_ARN: z.string(),
  DEAD_LETTER_QUEUE_URL: z.string(),
  NUMBER_OF_PLAYERS: z.coerce.number().check(z.int(), z.gte(LIMITS.minPlayers), z.lte(LIMITS.maxPlayers)),
  NUMBER_OF_MAFIA: z.coerce.number().check(z.int(), z.gte(1)),
};

/** Or else every game that asks for no numbers would be refused. */
const game = z
  .object({ NUMBER_OF_PLAYERS: variables.NUMBER_OF_PLAYERS, NUMBER_OF_MAFIA: variables.NUMBER_OF_MAFIA })
  .check(
    z.refine(
      ({ NUMBER_OF_PLAYERS, NUMBER_OF_MAFIA }) => !areTooManyMafia(NUMBER_OF_MAFIA, NUMBER_OF_PLAYERS),
      'numberOfMafia must be fewer than half of numberOfPlayers',
    ),
  );

export const settings = { variables, together: [game] };
