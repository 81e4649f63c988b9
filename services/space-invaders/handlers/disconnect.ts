import { socketHandler } from '@arcade/lambda';
import { disconnect } from '../domain/free.ts';
import { caller } from '../http/caller.ts';
import { reportFreed } from '../report.ts';
import { connections, seats } from '../wiring.ts';

const parts = { connections: connections(), seats: seats() };

/** `$disconnect`, where it is heard: forgets the connection, and frees the seat of whoever has no other. */
export const handler = socketHandler({ caller }, async ({ caller: { player }, connectionId, atMs }) => {
  reportFreed(await disconnect(parts, { player, connectionId }, atMs));
});
