import { arnOf } from '../core/arn.ts';
import type { Permission } from '../core/service.ts';
import { tableNameOf } from './database.ts';
import type { AttributeValue, Item } from './store/item.ts';
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
  (input, store) => [itemPermission(action, input.TableName, [input.Key ?? input.Item], store)];

/** On the index where there is one, else on the table. */
export const onRange =
  (action: string): PermissionsOf =>
  (input) => {
    const table = tableArn(input.TableName);
    const resource = typeof input.IndexName === 'string' ? `${table}/index/${input.IndexName}` : table;
    return [{ action: `dynamodb:${action}`, resource }];
  };

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
  const permission: Permission = { action: `dynamodb:${action}`, resource: tableArn(nameOrArn) };
  const leading = leadingKeys(store, nameOrArn, keys);
  return leading.length > 0 ? { ...permission, conditions: { 'dynamodb:LeadingKeys': leading } } : permission;
}

/** The partition keys, for policies that give each user the items under a key of their own. */
function leadingKeys(store: Store, nameOrArn: unknown, keys: unknown[]): string[] {
  const hash = store.table(String(tableNameOf(nameOrArn)))?.KeySchema[0]?.AttributeName;
  if (hash === undefined) return [];
  return keys.flatMap((key) => {
    const value = (key as Item | undefined)?.[hash] as AttributeValue | undefined;
    const [text] = Object.values(value ?? {});
    return typeof text === 'string' ? [text] : [];
  });
}

function batchKeys(requests: unknown): unknown[] {
  if (Array.isArray(requests))
    return (requests as Record<string, Raw>[]).map((one) => one?.PutRequest?.Item ?? one?.DeleteRequest?.Key);
  return ((requests as { Keys?: unknown[] } | undefined)?.Keys ?? []) as unknown[];
}
