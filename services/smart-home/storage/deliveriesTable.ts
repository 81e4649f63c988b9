import { createTable, missing } from '@arcade/dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { DeliveriesTable } from '../domain/changed.ts';

/** How long a delivery is remembered, in seconds: as long as the vendor may try to deliver it, and longer than its signature counts. */
const KEEP_SECONDS = 24 * 60 * 60;

const stored = z.object({
  deliveryId: z.string(),
  signedAtMs: z.number(),
  isFinished: z.boolean(),
  /** Seconds since the epoch. */
  expiresAt: z.int(),
});

/** What the vendor has delivered, an item for each delivery. */
export function createDeliveriesTable(client: DynamoDBDocumentClient, name: string): DeliveriesTable {
  const table = createTable<z.output<typeof stored>>({ client, name, key: ['deliveryId'], parse: stored.parse });

  return {
    async begin(deliveryId, signedAtMs, nowMs) {
      const expiresAt = Math.floor(nowMs / 1000) + KEEP_SECONDS;
      const delivery = { deliveryId, signedAtMs, isFinished: false, expiresAt };
      const written = await table.put(delivery, { when: missing('deliveryId') });
      if (written.outcome === 'done') return 'new';
      const { current } = written;
      if (!current?.isFinished) return 'unfinished';
      return signedAtMs > current.signedAtMs ? 'finished' : 'replayed';
    },

    async finish(deliveryId, signedAtMs) {
      await table.change({ deliveryId }, { set: { isFinished: true, signedAtMs } });
    },
  };
}
