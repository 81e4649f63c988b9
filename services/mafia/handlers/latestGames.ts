import { httpHandler } from '@arcade/lambda';
import * as z from 'zod/mini';
import { seenGames } from '../wiring.ts';

const DEFAULT_COUNT = 10;
const MOST = 50;

const latestQuery = z.object({
  count: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(MOST)), DEFAULT_COUNT),
});

/** `GET /games`: the latest games, newest first. */
export const handler = httpHandler({ query: latestQuery }, async ({ query: { count } }) => ({
  status: 200,
  body: { games: await seenGames().latest(count, Date.now()) },
}));
