import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { arnOf } from '../../core/arn.ts';
import { AwsError } from '../../core/errors.ts';
import { ACCOUNT, type Owner } from '../../core/store/index.ts';
import { type Database, existingTable, tableNameOf } from '../database.ts';
import { checkInput, rules, validationException } from '../engine.ts';
import { refuseInheritedNames } from '../names.ts';
import type { IndexDescription, Item, TableDescription, Throughput } from '../store/item.ts';
import { type Store, withoutUndefined } from '../store/store.ts';

/** What CreateTable takes beyond what dynalite checks, and what has no effect on a laptop. */
const INERT_ON_CREATE = ['SSESpecification', 'TableClass', 'DeletionProtectionEnabled'];

/** CreateTable, for a stack or for none. The table can be used at once, but the answer says CREATING, as AWS's does. */
export async function createTable(
  database: Database,
  raw: Record<string, unknown>,
  owner: Owner = ACCOUNT,
): Promise<unknown> {
  const { store, clock } = database;
  const { Tags, ...rest } = raw;
  const tags = tagsIn(Tags);
  const input = checkInput('CreateTable', rest, store, INERT_ON_CREATE) as unknown as TableInput;
  if (store.table(input.TableName))
    throw new AwsError('ResourceInUseException', `Table already exists: ${input.TableName}`);
  refuseInheritedNames(input);
  const arn = arnOf('dynamodb', `table/${input.TableName}`);
  const createdAtSeconds = clock.now() / 1000;
  const description: TableDescription = {
    AttributeDefinitions: input.AttributeDefinitions,
    TableName: input.TableName,
    KeySchema: input.KeySchema,
    TableStatus: 'ACTIVE',
    CreationDateTime: createdAtSeconds,
    ProvisionedThroughput: describeThroughput(input.ProvisionedThroughput),
    TableSizeBytes: 0,
    ItemCount: 0,
    TableArn: arn,
    TableId: randomUUID(),
    ...billingMode(input.BillingMode, createdAtSeconds),
    ...(input.LocalSecondaryIndexes && {
      LocalSecondaryIndexes: input.LocalSecondaryIndexes.map((index) => describeIndex(index, arn, false)),
    }),
    ...(input.GlobalSecondaryIndexes && {
      GlobalSecondaryIndexes: input.GlobalSecondaryIndexes.map((index) => describeIndex(index, arn, true)),
    }),
  };
  store.own(input.TableName, owner);
  store.commit(() => {
    store.tableDb.put(input.TableName, description);
    for (const { Key, Value } of tags) store.getTagDb(input.TableName).put(Key, Value);
  });
  return { TableDescription: { ...description, TableStatus: 'CREATING' } };
}

const tagsSchema = z.array(z.strictObject({ Key: z.string().min(1).max(128), Value: z.string().max(256) }));

function tagsIn(tags: unknown): z.output<typeof tagsSchema> {
  const parsed = tagsSchema.safeParse(tags ?? []);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw validationException(`Tags${issue?.path.map((step) => `.${String(step)}`).join('')}: ${issue?.message}`);
}

/** DescribeTable, with counts and sizes as they are now. */
export async function describeTable({ store }: Database, raw: Record<string, unknown>): Promise<unknown> {
  const { TableName } = checkInput('DescribeTable', { ...raw, TableName: tableNameOf(raw.TableName) }, store);
  const table = existingTable(store, TableName);
  const measured = (kind: string) => (index: IndexDescription) => ({
    ...index,
    ...measure(store.getIndexDb(kind, TableName, index.IndexName).entries.values() as Item[], 'IndexSizeBytes'),
  });
  return {
    Table: {
      ...table,
      ...measure(store.getItemDb(TableName).entries.values() as Item[], 'TableSizeBytes'),
      ...(table.GlobalSecondaryIndexes && {
        GlobalSecondaryIndexes: table.GlobalSecondaryIndexes.map(measured('global')),
      }),
      ...(table.LocalSecondaryIndexes && { LocalSecondaryIndexes: table.LocalSecondaryIndexes.map(measured('local')) }),
    },
  };
}

/** DeleteTable, with its items, indexes, tags and TTL. */
export async function deleteTable({ store }: Database, raw: Record<string, unknown>): Promise<unknown> {
  const { TableName } = checkInput('DeleteTable', { ...raw, TableName: tableNameOf(raw.TableName) }, store);
  const table = existingTable(store, TableName);
  store.commit(() => {
    // First, so that what follows the items' removal no longer finds it.
    store.settings('ttl').del(TableName);
    store.getItemDb(TableName).clear();
    store.getTagDb(TableName).clear();
    for (const index of table.GlobalSecondaryIndexes ?? [])
      store.getIndexDb('global', TableName, index.IndexName).clear();
    for (const index of table.LocalSecondaryIndexes ?? [])
      store.getIndexDb('local', TableName, index.IndexName).clear();
    store.tableDb.del(TableName);
  });
  return { TableDescription: { ...table, TableStatus: 'DELETING' } };
}

/** What CreateTable is given. */
interface TableInput {
  TableName: string;
  AttributeDefinitions: TableDescription['AttributeDefinitions'];
  KeySchema: TableDescription['KeySchema'];
  BillingMode?: string;
  ProvisionedThroughput?: Throughput;
  GlobalSecondaryIndexes?: IndexDescription[];
  LocalSecondaryIndexes?: IndexDescription[];
}

/** On-demand tables show zeros. */
export function describeThroughput(throughput: Throughput | undefined): Throughput {
  return {
    ReadCapacityUnits: throughput?.ReadCapacityUnits ?? 0,
    WriteCapacityUnits: throughput?.WriteCapacityUnits ?? 0,
    NumberOfDecreasesToday: 0,
  };
}

/** What DescribeTable says of a table's billing mode. */
export function billingMode(mode: string | undefined, changedAtSeconds: number): Partial<TableDescription> {
  if (mode !== 'PAY_PER_REQUEST') return {};
  return {
    BillingModeSummary: { BillingMode: mode, LastUpdateToPayPerRequestDateTime: changedAtSeconds },
    TableThroughputModeSummary: {
      TableThroughputMode: mode,
      LastUpdateToPayPerRequestDateTime: changedAtSeconds,
    },
  };
}

/** An index as DescribeTable shows it. */
export function describeIndex(index: IndexDescription, tableArn: string, isGlobal: boolean): IndexDescription {
  const description: IndexDescription = {
    IndexName: index.IndexName,
    KeySchema: index.KeySchema,
    Projection: index.Projection,
    IndexArn: `${tableArn}/index/${index.IndexName}`,
    IndexSizeBytes: 0,
    ItemCount: 0,
  };
  if (!isGlobal) return description;
  return {
    ...description,
    IndexStatus: 'ACTIVE',
    ProvisionedThroughput: describeThroughput(index.ProvisionedThroughput),
  };
}

/** Makes the entries of an index from the items of its table. */
export function fillIndex(store: Store, table: TableDescription, kind: 'global' | 'local', index: IndexDescription) {
  const { entries } = store.getIndexDb(kind, table.TableName, index.IndexName);
  for (const item of store.getItemDb(table.TableName).entries.values() as Item[])
    for (const put of rules.getIndexActions([index], undefined, item, table).puts)
      entries.set(put.key, withoutUndefined(put.item));
}

/** Makes all indexes of all tables, when the store has been opened. */
export function fillIndexes(store: Store): void {
  for (const table of store.tableDb.entries.values() as TableDescription[]) {
    for (const index of table.GlobalSecondaryIndexes ?? []) fillIndex(store, table, 'global', index);
    for (const index of table.LocalSecondaryIndexes ?? []) fillIndex(store, table, 'local', index);
  }
}

function measure(items: Item[], sizeName: string): Record<string, number> {
  return { ItemCount: items.length, [sizeName]: items.reduce((bytes, item) => bytes + rules.itemSize(item), 0) };
}
