import { httpHandler } from '@arcade/lambda';
import { playTurn } from '../domain/playTurn.ts';
import { nobodyNamed } from '../http/problems.ts';
import { gamePath, judgementBody, judgementQuery } from '../http/schemas.ts';
import { turnAnswer } from '../http/turnAnswer.ts';
import { reportTurn } from '../report.ts';
import { moderator } from '../wiring.ts';

const parts = moderator();

/** `POST /games/{gameId}/judgement`: sentences the named player, who is uncovered by it. */
export const handler = httpHandler(
  { path: gamePath, query: judgementQuery, body: judgementBody, repeatable: true },
  async ({ path: { gameId }, query, body, repeatable, correlationId }) => {
    const name = body.name ?? query.name ?? query.Name;
    if (name === undefined) throw nobodyNamed();
    const played = await playTurn(parts, { turn: 'judgement', name, gameId, repeatable, correlationId });
    return turnAnswer(reportTurn(played), gameId);
  },
);
