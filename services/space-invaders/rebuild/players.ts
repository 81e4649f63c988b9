import { createTable, missing } from '@arcade/dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Contender } from '../domain/contender.ts';
import type { ContendersTable } from '../domain/ports.ts';
import { createContendersTable } from '../storage/contendersTable.ts';

/** The players' table, for whoever makes a board again. */
export interface PlayersTable extends Pick<ContendersTable, 'findAll'> {
  /**
   * Writes players where nothing has changed since they were read as `known`, and those who were not there, without a seat. Gives the names of
   * those who have changed.
   */
  write(contenders: readonly Contender[], known: readonly Contender[]): Promise<string[]>;
}

export function playersTable(client: DynamoDBDocumentClient, name: string): PlayersTable {
  const contenders = createContendersTable(client, name, Date);
  const table = createTable({
    client,
    name,
    key: ['player', 'sessionId'],
    parse: (raw) => raw as Record<string, unknown>,
  });

  /** Who is not there has no seat: no counter says that there is one. */
  const add = async (contender: Contender) => {
    const { rank, sessionId } = contender;
    const item = { ...contender, freedAtMs: contender.seenAtMs, ...(rank !== undefined && { board: sessionId }) };
    return (await table.put(item, { when: missing('player') })).outcome === 'done';
  };

  return {
    findAll: contenders.findAll,
    async write(rebuilt, known) {
      const before = new Map(known.map((contender) => [contender.player, contender]));
      const refused: string[] = [];
      for (const contender of rebuilt) {
        const seen = before.get(contender.player);
        // Seen by whoever looks for idle players, too: only what is on the board changes.
        const next = seen && { ...seen, ...standingOf(contender) };
        const isDone = seen && next ? (await contenders.keep(seen, next)) === 'kept' : await add(contender);
        if (!isDone) refused.push(contender.name);
      }
      return refused;
    },
  };
}

const standingOf = ({ latest, trialSinceMs, missed, shown, rank }: Contender) => ({
  ...{ latest, trialSinceMs, missed, shown, rank },
});
