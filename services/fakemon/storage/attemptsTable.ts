import { createTable, missing } from '@arcade/dynamodb';
import { failureReason } from '@arcade/events/contracts/fakemon';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Decided } from '../domain/attempt.ts';
import type { AttemptsTable } from '../domain/ports.ts';
import { KEEP_SECONDS, secondsOf } from './expiry.ts';

const base = { player: z.string(), attemptId: z.string(), fakemonId: z.string(), decidedAtMs: z.number() };
const stored = z.discriminatedUnion('outcome', [
  z.object({ ...base, outcome: z.literal('captured'), species: z.string(), unitsLeft: z.int() }),
  z.object({
    ...base,
    outcome: failureReason,
    species: z.optional(z.string()),
    lateMs: z.optional(z.number()),
    takenBy: z.optional(z.string()),
  }),
]) satisfies z.ZodMiniType<Decided>;
type Stored = z.output<typeof stored> & { expiresAt?: number };

/** How attempts went, an item each. */
export function createAttemptsTable(client: DynamoDBDocumentClient, name: string): AttemptsTable {
  const table = createTable<Stored>({ client, name, key: ['player', 'attemptId'], parse: stored.parse });

  return {
    find: ({ player, attemptId }) => table.get({ player, attemptId }),

    async settle(decided) {
      const expiresAt = secondsOf(decided.decidedAtMs) + KEEP_SECONDS;
      const written = await table.put({ ...decided, expiresAt }, { when: missing('player') });
      return written.outcome === 'refused' ? (written.current ?? decided) : decided;
    },
  };
}
