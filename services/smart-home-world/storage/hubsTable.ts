import { createTable, equal, missing } from '@arcade/dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { HubsTable } from '../domain/ports.ts';
import { secondsOf } from './expiry.ts';

const stored = z.object({
  account: z.string(),
  version: z.int(),
  grant: z.record(z.string(), z.unknown()),
  expiresAt: z.number(),
});

/** What the hubs on the premises keep, an item each. */
export function createHubsTable(client: DynamoDBDocumentClient, name: string): HubsTable {
  const table = createTable({ client, name, key: ['account'], parse: stored.parse });

  return {
    async find(account) {
      const found = await table.get({ account });
      return found && { version: found.version, grant: found.grant };
    },

    async put(account, grant, version, expiresAtMs) {
      const when = version === undefined ? undefined : version === 0 ? missing('account') : equal('version', version);
      const change = { set: { grant, expiresAt: secondsOf(expiresAtMs) }, add: { version: 1 } };
      const written = await table.update({ account }, change, when ? { when } : {});
      return written.outcome === 'done' ? { version: written.item.version, grant } : 'changed';
    },

    async remove(account) {
      await table.remove({ account });
    },
  };
}
