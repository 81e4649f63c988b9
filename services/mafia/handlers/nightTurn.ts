import { httpHandler } from '@arcade/lambda';
import { gamePath, idempotencyKeyOf, turnBody } from '../http/schemas.ts';
import { turnAnswer } from '../http/turnAnswer.ts';

/** `POST /games/{gameId}/night`: the mafia kill an innocent. */
export const handler = httpHandler(
  { path: gamePath, body: turnBody },
  ({ path: { gameId }, headers, body, correlationId }) =>
    turnAnswer({ turn: 'night', gameId, idempotencyKey: idempotencyKeyOf(headers, body), correlationId }),
);
