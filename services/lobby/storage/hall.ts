import { createTable, equal, less, missing, or } from '@arcade/dynamodb';
import { type Fame, fame } from '@arcade/events/contracts/lobby';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Hall } from '../domain/ports.ts';
import { KEY, SHELVES } from './shelves.ts';

const { discipline, ...record } = fame.shape;
const stored = z.object({ shelf: z.literal(SHELVES.hall), id: discipline, ...record, rank: z.string() });

/** The hall of fame: a record an item, by its discipline. An item that cannot be read is left out, and said. */
export function createHall(
  client: DynamoDBDocumentClient,
  name: string,
  warn: (message: string, error: unknown) => void,
): Hall {
  const table = createTable({ client, name, key: KEY, parse: stored.parse });
  const onMalformed = (error: Error) => warn('a record cannot be read', error);

  return {
    async claim({ discipline: id, ...claim }) {
      const item = { shelf: SHELVES.hall, id, ...claim } as const;
      const written = await table.put(item, { when: or(missing('rank'), less('rank', claim.rank)) });
      if (written.outcome === 'done') return 'set';
      return written.current?.rank === claim.rank ? 'standing' : 'missed';
    },

    async records() {
      const records: Fame[] = [];
      const read = { consistent: true, onMalformed };
      for await (const { shelf: _shelf, rank: _rank, id, ...rest } of table.query(equal('shelf', SHELVES.hall), read))
        records.push({ discipline: id, ...rest });
      return records;
    },
  };
}
