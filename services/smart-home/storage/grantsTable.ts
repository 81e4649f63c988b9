import { and, createTable, equal, lessOrEqual, missing, or } from '@arcade/dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Grant, GrantsTable } from '../domain/grants.ts';

const stored = z.object({
  account: z.string(),
  grantId: z.string(),
  keeper: z.enum(['table', 'hub']),
  sealed: z.optional(z.object({ access: z.string(), refresh: z.string() })),
  expiresAtMs: z.number(),
  refreshingUntilMs: z.optional(z.number()),
}) satisfies z.ZodMiniType<Grant>;

/** The customers' grants, an item each. What is said of a grant that has been replaced changes nothing. */
export function createGrantsTable(client: DynamoDBDocumentClient, name: string): GrantsTable {
  const table = createTable({ client, name, key: ['account'], parse: stored.parse });
  const isStill = ({ grantId }: Pick<Grant, 'grantId'>) => equal('grantId', grantId);

  return {
    find: (account) => table.get({ account }),

    async put(grant) {
      await table.put({ ...grant });
    },

    async lease(grant, nowMs, untilMs) {
      const isFree = or(missing('refreshingUntilMs'), lessOrEqual('refreshingUntilMs', nowMs));
      // Whoever has fetched one meanwhile has set another end.
      const when = and(isStill(grant), equal('expiresAtMs', grant.expiresAtMs), isFree);
      const change = { set: { refreshingUntilMs: untilMs } };
      return (await table.change({ account: grant.account }, change, { when })).outcome === 'done';
    },

    async renew(grant, changes) {
      const change = { set: { ...changes }, remove: ['refreshingUntilMs'] };
      return (await table.change({ account: grant.account }, change, { when: isStill(grant) })).outcome === 'done';
    },

    async release(grant, untilMs) {
      const when = and(isStill(grant), equal('refreshingUntilMs', untilMs));
      await table.change({ account: grant.account }, { remove: ['refreshingUntilMs'] }, { when });
    },

    async remove({ account, grantId }) {
      return (await table.remove({ account }, { when: isStill({ grantId }) })).outcome === 'done';
    },
  };
}
