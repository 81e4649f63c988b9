import { createTable, equal, missing, transact } from '@arcade/dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { withOneMore } from '../domain/bag.ts';
import type { Hunters } from '../domain/ports.ts';
import { KEY, SHELVES } from './shelves.ts';

/** The bag as it is, beside the attempts that were counted. No attempt has this id: theirs begin with `attempt#`. */
const TOTAL = 'total';

const stored = z.object({
  shelf: z.string(),
  id: z.string(),
  caught: z.int(),
  latest: z.object({ id: z.string(), name: z.string(), atMs: z.number(), chain: z.string() }),
});

/**
 * What hunters have caught: a shelf each, with the bag, and for each attempt the bag that it was counted into. What was counted has no
 * TTL, because an archive may send a capture again at any time.
 */
export function createHunters(client: DynamoDBDocumentClient, name: string): Hunters {
  const table = createTable({ client, name, key: KEY, parse: stored.parse });

  return {
    async count(capture) {
      const { player, attemptId } = capture.detail;
      const shelf = SHELVES.hunter(player);
      let before = await table.get({ shelf, id: TOTAL });
      // Ends: whenever this is not written, another capture of the hunter was.
      for (;;) {
        const bag = withOneMore(before, capture);
        const isAsRead = before ? equal('caught', before.caught) : missing('id');
        const written = await transact(client, {
          attempt: table.step.put({ shelf, id: `attempt#${attemptId}`, ...bag }, missing('id')),
          total: table.step.put({ shelf, id: TOTAL, ...bag }, isAsRead),
        });
        if (written.outcome === 'done') return bag;
        const { attempt, total } = written.refused;
        if (attempt) return stored.parse(attempt.current);
        before = stored.parse(total?.current);
      }
    },
  };
}
