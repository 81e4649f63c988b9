import type { HttpAnswer } from '@arcade/lambda';
import type { TurnOutcome } from '../domain/playTurn.ts';
import { busy, keyReused, noSuchGame, refusalProblem } from './problems.ts';

/** The outcome of a turn in HTTP: 200, or a problem that says what is due. */
export function turnAnswer(played: TurnOutcome, gameId: string): HttpAnswer {
  switch (played.outcome) {
    case 'played':
      return { status: 200, body: played.answer };
    case 'refused':
      throw refusalProblem(played.refusal);
    case 'no-such-game':
      throw noSuchGame(gameId);
    case 'key-reused':
      throw keyReused();
    case 'busy':
      throw busy();
  }
}
