import { HttpProblem, httpHandler, readNumberEnv, writeMetrics } from '@arcade/lambda';
import names from '../domain/names.txt';
import { startGame } from '../domain/startGame.ts';
import { keyReused } from '../http/problems.ts';
import { idempotencyKeyOf, newGameBody } from '../http/schemas.ts';
import { dependencies } from '../wiring.ts';

const allNames = names.split('\n').filter((name) => name !== '');

/** `POST /games`: deals a new game. Numbers that are left out come from the environment, names from the list. */
export const handler = httpHandler({ body: newGameBody }, async ({ body, headers, correlationId }) => {
  const started = await startGame(
    { ...dependencies(), names: body.names ?? allNames },
    {
      players: body.names?.length ?? body.players ?? readNumberEnv('NUMBER_OF_PLAYERS'),
      mafia: body.mafia ?? readNumberEnv('NUMBER_OF_MAFIA'),
      idempotencyKey: idempotencyKeyOf(headers, body),
      correlationId,
    },
  );
  switch (started.outcome) {
    case 'started':
      writeMetrics({ GamesStarted: 1 });
      return { status: 201, body: started.answer };
    case 'bad-numbers':
      throw new HttpProblem(400, {
        type: 'urn:arcade:mafia:bad-numbers',
        detail: `The game cannot be dealt: ${started.problem}.`,
      });
    case 'key-reused':
      throw keyReused();
  }
});
