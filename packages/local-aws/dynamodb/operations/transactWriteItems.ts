import { createHash } from 'node:crypto';
import { AwsError } from '../../core/errors.ts';
import { type Consumption, describeCapacity, readUnits, sumByTable, TRANSACTION_FACTOR } from '../capacity.ts';
import { collectionMetrics } from '../collections.ts';
import { countWrites, type Database, tableNameOf, tableOfItems } from '../database.ts';
import { checkInput, type Input, rules, runNow, translated, validationException } from '../engine.ts';
import type { Store } from '../store/store.ts';
import { currentItem } from './singleItems.ts';
import {
  type CancellationReason,
  NO_REASON,
  readActions,
  reasonOf,
  refuseTooLarge,
  refuseUnknown,
  transactionCancelled,
} from './transactions.ts';

/** How long a client request token is remembered once its transaction is done. */
const TOKEN_LIFE_MS = 10 * 60 * 1000;
/** The SDK gives every transaction a token: only the latest are kept, so that memory stays flat under load. */
const MAX_TOKENS = 10_000;
/** Names of tokens by the time at which they expire: an index, made anew from the tokens. */
const TOKEN_ORDER = 'index-tokens';

/** The operation that checks and carries out each kind of action. A condition check has the input of a delete. */
const OPERATIONS = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'DeleteItem',
} as const;
type Kind = keyof typeof OPERATIONS;

interface WriteAction {
  kind: Kind;
  input: Input;
  returnOld: boolean;
}

/** What is remembered of a transaction that had a client request token. */
interface Token {
  /** Of all of the request's actions. */
  hash: string;
  expiresAtMs: number;
  /** The first table of the transaction: whoever keeps it keeps the token. */
  table: string;
  /** Its key in the order of expiry. */
  order: string;
}

/** TransactWriteItems: all of up to 100 writes and condition checks, or none. */
export async function transactWriteItems(database: Database, raw: Record<string, unknown>): Promise<unknown> {
  refuseUnknown('TransactWriteItems', raw, [
    'TransactItems',
    'ReturnConsumedCapacity',
    'ReturnItemCollectionMetrics',
    'ClientRequestToken',
  ]);
  const actions = readActions(raw, 'Write', Object.keys(OPERATIONS)).map(({ kind, parameters }) =>
    checkAction(database, kind as Kind, parameters),
  );
  for (const { input } of actions) tableOfItems(database.store, input.TableName);
  refuseSharedItems(database, actions);
  const token = tokenOf(raw, actions);
  const asked = raw.ReturnConsumedCapacity;
  const answer = (consumed: Consumption[]) =>
    asked === 'TOTAL' || asked === 'INDEXES'
      ? { ConsumedCapacity: consumed.map((one) => describeCapacity(one, asked, true)) }
      : {};
  if (token && isDone(database, token)) return answer(readAgain(database, actions));

  const { changes } = database.store.commit(() => {
    const reasons = actions.map((action) => attempt(database, action));
    if (reasons.some(({ Code }) => Code !== 'None')) throw transactionCancelled(reasons);
    if (token) remember(database, token);
  });
  // A condition check writes nothing, but it is paid for as a write.
  const checks = actions
    .filter(({ kind }) => kind === 'ConditionCheck')
    .map(({ input }) => {
      const { key, item } = currentItem(database, input);
      return { table: input.TableName, key, ...(item && { before: item, after: item }) };
    });
  return {
    ...answer(countWrites(database, 'TransactWriteItems', [...changes, ...checks], TRANSACTION_FACTOR)),
    ...collectionMetrics(database.store, raw.ReturnItemCollectionMetrics, changes),
  };
}

function checkAction({ store }: Database, kind: Kind, parameters: Record<string, unknown>): WriteAction {
  const { ReturnValuesOnConditionCheckFailure: returned } = parameters;
  const named = { ...parameters, TableName: tableNameOf(parameters.TableName) };
  const input = checkInput(OPERATIONS[kind], named, store, ['ReturnValuesOnConditionCheckFailure']);
  const missing = (name: string) =>
    validationException(
      `1 validation error detected: Value null at 'transactItems.1.member.${name}' failed to satisfy constraint: ` +
        'Member must not be null',
    );
  if (kind === 'Update' && !input.UpdateExpression) throw missing('update.updateExpression');
  if (kind === 'ConditionCheck' && !input.ConditionExpression) throw missing('conditionCheck.conditionExpression');
  return { kind, input, returnOld: returned === 'ALL_OLD' };
}

/** Throws ValidationException when two actions are on one item, or the items are too large together. */
function refuseSharedItems({ store }: Database, actions: WriteAction[]): void {
  const seen = new Set<string>();
  let bytes = 0;
  for (const { input } of actions) {
    const table = tableOfItems(store, input.TableName);
    const item = (input.Item ?? input.Key) as Parameters<typeof rules.itemSize>[0];
    bytes += rules.itemSize(item);
    // A key that does not fit the table is the action's own error, found when it is attempted.
    if (input.Item ? rules.validateItem(item, table) : rules.validateKey(item, table)) continue;
    const id = `${input.TableName}/${rules.createKey(item, table)}`;
    if (seen.has(id)) throw validationException('Transaction request cannot include multiple operations on one item');
    seen.add(id);
  }
  refuseTooLarge(bytes);
}

function attempt(database: Database, { kind, input, returnOld }: WriteAction): CancellationReason {
  const { store } = database;
  try {
    if (kind !== 'ConditionCheck') {
      runNow(OPERATIONS[kind], input, store);
      return NO_REASON;
    }
    translated(() => {
      const table = tableOfItems(store, input.TableName);
      const invalid = rules.validateKey(input.Key as Parameters<typeof rules.itemSize>[0], table);
      if (invalid) throw invalid;
      const failure = rules.checkConditional(input, currentItem(database, input).item);
      if (failure) throw failure;
    });
    return NO_REASON;
  } catch (error) {
    const failed = error instanceof AwsError && error.code === 'ConditionalCheckFailedException';
    return reasonOf(error, failed && returnOld ? currentItem(database, input).item : undefined);
  }
}

interface RequestToken {
  name: string;
  hash: string;
  table: string;
}

function tokenOf(raw: Record<string, unknown>, actions: WriteAction[]): RequestToken | undefined {
  const name = raw.ClientRequestToken;
  if (name === undefined || name === null) return undefined;
  if (typeof name !== 'string' || name.length < 1 || name.length > 36)
    throw validationException(
      "1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: " +
        'Member must have length between 1 and 36',
    );
  const hash = createHash('sha256').update(JSON.stringify(raw.TransactItems)).digest('base64');
  return { name, hash, table: actions[0]?.input.TableName ?? '' };
}

/** Whether the transaction was done before. Throws IdempotentParameterMismatchException when it was another one. */
function isDone({ store, clock }: Database, { name, hash }: RequestToken): boolean {
  const known = store.settings('tokens').entries.get(name) as Token | undefined;
  if (!known || known.expiresAtMs <= clock.now()) return false;
  if (known.hash === hash) return true;
  throw new AwsError(
    'IdempotentParameterMismatchException',
    'Request parameters do not match the parameters of the request that first used this client request token',
  );
}

/** Puts the tokens that were kept in their order again. */
export function orderTokens(store: Store): void {
  const { entries } = store.settings('tokens');
  for (const name of entries.keys()) store.settings(TOKEN_ORDER).entries.set((entries.get(name) as Token).order, name);
}

/** Is part of the transaction's own commit; drops tokens that are past or too many, oldest first. */
function remember({ store, clock }: Database, { name, hash, table }: RequestToken): void {
  const tokens = store.settings('tokens');
  const order = store.settings(TOKEN_ORDER);
  const expiresAtMs = clock.now() + TOKEN_LIFE_MS;
  const timeKey = (atMs: number) => String(atMs).padStart(16, '0');
  const surplus = order.entries.size - MAX_TOKENS + 1;
  const past = order.entries.keys({ lte: `${timeKey(clock.now())}~`, limit: 10 });
  for (const key of surplus > 0 ? order.entries.keys({ limit: surplus }) : past) {
    const old = order.entries.get(key) as string;
    // A token that was used again after its time has a later entry of its own.
    if ((tokens.entries.get(old) as Token | undefined)?.order === key) tokens.del(old);
    order.del(key);
  }
  const key = `${timeKey(expiresAtMs)}~${name}`;
  tokens.put(name, { hash, expiresAtMs, table, order: key } satisfies Token);
  order.put(key, name);
}

/** A repeated transaction writes nothing, and is paid for as the reading of its items. */
function readAgain(database: Database, actions: WriteAction[]): Consumption[] {
  const reads = actions.map(
    ({ input }): Consumption => ({
      table: input.TableName,
      kind: 'read',
      tableUnits: readUnits(currentItem(database, input).item, true, TRANSACTION_FACTOR),
      globalIndexes: {},
      localIndexes: {},
    }),
  );
  const consumed = sumByTable(reads);
  for (const one of consumed) database.usage.count('TransactWriteItems', one);
  return consumed;
}
