import { httpHandler } from '@arcade/lambda';
import { noSuchGame } from '../http/problems.ts';
import { gamePath } from '../http/schemas.ts';
import { seenGames } from '../wiring.ts';

const games = seenGames();

/** `GET /games/{gameId}`: what everybody may see, from the index that has no secret in it. */
export const handler = httpHandler({ path: gamePath }, async ({ path: { gameId } }) => {
  const game = await games.see(gameId);
  if (!game) throw noSuchGame(gameId);
  return { status: 200, body: game };
});
