import { logger, writeMetrics } from '@arcade/lambda';
import type { Decision } from './domain/decide.ts';

/** Writes a decision down. Strokes are many and say little, so they are logged for debugging only; the end of a rally counts. */
export function report(decision: Decision): void {
  if (decision.kind === 'ignore') {
    logger.debug('left alone', { reason: decision.reason });
    return;
  }
  const { rally, game, outbox } = decision.match;
  if (decision.kind !== 'move' || rally.inPlay) {
    logger.debug(decision.kind, { rally: rally.number, stroke: rally.strokes });
    return;
  }
  const [announcement] = outbox.announcements;
  logger.info('the rally is over', { rally: rally.number, strokes: rally.strokes, how: announcement?.type, ...game });
  const isLet = announcement?.type === 'ping_pong.let_called';
  writeMetrics({ Rallies: 1, Strokes: rally.strokes, Lets: isLet ? 1 : 0 });
}
