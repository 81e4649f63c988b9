import { createTable, equal, missing } from '@arcade/dynamodb';
import { type Happening, happening } from '@arcade/events/contracts/lobby';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Feed } from '../domain/ports.ts';
import { KEY, SHELVES } from './shelves.ts';

const { happeningId: _id, ...said } = happening.shape;
const stored = z.object({ shelf: z.literal(SHELVES.feed), id: z.string(), ...said });
type Stored = z.output<typeof stored> & { expiresAt?: number };

/** The feed: a happening an item, by its id; the index `Newest` has them by their time. An item that cannot be read is left out, and said. */
export function createFeed(
  client: DynamoDBDocumentClient,
  name: string,
  warn: (message: string, error: unknown) => void,
): Feed {
  const table = createTable<Stored>({ client, name, key: KEY, parse: stored.parse });
  const onMalformed = (error: Error) => warn('a happening cannot be read', error);

  return {
    async add({ happeningId: id, ...rest }, keepUntilMs) {
      const item = { shelf: SHELVES.feed, id, ...rest, expiresAt: Math.floor(keepUntilMs / 1000) };
      const { outcome } = await table.put(item, { when: missing('id') });
      return outcome === 'done' ? 'added' : 'there';
    },

    async newest(count) {
      const happenings: Happening[] = [];
      const read = { index: 'Newest', descending: true, pageSize: count, onMalformed };
      for await (const { shelf: _shelf, id: happeningId, ...rest } of table.query(equal('shelf', SHELVES.feed), read)) {
        happenings.push({ happeningId, ...rest });
        if (happenings.length === count) break;
      }
      return happenings;
    },
  };
}
