import type { VirtualClock } from '../../core/clock.ts';
import type { Journal } from '../../core/journal.ts';
import type { Store } from '../../core/store/index.ts';
import { createTestCore } from '../../core/tests/testCore.ts';
import { createDynamoDb, type DynamoDb } from '../index.ts';

export type Answer = Record<string, unknown>;
export type Call = (operation: string, input: Record<string, unknown>) => Promise<Answer>;

/** DynamoDB alone, without the front door. */
export interface TestDynamoDb {
  dynamodb: DynamoDb;
  clock: VirtualClock;
  journal: Journal;
  store: Store;
  /** Runs an operation as the front door would. */
  call: Call;
}

export function startDynamoDb(options: { stateFolder?: string; startMs?: number } = {}): TestDynamoDb {
  const core = createTestCore({ startMs: Date.parse('2030-01-01T00:00:00Z'), ...options });
  const dynamodb = core.add(createDynamoDb(core));
  const call: Call = async (name, input) =>
    JSON.parse(JSON.stringify(await core.ask('dynamodb', name, input))) as Answer;
  return { dynamodb, clock: core.clock, journal: core.journal, store: core.store, call };
}

/** A table `scores` with partition key `game`, sort key `player`, an index `byScore` and what else is asked. */
export function scoresTable(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    TableName: 'scores',
    AttributeDefinitions: [
      { AttributeName: 'game', AttributeType: 'S' },
      { AttributeName: 'player', AttributeType: 'S' },
      { AttributeName: 'score', AttributeType: 'N' },
    ],
    KeySchema: [
      { AttributeName: 'game', KeyType: 'HASH' },
      { AttributeName: 'player', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byScore',
        KeySchema: [
          { AttributeName: 'game', KeyType: 'HASH' },
          { AttributeName: 'score', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
    ...overrides,
  };
}

/** An item of `scores`. */
export function scoreItem(player: string, score: number, more: Record<string, unknown> = {}) {
  return { game: { S: 'chess' }, player: { S: player }, score: { N: String(score) }, ...more };
}

/** The key of an item of `scores`. */
export const scoreKey = (player: string) => ({ game: { S: 'chess' }, player: { S: player } });
