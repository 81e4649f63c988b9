import { createTable, missing, transact } from '@arcade/dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Hunters } from '../domain/ports.ts';
import { KEY, SHELVES } from './shelves.ts';

/** How many it is, beside the attempts that were counted. No attempt has this id: theirs begin with `attempt#`. */
const TOTAL = 'total';

const stored = z.object({ shelf: z.string(), id: z.string(), caught: z.optional(z.int()) });

/**
 * What hunters have caught: a shelf each, with an item for each attempt that was counted, and their number. What was counted has no
 * TTL, because an archive may send a capture again at any time.
 */
export function createHunters(client: DynamoDBDocumentClient, name: string): Hunters {
  const table = createTable({ client, name, key: KEY, parse: stored.parse });

  return {
    async count({ player, attemptId }) {
      const shelf = SHELVES.hunter(player);
      await transact(client, {
        attempt: table.step.put({ shelf, id: `attempt#${attemptId}` }, missing('id')),
        total: table.step.update({ shelf, id: TOTAL }, { add: { caught: 1 } }),
      });
      return (await table.get({ shelf, id: TOTAL }))?.caught ?? 0;
    },
  };
}
