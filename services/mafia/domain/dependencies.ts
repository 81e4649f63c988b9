import type { AnyEvent } from '@arcade/events';
import type { GamesTable } from '../storage/gamesTable.ts';
import type { Outbox } from '../storage/outbox.ts';
import type { Random } from './game.ts';

/** What the service needs of the world; each use case takes only its part. */
export interface Dependencies {
  games: GamesTable;
  outbox: Outbox;
  /** Publishes to the topic of games' events. Throws when SNS does not take all of them. */
  publish(events: readonly AnyEvent[]): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
  random: Random;
  newId(): string;
  /** Tells of something that went wrong and is mended later. */
  warn(message: string, error: unknown): void;
}

/** Publishes the events of a turn and crosses them out. What fails here is done again by the relay, from the outbox. */
export async function publishNow(
  { publish, outbox, warn }: Pick<Dependencies, 'publish' | 'outbox' | 'warn'>,
  gameId: string,
  turnNumber: number,
  events: readonly AnyEvent[],
): Promise<void> {
  try {
    await publish(events);
    await outbox.published(gameId, turnNumber);
  } catch (error) {
    warn('events wait in the outbox', error);
  }
}
