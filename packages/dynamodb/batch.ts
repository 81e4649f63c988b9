import { BatchGetCommand, BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type BackoffOptions, withBackoff } from './backoff.ts';
import { UnprocessedItemsError } from './errors.ts';

type Raw = Record<string, unknown>;

/** Limits of one call, from the API reference of BatchGetItem and BatchWriteItem. */
const GET_LIMIT = 100;
const WRITE_LIMIT = 25;

function* chunks<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}

/** Reads items by key. Asks again for what was left unprocessed; throws UnprocessedItemsError when it stays so. */
export async function batchGet(
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly Raw[],
  backoff: BackoffOptions,
): Promise<Raw[]> {
  const found: Raw[] = [];
  for (const chunk of chunks(keys, GET_LIMIT)) {
    let left: Raw[] = chunk;
    await withBackoff(
      async () => {
        const RequestItems = { [table]: { Keys: left, ConsistentRead: true } };
        const { Responses, UnprocessedKeys } = await client.send(new BatchGetCommand({ RequestItems }));
        found.push(...(Responses?.[table] ?? []));
        left = UnprocessedKeys?.[table]?.Keys ?? [];
      },
      () => left.length === 0,
      backoff,
    );
    if (left.length > 0) throw new UnprocessedItemsError(table, left.length);
  }
  return found;
}

/** Writes and removes items. Asks again for what was left unprocessed; throws UnprocessedItemsError when it stays so. */
export async function batchWrite(
  client: DynamoDBDocumentClient,
  table: string,
  puts: readonly Raw[],
  removals: readonly Raw[],
  backoff: BackoffOptions,
): Promise<void> {
  const requests = [
    ...puts.map((Item) => ({ PutRequest: { Item } })),
    ...removals.map((Key) => ({ DeleteRequest: { Key } })),
  ];
  for (const chunk of chunks(requests, WRITE_LIMIT)) {
    let left: typeof requests = chunk;
    await withBackoff(
      async () => {
        const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [table]: left } }));
        left = (UnprocessedItems?.[table] ?? []) as typeof requests;
      },
      () => left.length === 0,
      backoff,
    );
    if (left.length > 0) throw new UnprocessedItemsError(table, left.length);
  }
}
