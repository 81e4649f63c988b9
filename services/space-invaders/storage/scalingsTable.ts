import { and, between, createTable, equal } from '@arcade/dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { ScalingsTable } from '../domain/ports.ts';

/** Beside the sessions, in a partition of their own: ten a day at the most. */
const KIND = 'scaling';
const FOR_EVER_MS = Date.parse('9999-12-31');

const scaling = z.object({
  kind: z.literal(KIND),
  /** When, in ISO 8601: they sort by time, as sessions do. */
  sessionId: z.string(),
  atMs: z.int(),
  from: z.int(),
  to: z.int(),
});

const timeOf = (atMs: number) => new Date(atMs).toISOString();

/** When the number of the stream's shards was set, in the table of sessions. */
export function createScalingsTable(client: DynamoDBDocumentClient, name: string): ScalingsTable {
  const table = createTable({ client, name, key: ['kind', 'sessionId'], parse: scaling.parse });
  return {
    async since(atMs) {
      const times = and(equal('kind', KIND), between('sessionId', timeOf(atMs), timeOf(FOR_EVER_MS)));
      const found: number[] = [];
      for await (const item of table.query(times, { consistent: true })) found.push(item.atMs);
      return found;
    },
    async keep({ atMs, from, to }) {
      await table.put({ kind: KIND, sessionId: timeOf(atMs), atMs, from, to });
    },
  };
}
