import { createVirtualClock, type VirtualClock } from '../../core/clock.ts';
import type { Core } from '../../core/cloud.ts';
import { Faults } from '../../core/faults.ts';
import { Journal } from '../../core/journal.ts';
import { ROOT } from '../../core/principal.ts';
import { seededRandom } from '../../core/random.ts';
import { openStore } from '../../core/store/index.ts';
import { createDynamoDb, type DynamoDb } from '../index.ts';

export type Answer = Record<string, unknown>;
export type Call = (operation: string, input: Record<string, unknown>) => Promise<Answer>;

/** DynamoDB alone, without the front door. */
export interface TestDynamoDb {
  dynamodb: DynamoDb;
  clock: VirtualClock;
  journal: Journal;
  /** Runs an operation as the front door would. */
  call: Call;
}

export function startDynamoDb(options: { stateFolder?: string; startMs?: number } = {}): TestDynamoDb {
  const clock = createVirtualClock({ startMs: options.startMs ?? Date.parse('2030-01-01T00:00:00Z') });
  const journal = new Journal(clock);
  let ids = 0;
  const core: Core = {
    clock,
    journal,
    faults: new Faults(undefined, journal),
    authorize: () => {},
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    random: seededRandom(1),
    deliver: async () => {},
    registerTarget: () => {},
    interceptors: [],
    endpoint: () => 'http://127.0.0.1:0',
    store: openStore(undefined),
    stateFolder: options.stateFolder,
  };
  const dynamodb = createDynamoDb(core);
  const call: Call = async (name, input) => {
    const operation = dynamodb.service?.operations[name];
    if (!operation) throw new Error(`no operation ${name}`);
    const answer = await operation.run(input, { principal: ROOT, requestId: 'request', endpoint: '' });
    return JSON.parse(JSON.stringify(answer)) as Answer;
  };
  return { dynamodb, clock, journal, call };
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
