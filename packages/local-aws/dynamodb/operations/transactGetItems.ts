import { type Consumption, describeCapacity, readUnits, sumByTable, TRANSACTION_FACTOR } from '../capacity.ts';
import { type Database, tableNameOf, tableOfItems } from '../database.ts';
import { checkInput, runNow } from '../engine.ts';
import { currentItem } from './singleItems.ts';
import { NO_REASON, readActions, reasonOf, refuseUnknown, transactionCancelled } from './transactions.ts';

/** TransactGetItems: up to 100 items, all as they are at one moment. */
export async function transactGetItems(database: Database, raw: Record<string, unknown>): Promise<unknown> {
  const { store, usage } = database;
  refuseUnknown('TransactGetItems', raw, ['TransactItems', 'ReturnConsumedCapacity']);
  const gets = readActions(raw, 'Get', ['Get']).map(({ parameters }) =>
    checkInput('GetItem', { ...parameters, TableName: tableNameOf(parameters.TableName), ConsistentRead: true }, store),
  );
  for (const { TableName } of gets) tableOfItems(store, TableName);

  const responses: Record<string, unknown>[] = [];
  const reads: Consumption[] = [];
  const reasons = gets.map((get) => {
    try {
      const { Item: item } = runNow('GetItem', get, store);
      responses.push(item ? { Item: item } : {});
      const tableUnits = readUnits(currentItem(database, get).item, true, TRANSACTION_FACTOR);
      reads.push({ table: get.TableName, kind: 'read', tableUnits, globalIndexes: {}, localIndexes: {} });
      return NO_REASON;
    } catch (error) {
      return reasonOf(error, undefined);
    }
  });
  if (reasons.some(({ Code }) => Code !== 'None')) throw transactionCancelled(reasons);

  const consumed = sumByTable(reads);
  for (const one of consumed) usage.count('TransactGetItems', one);
  const asked = raw.ReturnConsumedCapacity;
  const ConsumedCapacity =
    asked === 'TOTAL' || asked === 'INDEXES' ? consumed.map((one) => describeCapacity(one, asked, true)) : undefined;
  return { Responses: responses, ConsumedCapacity };
}
