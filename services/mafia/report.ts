import { RelayError } from '@arcade/events';
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

/**
 * Writes down of how many turns the events were published from the outbox, and each turn that stays in it, with the reason.
 * Throws what the relay throws.
 */
export async function reportRelay(relaying: Promise<number>): Promise<void> {
  try {
    countRelayed(await relaying);
  } catch (error) {
    if (error instanceof RelayError) {
      for (const failure of error.failures) logger.error('a turn stays in the outbox', failure as Error);
      writeMetrics({ TurnsStuck: error.failures.length });
      countRelayed(error.emptied);
    }
    throw error;
  }
}

function countRelayed(turns: number): void {
  if (turns === 0) return;
  logger.info('events published from the outbox', { turns });
  writeMetrics({ TurnsRelayed: turns });
}
