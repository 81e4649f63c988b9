import type { Relayed } from '@arcade/events';
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

/** Writes down of how many turns the events were published from the outbox, which stay in it, and what was given up, with the reasons. */
export function reportRelay({ emptied, buried, left }: Relayed): void {
  for (const { reason, tries } of buried)
    logger.error('events were given up: they are dead letters', { reason, tries });
  for (const error of left) logger.warn('a turn stays in the outbox', error as Error);
  if (emptied > 0) logger.info('events published from the outbox', { turns: emptied });
  const counts = { TurnsRelayed: emptied, TurnsStuck: left.length, TurnsGivenUp: buried.length };
  if (emptied + left.length + buried.length > 0) writeMetrics(counts);
}
