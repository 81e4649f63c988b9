import { httpHandler } from '@arcade/lambda';
import { z } from 'zod';
import { seenGames } from '../wiring.ts';

const DEFAULT_COUNT = 10;
const MOST = 50;

const latestQuery = z.object({ count: z.coerce.number().int().min(1).max(MOST).default(DEFAULT_COUNT) });

/** `GET /games`: the latest games, newest first. */
export const handler = httpHandler({ query: latestQuery }, async ({ query: { count } }) => ({
  status: 200,
  body: { games: await seenGames().latest(count, Date.now()) },
}));
