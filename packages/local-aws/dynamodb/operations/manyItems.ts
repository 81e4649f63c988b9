import { type Consumption, describeCapacity } from '../capacity.ts';
import { collectionMetrics } from '../collections.ts';
import { countWrites, type Database, tableNameOf } from '../database.ts';
import { checkInput, type Input, runLater, runNow, validationException } from '../engine.ts';

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
    const checked = checkInput(operation, { ...raw, TableName: tableNameOf(raw.TableName) }, store, ['ConsistentRead']);
    if (operation === 'Scan') mendScan(checked, raw);
    const asked = checked.ReturnConsumedCapacity;
    checked.ReturnConsumedCapacity = 'INDEXES';
    const result = await runLater(operation, checked, store);
    const consumed = fromEngine(result.ConsumedCapacity as EngineCapacity);
    database.usage.count(operation, consumed);
    return { ...result, ConsumedCapacity: describeCapacity(consumed, asked) };
  };
}

/** What dynalite overlooks in a Scan: the parameter ConsistentRead, and a first segment of nothing. */
function mendScan(checked: Input, { ConsistentRead, Segment, TotalSegments }: Record<string, unknown>): void {
  if (ConsistentRead === true) checked.ConsistentRead = true;
  if (Segment === 0 && (TotalSegments === undefined || TotalSegments === null))
    throw validationException(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
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
  refuseTooMany(raw);
  const checked = checkInput('BatchWriteItem', withTableNames(raw), store);
  const asked = checked.ReturnConsumedCapacity;
  checked.ReturnConsumedCapacity = 'NONE';
  const { result, changes } = store.commit(() => runNow('BatchWriteItem', checked, store));
  return {
    ...result,
    ConsumedCapacity: describeAll(countWrites(database, 'BatchWriteItem', changes), asked),
    ...collectionMetrics(store, checked.ReturnItemCollectionMetrics, changes),
  };
}

/** docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html: over all tables together. */
const MOST_WRITES = 25;

/** dynalite counts each table for itself, in DynamoDB's words for one table. */
function refuseTooMany({ RequestItems: byTable }: Record<string, unknown>): void {
  const lists = Object.values((byTable ?? {}) as Record<string, unknown>).filter((list) => Array.isArray(list));
  const count = lists.reduce((sum, list) => sum + list.length, 0);
  if (count > MOST_WRITES && lists.every((list) => list.length <= MOST_WRITES))
    throw validationException('Too many items requested for the BatchWriteItem call');
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
