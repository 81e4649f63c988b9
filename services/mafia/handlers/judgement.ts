import { HttpProblem, httpHandler } from '@arcade/lambda';
import { gamePath, idempotencyKeyOf, judgementBody, judgementQuery } from '../http/schemas.ts';
import { turnAnswer } from '../http/turnAnswer.ts';

/** `POST /games/{gameId}/judgement`: sentences the named player, who is uncovered by it. */
export const handler = httpHandler(
  { path: gamePath, query: judgementQuery, body: judgementBody },
  async ({ path: { gameId }, query, headers, body, correlationId }) => {
    const name = body.name ?? query.name ?? query.Name;
    if (name === undefined) {
      const missing = { field: 'name', message: 'whom to sentence: in the body, or in the query string' };
      throw new HttpProblem(400, { detail: 'The request does not fit: name.', errors: [missing] });
    }
    return turnAnswer({
      turn: 'judgement',
      name,
      gameId,
      idempotencyKey: idempotencyKeyOf(headers, body),
      correlationId,
    });
  },
);
