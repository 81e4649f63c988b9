import type { World } from '@arcade/lambda/world';
import type { Connection, ConnectionsTable, SeatsTable, Whose } from './ports.ts';

/** Frees the player's seat, if there is one. */
export async function deallocate(
  { seats, now }: { seats: Pick<SeatsTable, 'find' | 'free'> } & Pick<World, 'now'>,
  whose: Whose,
): Promise<'freed' | 'kept'> {
  const { seatBlock } = (await seats.find(whose)) ?? {};
  return seatBlock === undefined ? 'kept' : seats.free({ ...whose, seatBlock }, now());
}

export interface DisconnectParts {
  connections: Pick<ConnectionsTable, 'close' | 'of'>;
  seats: Pick<SeatsTable, 'heldBy' | 'free'>;
}

/**
 * Forgets a connection that has ended, and frees the seats of a player who has no other. Whoever is back before this is known has
 * another connection, or has asked for the seat after `atMs` (milliseconds since the epoch), and keeps it. Gives how many were freed.
 */
export async function disconnect({ connections, seats }: DisconnectParts, connection: Connection, atMs: number) {
  await connections.close(connection);
  if ((await connections.of(connection.player)).length > 0) return 0;
  const held = await seats.heldBy(connection.player);
  const freed = await Promise.all(held.map((one) => seats.free(one, atMs, atMs)));
  return freed.filter((outcome) => outcome === 'freed').length;
}
