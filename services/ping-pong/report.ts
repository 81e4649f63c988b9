import { logger, writeMetrics } from '@arcade/lambda';
import type { Played } from './domain/player.ts';

/** Writes down what a player did. Strokes are many and say little, so they are logged for debugging only; the end of a rally counts. */
export function report(played: Played): void {
  if (played.kind === 'ignore') {
    logger.debug('left alone', { reason: played.reason });
    return;
  }
  if (played.kind === 'hit') {
    logger.debug('hit', { rally: played.hit.rally, stroke: played.hit.stroke });
    return;
  }
  const { rally, game, outbox } = played.match;
  if (played.kind !== 'move' || rally.inPlay) {
    logger.debug(played.kind, { rally: rally.number, stroke: rally.strokes });
    return;
  }
  const announcement = outbox.announcements.findLast(({ type }) => type !== 'ping_pong.game_won');
  logger.info('the rally is over', { rally: rally.number, strokes: rally.strokes, how: announcement?.type, ...game });
  const isLet = announcement?.type === 'ping_pong.let_called';
  writeMetrics({ Rallies: 1, Strokes: rally.strokes, Lets: isLet ? 1 : 0 });
}
