import { createHash } from 'node:crypto';
import { publishNow } from '@arcade/events';
import type { RepeatableRequest } from '@arcade/lambda';
import { type Answer, answerOf } from './answer.ts';
import { eventsOf } from './events.ts';
import { newGame, problemWithNumbers } from './game.ts';
import { mostMafia } from './limits.ts';
import type { ModeratorParts } from './playTurn.ts';

/** What whoever deals stands on. */
export interface DealerParts extends ModeratorParts {
  /** Of a game that asks for no number; fewer mafia where so many do not fit the players. */
  defaults: { players: number; mafia: number };
  /** Names to draw from. */
  names: readonly string[];
}

/** What a client asks for. */
export interface GameRequest {
  /** The id that the game is to have, instead of a random one. */
  gameId?: string | undefined;
  players?: number | undefined;
  mafia?: number | undefined;
  /** The players' own names, instead of drawn ones. */
  names?: readonly string[] | undefined;
  /** The same key starts the same game once. */
  repeatable?: RepeatableRequest | undefined;
  correlationId?: string | undefined;
}

export type Started =
  | { outcome: 'started'; answer: Answer }
  | { outcome: 'bad-numbers'; problem: string }
  /** The key came before, with another request. */
  | { outcome: 'key-reused' }
  /** There is a game of the id that was asked for. */
  | { outcome: 'id-taken' };

/** How many characters of a digest make a game's id: 80 bits, in an alphabet that is safe in an address. */
const ID_LENGTH = 20;

/** Of nothing that a client has sent: whoever knows or guesses a request's key knows no game by it. */
const newGameId = (newId: () => string) => createHash('sha256').update(newId()).digest('hex').slice(0, ID_LENGTH);

/** Deals a game and writes it whole. */
export async function startGame(
  parts: DealerParts,
  { repeatable, correlationId, ...asked }: GameRequest,
): Promise<Started> {
  const { games, defaults, newId, now, random } = parts;
  const names = asked.names ?? parts.names;
  const players = asked.names?.length ?? asked.players ?? defaults.players;
  const mafia = asked.mafia ?? Math.min(defaults.mafia, mostMafia(players));
  const problem = problemWithNumbers(players, mafia);
  if (problem) return { outcome: 'bad-numbers', problem };

  const id = asked.gameId ?? newGameId(newId);
  const nowMs = now();
  const dealt = newGame({ id, players, mafia, names }, random);
  const answer = answerOf(dealt);
  const events = eventsOf(dealt, { newId, nowMs, correlationId });

  const created = await games.create({ played: dealt, answer: { ...answer }, events, request: repeatable, nowMs });
  switch (created.outcome) {
    case 'written':
      await publishNow(parts, { place: { gameId: id, turnNumber: 0, sinceMs: nowMs }, events });
      return { outcome: 'started', answer };
    case 'repeated':
      return { outcome: 'started', answer: created.answer as Answer };
    case 'key-reused':
    case 'id-taken':
      return created;
  }
}
