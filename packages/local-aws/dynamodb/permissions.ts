import { arnOf } from '../core/arn.ts';
import type { Permission } from '../core/service.ts';
import { tableNameOf } from './database.ts';
import { checkInput, keyText } from './engine.ts';
import type { Item } from './store/item.ts';
import type { Store } from './store/store.ts';

type Raw = Record<string, unknown>;
/** What IAM is asked for an input that has not been checked yet: any member may be missing or of a wrong kind. */
export type PermissionsOf = (input: Raw, store: Store) => Permission[];

/** The ARN of a table given by name or ARN. */
export function tableArn(nameOrArn: unknown): string {
  return arnOf('dynamodb', `table/${String(tableNameOf(nameOrArn) ?? '')}`);
}

/** On the table as a whole. */
export const onTable =
  (action: string): PermissionsOf =>
  (input) => [{ action: `dynamodb:${action}`, resource: tableArn(input.TableName) }];

/** On a table named by `ResourceArn`. */
export const onResourceArn =
  (action: string): PermissionsOf =>
  (input) => [{ action: `dynamodb:${action}`, resource: tableArn(input.ResourceArn) }];

/** On no table in particular. */
export const onAll =
  (action: string): PermissionsOf =>
  () => [{ action: `dynamodb:${action}`, resource: '*' }];

/** On the item that `Key` or `Item` names. */
export const onItem =
  (action: string): PermissionsOf =>
  (input, store) => [
    withReturnValues(itemPermission(action, input.TableName, [input.Key ?? input.Item], store), input.ReturnValues),
  ];

/** On the index where there is one, else on the table, with the partition key that is asked for. */
export const onQuery: PermissionsOf = (input, store) => {
  const resource = rangeArn(input);
  return [withLeadingKeys({ action: 'dynamodb:Query', resource }, queriedKeys(input, store))];
};

/** On the index where there is one, else on the table. A scan reads all partitions: no condition on keys can narrow it. */
export const onScan: PermissionsOf = (input) => [{ action: 'dynamodb:Scan', resource: rangeArn(input) }];

function rangeArn({ TableName, IndexName }: Raw): string {
  const table = tableArn(TableName);
  return typeof IndexName === 'string' ? `${table}/index/${IndexName}` : table;
}

/** What a query asks of its partition key: the index's, where it goes to an index. Nothing for a query that will be refused. */
function queriedKeys(input: Raw, store: Store): unknown[] {
  const TableName = tableNameOf(input.TableName);
  const table = store.table(String(TableName));
  const { IndexName: name } = input;
  const indexes = [...(table?.GlobalSecondaryIndexes ?? []), ...(table?.LocalSecondaryIndexes ?? [])];
  const keys = name === undefined || name === null ? table : indexes.find((index) => index.IndexName === name);
  const partitionKey = keys?.KeySchema[0]?.AttributeName ?? '';
  try {
    const { KeyConditions: conditions } = checkInput('Query', { ...input, TableName }, store) as unknown as {
      KeyConditions: Record<string, { AttributeValueList: unknown[] }>;
    };
    return conditions[partitionKey]?.AttributeValueList ?? [];
  } catch {
    return [];
  }
}

/** BatchGetItem and BatchWriteItem: once for each table. */
export const onBatch =
  (action: string): PermissionsOf =>
  (input, store) =>
    Object.entries((input.RequestItems ?? {}) as Record<string, unknown>).map(([table, requests]) =>
      itemPermission(action, table, batchKeys(requests), store),
    );

/** The action that IAM is asked for, by kind of transaction action. */
const TRANSACTION_ACTIONS: Record<string, string> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

/** TransactWriteItems and TransactGetItems have no action of their own: each of their actions needs its own. */
export const onTransaction: PermissionsOf = (input, store) => {
  const items = Array.isArray(input.TransactItems) ? (input.TransactItems as Record<string, Raw>[]) : [];
  return items.flatMap((item) =>
    Object.entries(item ?? {}).flatMap(([kind, parameters]) => {
      const action = TRANSACTION_ACTIONS[kind];
      if (!action || !parameters) return [];
      return [itemPermission(action, parameters.TableName, [parameters.Key ?? parameters.Item], store)];
    }),
  );
};

function itemPermission(action: string, nameOrArn: unknown, keys: unknown[], store: Store): Permission {
  const partitionKey = store.table(String(tableNameOf(nameOrArn)))?.KeySchema[0]?.AttributeName;
  const values = partitionKey === undefined ? [] : keys.map((key) => (key as Item | undefined)?.[partitionKey]);
  return withLeadingKeys({ action: `dynamodb:${action}`, resource: tableArn(nameOrArn) }, values);
}

/**
 * Adds the values of partition keys, for policies that give each user the items under a key of their own.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
function withLeadingKeys(permission: Permission, values: unknown[]): Permission {
  const leading = values.flatMap((value) => keyText(value) ?? []);
  return leading.length > 0 ? { ...permission, conditions: { 'dynamodb:LeadingKeys': leading } } : permission;
}

/**
 * Adds what a write is to give back. A write that does not say it (those of transactions and batches cannot) has no such key: policies
 * take `StringEqualsIfExists`, as AWS's own examples do on the page above.
 */
function withReturnValues(permission: Permission, asked: unknown): Permission {
  if (typeof asked !== 'string') return permission;
  return { ...permission, conditions: { ...permission.conditions, 'dynamodb:ReturnValues': asked } };
}

function batchKeys(requests: unknown): unknown[] {
  if (Array.isArray(requests))
    return (requests as Record<string, Raw>[]).map((one) => one?.PutRequest?.Item ?? one?.DeleteRequest?.Key);
  return ((requests as { Keys?: unknown[] } | undefined)?.Keys ?? []) as unknown[];
}
