import { httpHandler } from '@arcade/lambda';
import { noSuchGame } from '../http/problems.ts';
import { gamePath } from '../http/schemas.ts';
import { seenGames } from '../wiring.ts';

/** `GET /games/{gameId}`: what everybody may see, from the index that has no secret in it. */
export const handler = httpHandler({ path: gamePath }, async ({ path: { gameId } }) => {
  const game = await seenGames().see(gameId, Date.now());
  if (!game) throw noSuchGame(gameId);
  return { status: 200, body: game };
});
