import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { equal } from './expressions.ts';
import { createTable } from './table.ts';

/** API Gateway ends a connection after two hours ("WebSocket API quotas"), and $disconnect may never be heard. */
const KEEP_SECONDS = 2 * 60 * 60 + 10 * 60;

const stored = z.object({ player: z.string(), connectionId: z.string(), expiresAt: z.number() });

/** An open socket, and whose it is. */
export interface Connection {
  player: string;
  connectionId: string;
}

async function listed(items: AsyncIterable<Connection>): Promise<Connection[]> {
  const connections: Connection[] = [];
  for await (const { player, connectionId } of items) connections.push({ player, connectionId });
  return connections;
}

/**
 * Who is connected to a WebSocket API, an item each: a table with the key `player` and `connectionId`, whose TTL is `expiresAt`.
 *
 * @example
 * const { open, of } = createConnectionsTable(createDocumentClient(), env.CONNECTIONS_TABLE);
 */
export function createConnectionsTable(client: DynamoDBDocumentClient, name: string) {
  const table = createTable({ client, name, key: ['player', 'connectionId'], parse: stored.parse });

  return {
    /** `nowMs`: milliseconds since the epoch; it is kept a little longer than a connection may live. */
    async open({ player, connectionId }: Connection, nowMs: number): Promise<void> {
      await table.put({ player, connectionId, expiresAt: Math.floor(nowMs / 1000) + KEEP_SECONDS });
    },
    async close({ player, connectionId }: Connection): Promise<void> {
      await table.remove({ player, connectionId });
    },
    /** Those of a player, also one that has been opened just now: whoever connects and acts at once is told of it. */
    of: (player: string): Promise<Connection[]> => listed(table.query(equal('player', player), { consistent: true })),
    /** All of them. Nothing else is in the table, so that a scan reads what is wanted, and no more. */
    all: (): Promise<Connection[]> => listed(table.scan()),
  };
}

/** Who is connected, as `createConnectionsTable` gives it. */
export type ConnectionsTable = ReturnType<typeof createConnectionsTable>;
