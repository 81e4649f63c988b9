import { createTable, equal, missing } from '@arcade/dynamodb';
import { failureReason } from '@arcade/events/contracts/fakemon';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Claim, Decided } from '../domain/attempt.ts';
import type { AttemptsTable } from '../domain/ports.ts';
import { KEEP_SECONDS, secondsOf } from './expiry.ts';

const base = { player: z.string(), attemptId: z.string(), fakemonId: z.string() };
const decided = { ...base, decidedAtMs: z.number() };
const stored = z.discriminatedUnion('outcome', [
  z.object({ ...base, outcome: z.literal('open'), thrownAtMs: z.number() }),
  z.object({ ...decided, outcome: z.literal('captured'), species: z.string(), unitsLeft: z.int() }),
  z.object({
    ...decided,
    outcome: failureReason,
    species: z.optional(z.string()),
    lateMs: z.optional(z.number()),
    takenBy: z.optional(z.string()),
  }),
]) satisfies z.ZodMiniType<Claim | Decided>;
type Stored = z.output<typeof stored> & { expiresAt?: number };

const lasting = <Row extends Claim | Decided>(row: Row) => ({
  ...row,
  expiresAt: secondsOf(row.outcome === 'open' ? row.thrownAtMs : row.decidedAtMs) + KEEP_SECONDS,
});

/** How attempts went, an item each; `open` while it is not decided. */
export function createAttemptsTable(client: DynamoDBDocumentClient, name: string): AttemptsTable {
  const table = createTable<Stored>({ client, name, key: ['player', 'attemptId'], parse: stored.parse });

  return {
    async begin(attempt) {
      const written = await table.put(lasting(attempt), { when: missing('player') });
      return written.outcome === 'refused' ? (written.current ?? attempt) : attempt;
    },

    async finish(decided) {
      const written = await table.put(lasting(decided), { when: equal('outcome', 'open') });
      const standing = written.outcome === 'refused' && written.current;
      return standing && standing.outcome !== 'open' ? standing : decided;
    },
  };
}
