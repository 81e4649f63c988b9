import * as z from 'zod/mini';
import { defineEvent, type EventOf } from '../contract.ts';

const source = 'mafia';
const name = z.string().check(z.minLength(1));
const gameId = z.string().check(z.minLength(1));

/** A game was dealt. Who is mafia stands in no event before that player is out. */
export const gameStarted = defineEvent({
  type: 'mafia.game_started',
  version: 1,
  source,
  description: 'A game was dealt: its players, and how many of them are mafia.',
  detail: z.object({ gameId, players: z.array(name), mafia: z.int().check(z.gte(1)) }),
});

/** The mafia killed somebody in the night. */
export const playerKilled = defineEvent({
  type: 'mafia.player_killed',
  version: 1,
  source,
  description: 'An innocent was killed in the night.',
  detail: z.object({ gameId, name }),
});

/** The players said whom they suspect. */
export const playersAccused = defineEvent({
  type: 'mafia.players_accused',
  version: 1,
  source,
  description: 'The living players said whom they suspect.',
  detail: z.object({
    gameId,
    accusations: z.array(z.object({ by: name, accused: name })),
    /** In alphabetical order; several when they are level. */
    mostAccused: z.array(name),
  }),
});

/** Somebody was sentenced, and is uncovered by it. */
export const playerSentenced = defineEvent({
  type: 'mafia.player_sentenced',
  version: 1,
  source,
  description: 'A player was sentenced; `correctly` tells whether they were mafia.',
  detail: z.object({ gameId, name, correctly: z.boolean() }),
});

/** The game is over. */
export const gameEnded = defineEvent({
  type: 'mafia.game_ended',
  version: 1,
  source,
  description: 'The game is over: either no mafia or no innocent is left.',
  detail: z.object({
    gameId,
    outcome: z.enum(['mafia', 'innocents']),
    /** How many days it took: each ends with a sentence. */
    days: z.optional(z.int().check(z.gte(0))),
  }),
});

/** All of the service's contracts. */
export const mafiaEvents = [gameStarted, playerKilled, playersAccused, playerSentenced, gameEnded] as const;

export type MafiaEvent = EventOf<(typeof mafiaEvents)[number]>;
