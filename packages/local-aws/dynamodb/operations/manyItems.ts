import { type Consumption, describeCapacity } from '../capacity.ts';
import { countWrites, type Database, tableNameOf } from '../database.ts';
import { checkInput, runLater, runNow } from '../engine.ts';
import { refuseCollectionMetrics } from './singleItems.ts';

/** dynalite's `ConsumedCapacity`, asked for with `INDEXES`. */
interface EngineCapacity {
  TableName: string;
  CapacityUnits: number;
  Table?: { CapacityUnits: number };
  GlobalSecondaryIndexes?: Record<string, { CapacityUnits: number }>;
  LocalSecondaryIndexes?: Record<string, { CapacityUnits: number }>;
}

/** Query and Scan. They read one moment's state, even of a table that is being written. */
export function readRange(operation: 'Query' | 'Scan') {
  return async (database: Database, raw: Record<string, unknown>): Promise<unknown> => {
    const { store } = database;
    const checked = checkInput(operation, { ...raw, TableName: tableNameOf(raw.TableName) }, store);
    const asked = checked.ReturnConsumedCapacity;
    checked.ReturnConsumedCapacity = 'INDEXES';
    const result = await runLater(operation, checked, store);
    const consumed = fromEngine(result.ConsumedCapacity as EngineCapacity);
    database.usage.count(operation, consumed);
    return { ...result, ConsumedCapacity: describeCapacity(consumed, asked) };
  };
}

/** BatchGetItem. */
export async function batchGetItem(database: Database, raw: Record<string, unknown>): Promise<unknown> {
  const { store } = database;
  const checked = checkInput('BatchGetItem', withTableNames(raw), store);
  const asked = checked.ReturnConsumedCapacity;
  checked.ReturnConsumedCapacity = 'INDEXES';
  const result = runNow('BatchGetItem', checked, store);
  const consumed = (result.ConsumedCapacity as EngineCapacity[]).map(fromEngine);
  for (const one of consumed) database.usage.count('BatchGetItem', one);
  return { ...result, ConsumedCapacity: describeAll(consumed, asked) };
}

/** BatchWriteItem. */
export async function batchWriteItem(database: Database, raw: Record<string, unknown>): Promise<unknown> {
  const { store } = database;
  refuseCollectionMetrics(raw);
  const checked = checkInput('BatchWriteItem', withTableNames(raw), store);
  const asked = checked.ReturnConsumedCapacity;
  checked.ReturnConsumedCapacity = 'NONE';
  const { result, changes } = store.commit(() => runNow('BatchWriteItem', checked, store));
  return { ...result, ConsumedCapacity: describeAll(countWrites(database, 'BatchWriteItem', changes), asked) };
}

function withTableNames(raw: Record<string, unknown>): Record<string, unknown> {
  const { RequestItems: byTable } = raw;
  if (typeof byTable !== 'object' || byTable === null || Array.isArray(byTable)) return raw;
  const named = Object.entries(byTable).map(([table, requests]) => [tableNameOf(table), requests]);
  return { ...raw, RequestItems: Object.fromEntries(named) };
}

function describeAll(consumed: Consumption[], asked: unknown) {
  return asked === 'TOTAL' || asked === 'INDEXES' ? consumed.map((one) => describeCapacity(one, asked)) : undefined;
}

function fromEngine(capacity: EngineCapacity): Consumption {
  const units = (byName: EngineCapacity['GlobalSecondaryIndexes']) =>
    Object.fromEntries(Object.entries(byName ?? {}).map(([name, { CapacityUnits }]) => [name, CapacityUnits]));
  return {
    table: capacity.TableName,
    kind: 'read',
    tableUnits: capacity.Table?.CapacityUnits ?? capacity.CapacityUnits,
    globalIndexes: units(capacity.GlobalSecondaryIndexes),
    localIndexes: units(capacity.LocalSecondaryIndexes),
  };
}
