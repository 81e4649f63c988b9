import { httpHandler, world } from '@arcade/lambda';
import { FRESH_FOR_A_SECOND } from '../http/fresh.ts';
import { hall } from '../wiring.ts';

const fame = hall();

/** `GET /hall-of-fame`: the records that there are. */
export const handler = httpHandler({}, async () => {
  const body = { nowMs: world.now(), records: await fame.records() };
  return { status: 200, body, headers: FRESH_FOR_A_SECOND };
});
