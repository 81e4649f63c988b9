import { rules } from './engine.ts';
import type { IndexDescription, Item, ItemChange, TableDescription } from './store/item.ts';
import { type Store, withoutUndefined } from './store/store.ts';

/** A write unit is 1 KB, a read unit 4 KB: docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html */
const WRITE_UNIT_BYTES = 1024;
const READ_UNIT_BYTES = 4096;
/** Transactions cost twice: once to prepare, once to commit. */
export const TRANSACTION_FACTOR = 2;

/** What one operation consumed on one table, in capacity units. */
export interface Consumption {
  table: string;
  /** `read` or `write`. */
  kind: 'read' | 'write';
  /** Units on the table itself, without its indexes. */
  tableUnits: number;
  /** Units by index name. */
  globalIndexes: Record<string, number>;
  localIndexes: Record<string, number>;
}

/** The capacity that the write of one item consumes on its table and on the indexes that it touches. */
export function writeConsumption(store: Store, change: ItemChange, factor = 1): Consumption {
  const table = store.table(change.table);
  return {
    table: change.table,
    kind: 'write',
    tableUnits: factor * Math.max(writeUnits(change.before), writeUnits(change.after)),
    globalIndexes: table ? indexUnits(table.GlobalSecondaryIndexes, table, change, factor) : {},
    localIndexes: table ? indexUnits(table.LocalSecondaryIndexes, table, change, factor) : {},
  };
}

/** The units that reading one item by its key consumes; a key without an item costs as much as a small one. */
export function readUnits(item: Item | undefined, consistent: boolean, factor = 1): number {
  const units = Math.max(1, item ? Math.ceil(rules.itemSize(item) / READ_UNIT_BYTES) : 1);
  return factor * (consistent ? units : units / 2);
}

function writeUnits(item: Item | undefined): number {
  return item ? Math.max(1, Math.ceil(rules.itemSize(item) / WRITE_UNIT_BYTES)) : 1;
}

/** An index entry that moves costs a delete and a put, one that does not change costs nothing. */
function indexUnits(
  indexes: IndexDescription[] | undefined,
  table: TableDescription,
  change: ItemChange,
  factor: number,
): Record<string, number> {
  const units: Record<string, number> = {};
  for (const index of indexes ?? []) {
    const before = entryOf(index, table, change.before);
    const after = entryOf(index, table, change.after);
    if (!before && !after) continue;
    const moved = before && after && before.key !== after.key;
    if (moved) units[index.IndexName] = factor * (writeUnits(before.item) + writeUnits(after.item));
    else if (JSON.stringify(before?.item) !== JSON.stringify(after?.item))
      units[index.IndexName] = factor * Math.max(writeUnits(before?.item), writeUnits(after?.item));
  }
  return units;
}

function entryOf(index: IndexDescription, table: TableDescription, item: Item | undefined) {
  const [put] = rules.getIndexActions([index], undefined, item, table).puts;
  return put && { ...put, item: withoutUndefined(put.item) };
}

/** Adds up what several writes or reads of one kind consumed, per table. */
export function sumByTable(consumptions: Consumption[]): Consumption[] {
  const sums = new Map<string, Consumption>();
  for (const one of consumptions) {
    const sum = sums.get(one.table);
    if (!sum) {
      sums.set(one.table, { ...one, globalIndexes: { ...one.globalIndexes }, localIndexes: { ...one.localIndexes } });
      continue;
    }
    sum.tableUnits += one.tableUnits;
    addTo(sum.globalIndexes, one.globalIndexes);
    addTo(sum.localIndexes, one.localIndexes);
  }
  return [...sums.values()];
}

function addTo(sum: Record<string, number>, more: Record<string, number>): void {
  for (const [name, units] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + units;
}

/** All units of it together. */
export function totalUnits({ tableUnits, globalIndexes, localIndexes }: Consumption): number {
  const indexes = [...Object.values(globalIndexes), ...Object.values(localIndexes)];
  return indexes.reduce((sum, units) => sum + units, tableUnits);
}

/**
 * In the shape of the answer's `ConsumedCapacity`, as `ReturnConsumedCapacity` asks; undefined when it does not. Only
 * transactions say how many of the units were read and how many written.
 */
export function describeCapacity(consumption: Consumption, asked: unknown, transactional = false) {
  if (asked !== 'TOTAL' && asked !== 'INDEXES') return undefined;
  const units = (count: number) => ({
    ...(transactional && { [consumption.kind === 'read' ? 'ReadCapacityUnits' : 'WriteCapacityUnits']: count }),
    CapacityUnits: count,
  });
  const indexes = (byName: Record<string, number>) =>
    Object.fromEntries(Object.entries(byName).map(([name, count]) => [name, units(count)]));
  return {
    TableName: consumption.table,
    ...units(totalUnits(consumption)),
    ...(asked === 'INDEXES' && {
      Table: units(consumption.tableUnits),
      ...(Object.keys(consumption.globalIndexes).length > 0 && {
        GlobalSecondaryIndexes: indexes(consumption.globalIndexes),
      }),
      ...(Object.keys(consumption.localIndexes).length > 0 && {
        LocalSecondaryIndexes: indexes(consumption.localIndexes),
      }),
    }),
  };
}
