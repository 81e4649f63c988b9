import { createTable, exists } from '@arcade/dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { hashOf } from '../domain/bearer.ts';
import type { Grant, TokensTable } from '../domain/ports.ts';
import { secondsOf } from './expiry.ts';

const stored = z.object({
  tokenHash: z.string(),
  kind: z.enum(['code', 'access', 'refresh']),
  homeId: z.string(),
  issuedAtMs: z.number(),
  expiresAtMs: z.number(),
  expiresAt: z.number(),
});

const grantOf = ({ kind, homeId, issuedAtMs, expiresAtMs }: z.output<typeof stored>): Grant => ({
  kind,
  homeId,
  issuedAtMs,
  expiresAtMs,
});

/** Tokens and codes by their digests: what stands here opens nothing. */
export function createTokensTable(client: DynamoDBDocumentClient, name: string): TokensTable {
  const table = createTable({ client, name, key: ['tokenHash'], parse: stored.parse });

  return {
    async issue(token, grant) {
      // A minute longer than it is good: whoever comes too late is told so by the time, not by a missing item.
      await table.put({ ...grant, tokenHash: hashOf(token), expiresAt: secondsOf(grant.expiresAtMs) + 60 });
    },

    async find(token) {
      const found = await table.get({ tokenHash: hashOf(token) });
      return found && grantOf(found);
    },

    async take(token) {
      const tokenHash = hashOf(token);
      const found = await table.get({ tokenHash });
      if (!found) return undefined;
      const removed = await table.remove({ tokenHash }, { when: exists('tokenHash') });
      return removed.outcome === 'done' ? grantOf(found) : undefined;
    },
  };
}
