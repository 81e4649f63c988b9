import { createTable, missing, transact } from '@arcade/dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { RankingTable } from '../domain/ports.ts';
import { keyOf } from '../domain/wild.ts';

/** The board of all species together; each species has one of its own name. */
export const ALL = 'all';

/** Beside the boards: what was counted already. It has no TTL, because an archive may send a capture again at any time. */
const COUNTED = 'counted#';

/**
 * How many each player has captured, by board: `all`, and one for each species. The index `Board` has the most first. Each capture
 * is counted in one transaction with a marker of its attempt, which is what makes it count once.
 */
export function createRankingTable(client: DynamoDBDocumentClient, name: string): RankingTable {
  const table = createTable({ client, name, key: ['board', 'player'], parse: (raw) => raw as Record<string, unknown> });

  return {
    async count({ player, attemptId, name: nickname, species }) {
      const oneMore = { add: { captures: 1 }, set: { name: nickname } };
      const marker = { board: `${COUNTED}${keyOf({ player, attemptId })}`, player };
      const { outcome } = await transact(client, {
        marker: table.step.put(marker, missing('board')),
        all: table.step.update({ board: ALL, player }, oneMore),
        species: table.step.update({ board: species, player }, oneMore),
      });
      return outcome === 'done' ? 'counted' : 'counted-before';
    },
  };
}
