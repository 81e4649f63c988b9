import { HttpProblem } from '@arcade/lambda';

/** For an id that is of no game, or of one that has expired. */
export const noSuchGame = (gameId: string) =>
  new HttpProblem(404, { type: 'urn:arcade:mafia:no-such-game', detail: `There is no game ${gameId}.` });

/** The same key for something else (draft-ietf-httpapi-idempotency-key-header, section 2.7). */
export const keyReused = () =>
  new HttpProblem(422, {
    type: 'urn:arcade:mafia:key-reused',
    detail: 'This Idempotency-Key came with another request before. Use a new key for a new request.',
  });
