import { HttpProblem } from '@arcade/lambda';
import type { Outcome, Refusal } from '../domain/game.ts';

/** For an id that is of no game, or of one that has expired. */
export const noSuchGame = (gameId: string) =>
  new HttpProblem(404, { type: 'urn:arcade:mafia:no-such-game', detail: `There is no game ${gameId}.` });

/** The same key for something else (draft-ietf-httpapi-idempotency-key-header, section 2.7). */
export const keyReused = () =>
  new HttpProblem(422, {
    type: 'urn:arcade:mafia:key-reused',
    detail: 'This Idempotency-Key came with another request before. Use a new key for a new request.',
  });

/** For a new game that is to have the id of another. */
export const idTaken = (gameId = '') =>
  new HttpProblem(409, { type: 'urn:arcade:mafia:id-taken', detail: `There is a game ${gameId} already.` });

const WON: Record<Outcome, string> = { mafia: 'Mafia have', innocents: 'Innocent people have' };

/** Why a turn is refused. */
export function refusalProblem(refusal: Refusal): HttpProblem {
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

/** For numbers of which no game can be dealt. */
export const badNumbers = (problem: string) =>
  new HttpProblem(400, { type: 'urn:arcade:mafia:bad-numbers', detail: `The game cannot be dealt: ${problem}.` });

/** For a judgement that names nobody. */
export const nobodyNamed = () =>
  new HttpProblem(400, {
    detail: 'The request does not fit: name.',
    errors: [{ field: 'name', message: 'whom to sentence: in the body, or in the query string' }],
  });

/** For a game that others play all the time. */
export const busy = () =>
  new HttpProblem(429, { detail: 'Too many play this game at once. Try again.', headers: { 'retry-after': '1' } });
