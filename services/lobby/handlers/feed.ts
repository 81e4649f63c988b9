import { httpHandler, world } from '@arcade/lambda';
import { FRESH_FOR_A_SECOND } from '../http/fresh.ts';
import { beyondTheFeed } from '../http/problems.ts';
import { feedQuery, MOST_HAPPENINGS } from '../http/schemas.ts';
import { feed } from '../wiring.ts';

const happenings = feed();

/** `GET /feed`: what has happened, the newest first. */
export const handler = httpHandler({ query: feedQuery }, async ({ query: { limit } }) => {
  if (limit > MOST_HAPPENINGS) throw beyondTheFeed();
  const body = { nowMs: world.now(), happenings: await happenings.newest(limit) };
  return { status: 200, body, headers: FRESH_FOR_A_SECOND };
});
