import { createTable } from '@arcade/dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { CollectionTable } from '../domain/ports.ts';

const stored = z.object({
  player: z.string(),
  attemptId: z.string(),
  fakemonId: z.string(),
  species: z.string(),
  capturedAtMs: z.number(),
});

/** What the players have, an item each; the index `Newest` has them by time. */
export function createCollectionTable(client: DynamoDBDocumentClient, name: string): CollectionTable {
  const table = createTable({ client, name, key: ['player', 'attemptId'], parse: stored.parse });

  return {
    async add({ player, attemptId, fakemonId, species, capturedAtMs }) {
      await table.put({ player, attemptId, fakemonId, species, capturedAtMs });
    },
  };
}
