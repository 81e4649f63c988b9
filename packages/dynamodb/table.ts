import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { BackoffOptions } from './backoff.ts';
import { batchGet, batchWrite } from './batch.ts';
import { MalformedItemError } from './errors.ts';
import type { Change, Condition } from './expressions.ts';
import { type Key, type ReadOptions, requestsFor } from './requests.ts';
import type { TransactionStep } from './transaction.ts';

/** What became of a conditional write. */
export type WriteOutcome<Item> =
  | { outcome: 'done' }
  /** The condition did not hold; nothing was changed. `current` is the item as it is, if there is one. */
  | { outcome: 'refused'; current: Item | undefined };

/** Like WriteOutcome, with the item as it is after the update. */
export type UpdateOutcome<Item> = { outcome: 'done'; item: Item } | { outcome: 'refused'; current: Item | undefined };

export interface TableOptions<Item> extends BackoffOptions {
  client: DynamoDBDocumentClient;
  /** The physical name. */
  name: string;
  /** The names of the key attributes. */
  key: readonly [partitionKey: string, sortKey?: string];
  /** Checks and types what is read: a zod schema's `parse`. */
  parse(raw: unknown): Item;
}

/**
 * A DynamoDB table with typed items. Failed conditions are outcomes, not exceptions; everything else that goes wrong is
 * the SDK's own error. The SDK itself repeats calls that are throttled.
 *
 * @example
 * const table = createTable({ client, name, key: ['matchId'], parse: matchSchema.parse });
 * const written = await table.put(match, { when: equal('version', 7) });
 * if (written.outcome === 'refused') return written.current;
 */
export function createTable<Item extends Record<string, unknown>>(options: TableOptions<Item>) {
  const { client, name, key: keyNames, ...backoff } = options;
  const requests = requestsFor(name);

  const keyOf = (raw: Record<string, unknown>): Key =>
    Object.fromEntries(keyNames.flatMap((part) => (part === undefined ? [] : [[part, raw[part] as string | number]])));

  const parse = (raw: Record<string, unknown>): Item => {
    try {
      return options.parse(raw);
    } catch (cause) {
      throw new MalformedItemError(name, keyOf(raw), cause);
    }
  };

  const parseOr = (onMalformed: NonNullable<ReadOptions['onMalformed']>, raw: Record<string, unknown>) => {
    try {
      return parse(raw);
    } catch (error) {
      onMalformed(error as MalformedItemError);
      return undefined;
    }
  };

  const refusedOr = async <Answer>(
    write: () => Promise<Answer>,
  ): Promise<Answer | { outcome: 'refused'; current: Item | undefined }> => {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // The document client leaves the item of this exception in DynamoDB's own notation.
      return { outcome: 'refused', current: error.Item && parse(unmarshall(error.Item)) };
    }
  };

  return {
    name,

    /** The item, or undefined. Reads consistently unless told otherwise: a stale read of a state machine is a wrong one. */
    async get(key: Key, { consistent = true }: { consistent?: boolean } = {}): Promise<Item | undefined> {
      const { Item: raw } = await client.send(new GetCommand(requests.get(key, consistent)));
      return raw && parse(raw);
    },

    /** Writes the whole item. */
    put(item: Item, { when }: { when?: Condition } = {}): Promise<WriteOutcome<Item>> {
      return refusedOr(async () => {
        await client.send(new PutCommand(requests.put(item, when)));
        return { outcome: 'done' };
      });
    },

    /** Changes attributes of an item (which is made when it is missing, unless the condition forbids it). */
    update(key: Key, change: Change, { when }: { when?: Condition } = {}): Promise<UpdateOutcome<Item>> {
      return refusedOr(async () => {
        const input = { ...requests.update(key, change, when), ReturnValues: 'ALL_NEW' as const };
        const { Attributes = {} } = await client.send(new UpdateCommand(input));
        return { outcome: 'done', item: parse(Attributes) };
      });
    },

    /** As `update`, for callers that need no item: none comes back, and none is parsed. */
    change(key: Key, change: Change, { when }: { when?: Condition } = {}): Promise<WriteOutcome<Item>> {
      return refusedOr(async () => {
        await client.send(new UpdateCommand(requests.update(key, change, when)));
        return { outcome: 'done' };
      });
    },

    remove(key: Key, { when }: { when?: Condition } = {}): Promise<WriteOutcome<Item>> {
      return refusedOr(async () => {
        await client.send(new DeleteCommand(requests.remove(key, when)));
        return { outcome: 'done' };
      });
    },

    /** All items with this key condition, page after page, in the order of the sort key. */
    async *query(keyCondition: Condition, read: ReadOptions & { descending?: boolean } = {}): AsyncGenerator<Item> {
      const input = requests.query(keyCondition, read);
      yield* pages(read, async (start) => client.send(new QueryCommand({ ...input, ExclusiveStartKey: start })));
    },

    /** All items, page after page. Costs a read of the whole table: for tools, not for requests. */
    async *scan(read: ReadOptions = {}): AsyncGenerator<Item> {
      const input = requests.scan(read);
      yield* pages(read, async (start) => client.send(new ScanCommand({ ...input, ExclusiveStartKey: start })));
    },

    /** The items that exist of these keys, in no order. Throws UnprocessedItemsError when the table stays throttled. */
    async getAll(keys: readonly Key[]): Promise<Item[]> {
      return (await batchGet(client, name, keys, backoff)).map(parse);
    },

    /** Writes and removes without conditions. Not a transaction. Throws UnprocessedItemsError for what was not done. */
    async writeAll(puts: readonly Item[], removals: readonly Key[] = []): Promise<void> {
      await batchWrite(client, name, puts, removals, backoff);
    },

    /** Steps of a transaction on this table, for `transact`. */
    step: {
      put: (item: Item, when?: Condition): TransactionStep => ({ Put: requests.put(item, when) }),
      update: (key: Key, change: Change, when?: Condition): TransactionStep => ({
        Update: requests.update(key, change, when),
      }),
      remove: (key: Key, when?: Condition): TransactionStep => ({ Delete: requests.remove(key, when) }),
      check: (key: Key, when: Condition): TransactionStep => ({ ConditionCheck: requests.check(key, when) }),
    },
  };

  async function* pages(
    { onMalformed }: ReadOptions,
    read: (start: Key | undefined) => Promise<{
      Items?: Record<string, unknown>[] | undefined;
      LastEvaluatedKey?: Record<string, unknown> | undefined;
    }>,
  ): AsyncGenerator<Item> {
    let start: Key | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await read(start);
      for (const raw of Items) {
        const item = onMalformed ? parseOr(onMalformed, raw) : parse(raw);
        if (item) yield item;
      }
      // A page can be empty, because of the filter, and still not be the last.
      start = LastEvaluatedKey as Key | undefined;
    } while (start);
  }
}

/** A table, as `createTable` gives it. */
export type Table<Item extends Record<string, unknown>> = ReturnType<typeof createTable<Item>>;
