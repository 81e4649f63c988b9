import { httpHandler } from '@arcade/lambda';
import { latestQuery } from '../http/schemas.ts';
import { seenGames } from '../wiring.ts';

const games = seenGames();

/** `GET /games`: the latest games, newest first. */
export const handler = httpHandler({ query: latestQuery }, async ({ query: { count } }) => ({
  status: 200,
  body: { games: await games.latest(count) },
}));
