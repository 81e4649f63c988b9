import { httpHandler, world } from '@arcade/lambda';
import { deallocate } from '../domain/free.ts';
import { playerOf } from '../http/caller.ts';
import { deallocateBody } from '../http/schemas.ts';
import { reportFreed } from '../report.ts';
import { seats } from '../wiring.ts';

const parts = { ...world, seats: seats() };

/** `POST /deallocate`: gives the seat back. */
export const handler = httpHandler({ body: deallocateBody }, async ({ claims, body: { sessionId } }) => {
  const { player } = playerOf(claims);
  const freed = (await deallocate(parts, { player, sessionId })) === 'freed';
  reportFreed(freed ? 1 : 0);
  return { status: 200, body: { freed } };
});
