import { type HttpAnswer, HttpProblem, writeMetrics } from '@arcade/lambda';
import type { Outcome, Refusal } from '../domain/game.ts';
import { playTurn, type TurnRequest } from '../domain/playTurn.ts';
import { dependencies } from '../wiring.ts';
import { keyReused, noSuchGame } from './problems.ts';

const WON: Record<Outcome, string> = { mafia: 'Mafia have', innocents: 'Innocent people have' };

function problemOf(refusal: Refusal): HttpProblem {
  switch (refusal.refused) {
    case 'game-over':
      return new HttpProblem(409, {
        type: 'urn:arcade:mafia:game-over',
        detail: `The game is over: ${WON[refusal.outcome]} won.`,
        extra: { outcome: refusal.outcome },
      });
    case 'other-turn':
      return new HttpProblem(409, {
        type: 'urn:arcade:mafia:other-turn',
        detail: `Another turn is due: ${refusal.due}.`,
        extra: { turn: refusal.due },
      });
    case 'no-such-player':
      return new HttpProblem(404, {
        type: 'urn:arcade:mafia:no-such-player',
        detail: `Player with name ${refusal.name} not found`,
      });
  }
}

/** Plays a turn and puts its outcome into HTTP: 200, or a problem that says what is due. */
export async function turnAnswer(request: TurnRequest): Promise<HttpAnswer> {
  const played = await playTurn(dependencies(), request);
  switch (played.outcome) {
    case 'played':
      writeMetrics({ TurnsPlayed: 1, GamesEnded: played.answer.outcome ? 1 : 0 });
      return { status: 200, body: played.answer };
    case 'refused':
      throw problemOf(played.refusal);
    case 'no-such-game':
      throw noSuchGame(request.gameId);
    case 'key-reused':
      throw keyReused();
    case 'busy':
      throw new HttpProblem(429, {
        detail: 'Too many play this game at once. Try again.',
        headers: { 'retry-after': '1' },
      });
  }
}
