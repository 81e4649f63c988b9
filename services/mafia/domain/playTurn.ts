import { publishNow } from '@arcade/events';
import type { RepeatableRequest } from '@arcade/lambda';
import type { World } from '@arcade/lambda/world';
import { type Answer, answerOf } from './answer.ts';
import { eventsOf } from './events.ts';
import { dayTurn, type Game, judgement, nightTurn, type PlayedTurn, type Random, type Refusal } from './game.ts';
import type { GamesTable, Telling } from './ports.ts';

/** What whoever plays the turns stands on. */
export interface ModeratorParts extends World, Telling {
  games: GamesTable;
}

/** A turn that a client wants to play. */
export type TurnRequest = {
  gameId: string;
  /** A repeated request gets the answer of the first. */
  repeatable?: RepeatableRequest | undefined;
  correlationId?: string | undefined;
} & ({ turn: 'night' | 'day' } | { turn: 'judgement'; name: string });

export type TurnOutcome =
  | { outcome: 'played'; answer: Answer }
  | { outcome: 'refused'; refusal: Refusal }
  | { outcome: 'no-such-game' }
  /** The key came before, for another turn or another name. */
  | { outcome: 'key-reused' }
  /** Others were faster, again and again. */
  | { outcome: 'busy' };

/** Each failed try means that somebody else played a turn; with an ordered game the next try is nearly always refused by the rules. */
const MOST_TRIES = 4;

function play(game: Game, request: TurnRequest, random: Random): PlayedTurn | Refusal {
  switch (request.turn) {
    case 'night':
      return nightTurn(game, random);
    case 'day':
      return dayTurn(game, random);
    case 'judgement':
      return judgement(game, request.name);
  }
}

async function outcomeBefore(
  games: GamesTable,
  { gameId, repeatable }: TurnRequest,
  nowMs: number,
): Promise<TurnOutcome | undefined> {
  const before = repeatable && (await games.recall(gameId, repeatable, nowMs));
  if (!before || before.outcome === 'new') return undefined;
  if (before.outcome === 'key-reused') return before;
  return { outcome: 'played', answer: before.answer as Answer };
}

/**
 * Plays a turn: reads the game, asks the rules, writes the outcome on condition that nobody played in between, publishes
 * what happened. Whether the request is a repeated one is asked last, after the game was read: asked before, the first
 * of two equal requests could play in between, and the second would be refused instead of being answered alike.
 */
export async function playTurn(parts: ModeratorParts, request: TurnRequest): Promise<TurnOutcome> {
  const { games, newId, now, random } = parts;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const nowMs = now();
    const loaded = await games.load(request.gameId, nowMs);
    if (!loaded) return { outcome: 'no-such-game' };

    const played = play(loaded.game, request, random);
    if ('refused' in played)
      return (await outcomeBefore(games, request, nowMs)) ?? { outcome: 'refused', refusal: played };

    const answer = answerOf(played);
    const events = eventsOf(played, { newId, nowMs, correlationId: request.correlationId });
    const record = { played, answer: { ...answer }, events, request: request.repeatable, nowMs };
    const written = await games.writeTurn(record, request.turn, loaded.expiresAt);
    if (written === 'written') {
      const place = { gameId: request.gameId, turnNumber: played.game.turnsPlayed, sinceMs: nowMs };
      await publishNow(parts, { place, events });
      return { outcome: 'played', answer };
    }
    const before = written === 'repeated-request' && (await outcomeBefore(games, request, nowMs));
    if (before) return before;
  }
  return { outcome: 'busy' };
}
