import { createTable, equal, missing } from '@arcade/dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { WildTable } from '../domain/ports.ts';
import { keyOf } from '../domain/wild.ts';
import { KEEP_SECONDS, secondsOf } from './expiry.ts';

/** The only partition of the index `Now`, which says what is in the world: the items that have it, by when they go. */
const PLACE = 'world';

const stored = z.object({
  fakemonId: z.string(),
  species: z.string(),
  x: z.number(),
  y: z.number(),
  units: z.int(),
  unitsLeft: z.int(),
  appearsAtMs: z.number(),
  expiresAtMs: z.number(),
  salt: z.string(),
  winners: z.record(z.string(), z.object({ unitsLeft: z.int(), atMs: z.number() })),
  takenAtMs: z.optional(z.number()),
  takenBy: z.optional(z.string()),
});
type Stored = z.output<typeof stored> & { place?: typeof PLACE; expiresAt?: number };

/** The fakémon, an item each. */
export function createWorldTable(client: DynamoDBDocumentClient, name: string): WildTable {
  const table = createTable<Stored>({ client, name, key: ['fakemonId'], parse: stored.parse });

  return {
    find: (fakemonId) => table.get({ fakemonId }),

    async take({ fakemonId, unitsLeft }, attempt, win) {
      const change = {
        set: { [`winners.${keyOf(attempt)}`]: win, takenAtMs: win.atMs, takenBy: attempt.name },
        add: { unitsLeft: -1 },
      };
      // With no unit gone, there is no other winner either.
      const written = await table.change({ fakemonId }, change, { when: equal('unitsLeft', unitsLeft) });
      return written.outcome === 'done' ? 'taken' : { refused: written.current };
    },

    async appear(wild) {
      const expiresAt = secondsOf(wild.expiresAtMs) + KEEP_SECONDS;
      const item = { ...wild, winners: { ...wild.winners }, place: PLACE, expiresAt } as const;
      const written = await table.put(item, { when: missing('fakemonId') });
      return written.outcome === 'refused' ? (written.current ?? wild) : wild;
    },
  };
}
