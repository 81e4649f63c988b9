import { AwsError } from '../../core/errors.ts';
import { describeCapacity, readUnits } from '../capacity.ts';
import { singleCollectionMetrics } from '../collections.ts';
import { countWrites, type Database, isConditionFailure, tableNameOf, tableOfItems } from '../database.ts';
import { checkInput, type Input, rules, runNow } from '../engine.ts';
import type { Item } from '../store/item.ts';

type WriteOperation = 'PutItem' | 'UpdateItem' | 'DeleteItem';

/** PutItem, UpdateItem, DeleteItem: what dynalite does, and ReturnValuesOnConditionCheckFailure, capacity of indexes, item collections. */
export function writeItem(operation: WriteOperation) {
  return async (database: Database, raw: Record<string, unknown>): Promise<unknown> => {
    const { store } = database;
    const input = { ...raw, TableName: tableNameOf(raw.TableName) };
    const checked = checkInput(operation, input, store, ['ReturnValuesOnConditionCheckFailure']);
    const asked = checked.ReturnConsumedCapacity;
    checked.ReturnConsumedCapacity = 'NONE';
    try {
      const { result, changes } = store.commit(() => runNow(operation, checked, store));
      const [consumed] = countWrites(database, operation, changes);
      return {
        ...result,
        ConsumedCapacity: consumed && describeCapacity(consumed, asked),
        ...singleCollectionMetrics(store, checked.ReturnItemCollectionMetrics, changes),
      };
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      const { key, item } = currentItem(database, checked);
      // A write that its condition stops is paid for like one that goes through.
      countWrites(database, operation, [{ table: checked.TableName, key, ...(item && { before: item }) }]);
      throw withItem(error, raw.ReturnValuesOnConditionCheckFailure, item);
    }
  };
}

/** GetItem. */
export async function getItem(database: Database, raw: Record<string, unknown>): Promise<unknown> {
  const { store } = database;
  const checked = checkInput('GetItem', { ...raw, TableName: tableNameOf(raw.TableName) }, store);
  const asked = checked.ReturnConsumedCapacity;
  checked.ReturnConsumedCapacity = 'NONE';
  const result = runNow('GetItem', checked, store);
  const consumed = {
    table: checked.TableName,
    kind: 'read' as const,
    tableUnits: readUnits(currentItem(database, checked).item, checked.ConsistentRead === true),
    globalIndexes: {},
    localIndexes: {},
  };
  database.usage.count('GetItem', consumed);
  return { ...result, ConsumedCapacity: describeCapacity(consumed, asked) };
}

/** The item that an input's `Key` or `Item` names, as it stands now. */
export function currentItem({ store }: Database, input: Input): { key: string; item: Item | undefined } {
  const key = rules.createKey((input.Key ?? input.Item) as Item, tableOfItems(store, input.TableName));
  return { key, item: store.item(input.TableName, key) };
}

function withItem(error: AwsError, returnValues: unknown, item: Item | undefined): AwsError {
  if (returnValues !== 'ALL_OLD' || !item) return error;
  return new AwsError(error.code, error.message, { status: error.status, fields: { Item: item }, cause: error });
}
