import { type Answer, answerOf } from './answer.ts';
import { type Dependencies, publishNow } from './dependencies.ts';
import { eventsOf } from './events.ts';
import { dayTurn, type Game, judgement, nightTurn, type PlayedTurn, type Random, type Refusal } from './game.ts';

/** A turn that a client wants to play. */
export type TurnRequest = {
  gameId: string;
  /** The `Idempotency-Key` header: a repeated request gets the answer of the first. */
  idempotencyKey?: string | undefined;
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

const fingerprintOf = (request: TurnRequest) =>
  request.turn === 'judgement' ? `judgement/${request.name}` : request.turn;

async function answerBefore(games: Dependencies['games'], request: TurnRequest): Promise<TurnOutcome | undefined> {
  const { gameId, idempotencyKey } = request;
  const before = idempotencyKey === undefined ? undefined : await games.answerTo(gameId, idempotencyKey);
  if (!before) return undefined;
  if (before.fingerprint !== fingerprintOf(request)) return { outcome: 'key-reused' };
  return { outcome: 'played', answer: before.answer as unknown as Answer };
}

/**
 * Plays a turn: reads the game, asks the rules, writes the outcome on condition that nobody played in between, publishes
 * what happened. Whether the request is a repeated one is asked last, after the game was read: asked before, the first
 * of two equal requests could play in between, and the second would be refused instead of being answered alike.
 */
export async function playTurn(dependencies: Dependencies, request: TurnRequest): Promise<TurnOutcome> {
  const { games, newId, now, random } = dependencies;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const nowMs = now();
    const loaded = await games.load(request.gameId, nowMs);
    if (!loaded) return { outcome: 'no-such-game' };

    const played = play(loaded.game, request, random);
    if ('refused' in played) return (await answerBefore(games, request)) ?? { outcome: 'refused', refusal: played };

    const answer = answerOf(played);
    const events = eventsOf(played, { newId, nowMs, correlationId: request.correlationId });
    const repeatable =
      request.idempotencyKey === undefined
        ? undefined
        : { key: request.idempotencyKey, fingerprint: fingerprintOf(request) };
    const record = { played, answer: { ...answer }, events, request: repeatable, nowMs };
    const written = await games.writeTurn(record, request.turn, loaded.expiresAt);
    if (written === 'written') {
      await publishNow(dependencies, request.gameId, played.game.turnsPlayed, events);
      return { outcome: 'played', answer };
    }
    const before = written === 'repeated-request' && (await answerBefore(games, request));
    if (before) return before;
  }
  return { outcome: 'busy' };
}
