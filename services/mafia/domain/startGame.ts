import { createHash } from 'node:crypto';
import { type Answer, answerOf } from './answer.ts';
import { type Dependencies, publishNow } from './dependencies.ts';
import { eventsOf } from './events.ts';
import { newGame, problemWithNumbers } from './game.ts';

/** What a client asks for. */
export interface GameRequest {
  players: number;
  mafia: number;
  /** The `Idempotency-Key` header: the same key starts the same game once. */
  idempotencyKey?: string | undefined;
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
  dependencies: Dependencies & { names: readonly string[] },
  { players, mafia, idempotencyKey, correlationId }: GameRequest,
): Promise<Started> {
  const { games, names, newId, now, random } = dependencies;
  const problem = problemWithNumbers(players, mafia);
  if (problem) return { outcome: 'bad-numbers', problem };

  const id = gameIdFor(idempotencyKey, newId);
  const nowMs = now();
  const dealt = newGame({ id, players, mafia, names }, random);
  const answer = answerOf(dealt);
  const events = eventsOf(dealt, { newId, nowMs, correlationId });
  const fingerprint = digest(`${players}/${mafia}/${names.join('/')}`);
  const request = idempotencyKey === undefined ? undefined : { key: idempotencyKey, fingerprint };

  const written = await games.create({ played: dealt, answer: { ...answer }, events, request, nowMs });
  if (written === 'written') {
    await publishNow(dependencies, id, 0, events);
    return { outcome: 'started', answer };
  }
  const before = idempotencyKey === undefined ? undefined : await games.answerTo(id, idempotencyKey);
  if (before?.fingerprint !== fingerprint) return { outcome: 'key-reused' };
  return { outcome: 'started', answer: before.answer as unknown as Answer };
}
