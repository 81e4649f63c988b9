import type { AnyEvent } from '@arcade/events';
import type { Connection, ConnectionsTable } from './ports.ts';

/** How many a message went to, how many were gone, and whom it did not reach. */
export interface Told {
  sent: number;
  gone: number;
  failed: { connection: Connection; error: unknown }[];
}

export interface TellParts {
  connections: Pick<ConnectionsTable, 'of' | 'all'>;
  send(connections: readonly Connection[], message: string): Promise<Told>;
  /** Tells of something that went wrong and need not be mended. */
  warn(message: string, error: unknown): void;
}

/** Some of a player's connections, which may be open, were not reached. */
export class UntoldError extends Error {
  override readonly name = 'UntoldError';
  readonly code = 'UNTOLD';

  constructor(count: number, cause: unknown) {
    super(`${count} open connection(s) of the player were not reached`, { cause });
  }
}

/**
 * Tells a player, wherever they are connected. Whoever is not connected asks for the outcome: nothing is kept for them. Throws
 * UntoldError, so that it is tried again: a client drops what it has heard already.
 */
export async function tellPlayer({ connections, send }: TellParts, player: string, event: AnyEvent): Promise<Told> {
  const told = await send(await connections.of(player), JSON.stringify(event));
  if (told.failed.length > 0) throw new UntoldError(told.failed.length, told.failed[0]?.error);
  return told;
}

/**
 * Tells everybody who is connected. Who is not reached is not worth telling all others again: the next look at the world shows
 * the same.
 */
export async function tellAll({ connections, send, warn }: TellParts, event: AnyEvent): Promise<Told> {
  const told = await send(await connections.all(), JSON.stringify(event));
  if (told.failed.length > 0) warn(`${told.failed.length} connection(s) were not reached`, told.failed[0]?.error);
  return told;
}
