import { createHash } from 'node:crypto';
import { publishNow } from '@arcade/events';
import type { RepeatableRequest } from '@arcade/lambda';
import { type Answer, answerOf } from './answer.ts';
import { eventsOf } from './events.ts';
import { newGame, problemWithNumbers } from './game.ts';
import type { ModeratorParts } from './playTurn.ts';

/** What whoever deals stands on. */
export interface DealerParts extends ModeratorParts {
  /** Of a game that asks for no number. */
  defaults: { players: number; mafia: number };
  /** Names to draw from. */
  names: readonly string[];
}

/** What a client asks for. */
export interface GameRequest {
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
  /** The key came before, with other numbers. */
  | { outcome: 'key-reused' };

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

/** How many characters of a digest make a game's id: 80 bits, in an alphabet that is safe in an address. */
const ID_LENGTH = 20;

/** A repeated request finds its game, because the game's id comes from the key. */
const gameIdFor = (key: string | undefined, newId: () => string) => digest(key ?? newId()).slice(0, ID_LENGTH);

/** Deals a game and writes it whole. */
export async function startGame(
  parts: DealerParts,
  { repeatable, correlationId, ...asked }: GameRequest,
): Promise<Started> {
  const { games, defaults, newId, now, random } = parts;
  const names = asked.names ?? parts.names;
  const players = asked.names?.length ?? asked.players ?? defaults.players;
  const mafia = asked.mafia ?? defaults.mafia;
  const problem = problemWithNumbers(players, mafia);
  if (problem) return { outcome: 'bad-numbers', problem };

  const id = gameIdFor(repeatable?.key, newId);
  const nowMs = now();
  const dealt = newGame({ id, players, mafia, names }, random);
  const answer = answerOf(dealt);
  const events = eventsOf(dealt, { newId, nowMs, correlationId });

  const written = await games.create({ played: dealt, answer: { ...answer }, events, request: repeatable, nowMs });
  if (written === 'written') {
    await publishNow(parts, { place: { gameId: id, turnNumber: 0 }, events });
    return { outcome: 'started', answer };
  }
  const before = repeatable && (await games.recall(id, repeatable, nowMs));
  if (before?.outcome !== 'repeated') return { outcome: 'key-reused' };
  return { outcome: 'started', answer: before.answer as Answer };
}
