import { socketHandler, world } from '@arcade/lambda';

/** `{"action":"ping"}`: keeps the connection open, and tells the time by which everything here is judged. */
export const handler = socketHandler({}, async () => ({ type: 'pong', nowMs: world.now() }));
