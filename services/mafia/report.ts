import { logger, writeMetrics } from '@arcade/lambda';
import type { TurnOutcome } from './domain/playTurn.ts';
import type { Started } from './domain/startGame.ts';

/** Counts a game that was dealt. */
export function reportGame(started: Started): Started {
  if (started.outcome === 'started') writeMetrics({ GamesStarted: 1 });
  return started;
}

/** Counts a turn that was played, and the game's end with it. */
export function reportTurn(played: TurnOutcome): TurnOutcome {
  if (played.outcome === 'played') writeMetrics({ TurnsPlayed: 1, GamesEnded: played.answer.outcome ? 1 : 0 });
  return played;
}

/** Writes down how many turns' events had to be published from the outbox. */
export function reportRelay(turns: number): void {
  if (turns === 0) return;
  logger.info('events published from the outbox', { turns });
  writeMetrics({ TurnsRelayed: turns });
}
