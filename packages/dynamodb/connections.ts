import type { Connection, ConnectionsTable } from '@arcade/lambda/connections';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { equal } from './expressions.ts';
import { createTable } from './table.ts';

/** API Gateway ends a connection after two hours ("WebSocket API quotas"), and $disconnect may never be heard. */
const KEEP_SECONDS = 2 * 60 * 60 + 10 * 60;

const stored = z.object({ player: z.string(), connectionId: z.string(), expiresAt: z.number() });

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
export function createConnectionsTable(client: DynamoDBDocumentClient, name: string): ConnectionsTable {
  const table = createTable({ client, name, key: ['player', 'connectionId'], parse: stored.parse });

  return {
    async open({ player, connectionId }, nowMs) {
      await table.put({ player, connectionId, expiresAt: Math.floor(nowMs / 1000) + KEEP_SECONDS });
    },
    async close({ player, connectionId }) {
      await table.remove({ player, connectionId });
    },
    of: (player) => listed(table.query(equal('player', player), { consistent: true })),
    // Nothing else is in the table, so that a scan reads what is wanted, and no more.
    all: () => listed(table.scan()),
  };
}
