import type { Core } from '../core/cloud.ts';
import type { LocalService, Operation } from '../core/service.ts';
import type { Database } from './database.ts';
import { checkInput, runLater, runNow } from './engine.ts';
import { Expiry } from './expiry.ts';
import { errorWithoutMarks, withMarkedNames, withoutMarks } from './names.ts';
import { batchGetItem, batchWriteItem, readRange } from './operations/manyItems.ts';
import { getItem, writeItem } from './operations/singleItems.ts';
import { createTable, deleteTable, describeTable, fillIndexes } from './operations/tables.ts';
import { describeTimeToLive, updateTimeToLive } from './operations/timeToLive.ts';
import { transactGetItems } from './operations/transactGetItems.ts';
import { orderTokens, transactWriteItems } from './operations/transactWriteItems.ts';
import { updateTable } from './operations/updateTable.ts';
import {
  onAll,
  onBatch,
  onItem,
  onQuery,
  onResourceArn,
  onScan,
  onTable,
  onTransaction,
  type PermissionsOf,
  tableArn,
} from './permissions.ts';
import { Store } from './store/store.ts';
import { tableResource } from './tableResource.ts';
import { type TableUsage, Usage } from './usage.ts';

type Raw = Record<string, unknown>;
type Run = (database: Database, input: Raw) => Promise<unknown>;

/** DynamoDB, and what was asked of it. */
export type DynamoDb = LocalService & {
  /** Requests and capacity units since the start, by table name. */
  usage(): Record<string, TableUsage>;
};

/**
 * DynamoDB: dynalite's operations on a store of our own, with what dynalite lacks (transactions, TTL, indexes that are
 * added later, capacity of indexes). State is in memory, and kept in `core.store`.
 */
export function createDynamoDb(core: Core): DynamoDb {
  const store: Store = new Store({ durable: core.store, onChange: (change) => expiry.note(change) });
  const expiry = new Expiry(store, core.clock, core.journal);
  const database: Database = { store, usage: new Usage(), clock: core.clock };
  fillIndexes(store);
  orderTokens(store);
  for (const table of store.settings('ttl').entries.keys()) expiry.watch(table);

  return {
    id: 'dynamodb',
    // A batch of 25 items of 400 KB each.
    protocol: { kind: 'json', targetPrefix: 'DynamoDB_20120810', version: '1.0', maxValues: 250_000 },
    errors: { namespace: 'com.amazonaws.dynamodb.v20120810#', throttled: THROTTLED },
    operations: operationsOn(database, (table) => expiry.watch(table)),
    resources: [tableResource(database, (table) => expiry.watch(table))],
    usage: () => database.usage.read(),
    async close() {
      expiry.stop();
    },
  };
}

const THROTTLED = {
  code: 'ProvisionedThroughputExceededException',
  status: 400,
  message:
    'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
};

/** Every operation under AWS's own name. */
function operationsOn(database: Database, onTtlChange: (table: string) => void): Record<string, Operation<Raw>> {
  const operation =
    (permissions: PermissionsOf, run: Run): Operation<Raw> =>
    (input) => ({
      permissions: permissions(input, database.store),
      target: input.TableName === undefined ? undefined : tableArn(input.TableName),
      run: () => run(database, input),
    });
  const onItems = (permissions: PermissionsOf, run: Run) => operation(permissions, withAnyNames(run));
  return {
    GetItem: onItems(onItem('GetItem'), getItem),
    PutItem: onItems(onItem('PutItem'), writeItem('PutItem')),
    UpdateItem: onItems(onItem('UpdateItem'), writeItem('UpdateItem')),
    DeleteItem: onItems(onItem('DeleteItem'), writeItem('DeleteItem')),
    Query: onItems(onQuery, readRange('Query')),
    Scan: onItems(onScan, readRange('Scan')),
    BatchGetItem: onItems(onBatch('BatchGetItem'), batchGetItem),
    BatchWriteItem: onItems(onBatch('BatchWriteItem'), batchWriteItem),
    TransactGetItems: onItems(onTransaction, transactGetItems),
    TransactWriteItems: onItems(onTransaction, transactWriteItems),
    CreateTable: operation(onTable('CreateTable'), createTable),
    UpdateTable: operation(onTable('UpdateTable'), updateTable),
    DeleteTable: operation(onTable('DeleteTable'), deleteTable),
    DescribeTable: operation(onTable('DescribeTable'), describeTable),
    ListTables: operation(onAll('ListTables'), listed('ListTables')),
    DescribeTimeToLive: operation(onTable('DescribeTimeToLive'), describeTimeToLive),
    UpdateTimeToLive: operation(onTable('UpdateTimeToLive'), updateTimeToLive(onTtlChange)),
    TagResource: operation(onResourceArn('TagResource'), tagging('TagResource')),
    UntagResource: operation(onResourceArn('UntagResource'), tagging('UntagResource')),
    ListTagsOfResource: operation(onResourceArn('ListTagsOfResource'), listed('ListTagsOfResource')),
  };
}

/** Attributes of items may be called what they will. */
function withAnyNames(run: Run): Run {
  return async (database, input) => {
    try {
      return withoutMarks(await run(database, withMarkedNames(input)));
    } catch (error) {
      throw errorWithoutMarks(error);
    }
  };
}

/** As dynalite does it, reading. */
function listed(name: string): Run {
  return ({ store }, input) => runLater(name, checkInput(name, input, store), store);
}

/** As dynalite does it, writing. */
function tagging(name: string): Run {
  return async ({ store }, input) => {
    const checked = checkInput(name, { ...input, TableName: undefined }, store);
    store.commit(() => runNow(name, checked, store));
    return {};
  };
}
