import { rules } from './engine.ts';
import type { Item, ItemChange } from './store/item.ts';
import type { Store } from './store/store.ts';

/** What `ReturnItemCollectionMetrics` shows of the items under one partition key. */
export interface CollectionMetrics {
  ItemCollectionKey: Item;
  /** The gigabytes that the collection's size lies between, its entries in local indexes included. */
  SizeEstimateRangeGB: [number, number];
}

const GIGABYTE = 1024 ** 3;

/**
 * The item collections that changes touched, by table, when `ReturnItemCollectionMetrics` asks for them. Only tables with local
 * indexes have any: docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ItemCollections
 */
export function collectionMetrics(store: Store, asked: unknown, changes: readonly ItemChange[]) {
  const byTable = new Map<string, Map<string, CollectionMetrics>>();
  if (asked !== 'SIZE') return {};
  for (const { table, before, after } of changes) {
    const { LocalSecondaryIndexes: indexes, KeySchema } = store.table(table) ?? {};
    const partitionKey = KeySchema?.[0]?.AttributeName ?? '';
    const value = (after ?? before)?.[partitionKey];
    if (!indexes || !value) continue;
    const touched = byTable.get(table) ?? new Map<string, CollectionMetrics>();
    byTable.set(table, touched);
    const text = JSON.stringify(value);
    if (touched.has(text)) continue;
    const databases = [
      store.getItemDb(table),
      ...indexes.map(({ IndexName }) => store.getIndexDb('local', table, IndexName)),
    ];
    const items = databases.flatMap(({ entries }) => entries.values() as Item[]);
    const own = items.filter((item) => JSON.stringify(item[partitionKey]) === text);
    const gigabytes = Math.floor(own.reduce((bytes, item) => bytes + rules.itemSize(item), 0) / GIGABYTE);
    touched.set(text, {
      ItemCollectionKey: { [partitionKey]: value },
      SizeEstimateRangeGB: [gigabytes, gigabytes + 1],
    });
  }
  if (byTable.size === 0) return {};
  return { ItemCollectionMetrics: Object.fromEntries([...byTable].map(([name, all]) => [name, [...all.values()]])) };
}

/** The same for the write of one item, in the shape of its answer. */
export function singleCollectionMetrics(store: Store, asked: unknown, changes: readonly ItemChange[]) {
  const [metrics] = Object.values(collectionMetrics(store, asked, changes).ItemCollectionMetrics ?? {});
  return metrics ? { ItemCollectionMetrics: metrics[0] } : {};
}
