import type { Clock } from '../core/clock.ts';
import { AwsError } from '../core/errors.ts';
import { type Consumption, sumByTable, writeConsumption } from './capacity.ts';
import { runNow } from './engine.ts';
import type { ItemChange } from './store/item.ts';
import type { Store } from './store/store.ts';
import type { Usage } from './usage.ts';

/** What the operations work on. */
export interface Database {
  store: Store;
  usage: Usage;
  clock: Clock;
}

/** The table's name in a `TableName`, which may be an ARN. Anything but text passes unchanged, to be refused later. */
export function tableNameOf<Name>(nameOrArn: Name): Name | string {
  if (typeof nameOrArn !== 'string' || !nameOrArn.startsWith('arn:')) return nameOrArn;
  return nameOrArn.split(':table/')[1]?.split('/')[0] ?? nameOrArn;
}

/** Sums up what the changes of a commit consumed, and counts it. */
export function countWrites(database: Database, operation: string, changes: ItemChange[], factor = 1): Consumption[] {
  const sums = sumByTable(changes.map((change) => writeConsumption(database.store, change, factor)));
  for (const sum of sums) database.usage.count(operation, sum);
  return sums;
}

/** The table's description. Throws ResourceNotFoundException. */
export function existingTable(store: Store, name: string) {
  const table = store.table(name);
  if (table) return table;
  return runNow('DescribeTable', { TableName: name }, store) as never;
}

/** The same for a table whose items are asked for: then DynamoDB does not say which table it is that it lacks. */
export function tableOfItems(store: Store, name: string) {
  const table = store.table(name);
  if (table) return table;
  throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
}

/** Whether it is the error of a condition that was not met. */
export function isConditionFailure(error: unknown): error is AwsError {
  return error instanceof AwsError && error.code === 'ConditionalCheckFailedException';
}
