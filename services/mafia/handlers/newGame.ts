import { httpHandler } from '@arcade/lambda';
import { startGame } from '../domain/startGame.ts';
import { badNumbers, idTaken, keyReused } from '../http/problems.ts';
import { newGameBody, newGamePath } from '../http/schemas.ts';
import { reportGame } from '../report.ts';
import { dealer } from '../wiring.ts';

const parts = dealer();

/** `POST /games`: deals a new game. */
export const handler = httpHandler(
  { path: newGamePath, body: newGameBody, repeatable: true },
  async ({ path, body, repeatable, correlationId }) => {
    const started = reportGame(await startGame(parts, { ...path, ...body, repeatable, correlationId }));
    switch (started.outcome) {
      case 'started':
        return { status: 201, body: started.answer };
      case 'bad-numbers':
        throw badNumbers(started.problem);
      case 'key-reused':
        throw keyReused();
      case 'id-taken':
        throw idTaken(path.gameId);
    }
  },
);
