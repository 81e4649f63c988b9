import { socketHandler, world } from '@arcade/lambda';

/** `{"action":"ping"}`: keeps the connection open, and tells the time. */
export const handler = socketHandler({}, async () => ({ type: 'pong', nowMs: world.now() }));
