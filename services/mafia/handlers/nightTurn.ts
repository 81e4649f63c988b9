import { httpHandler } from '@arcade/lambda';
import { playTurn } from '../domain/playTurn.ts';
import { gamePath, turnBody } from '../http/schemas.ts';
import { turnAnswer } from '../http/turnAnswer.ts';
import { reportTurn } from '../report.ts';
import { moderator } from '../wiring.ts';

const parts = moderator();

/** `POST /games/{gameId}/night`: the mafia kill an innocent. */
export const handler = httpHandler(
  { path: gamePath, body: turnBody, repeatable: true },
  async ({ path: { gameId }, repeatable, correlationId }) => {
    const played = await playTurn(parts, { turn: 'night', gameId, repeatable, correlationId });
    return turnAnswer(reportTurn(played), gameId);
  },
);
