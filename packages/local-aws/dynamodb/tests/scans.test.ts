import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scoreItem, scoresTable, startDynamoDb, type TestDynamoDb } from './table.ts';

const byRank = {
  AttributeDefinitions: [
    { AttributeName: 'game', AttributeType: 'S' },
    { AttributeName: 'player', AttributeType: 'S' },
    { AttributeName: 'score', AttributeType: 'N' },
    { AttributeName: 'rank', AttributeType: 'N' },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'byRank',
      KeySchema: [
        { AttributeName: 'game', KeyType: 'HASH' },
        { AttributeName: 'rank', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};

let db: TestDynamoDb;
beforeEach(async () => {
  db = startDynamoDb();
  await db.call('CreateTable', scoresTable(byRank));
});

const item = (game: string, player: string, more = {}) => ({ ...scoreItem(player, 1, more), game: { S: game } });
const put = (game: string, player: string, more = {}) =>
  db.call('PutItem', { TableName: 'scores', Item: item(game, player, more) });
const scan = (input: Record<string, unknown> = {}) => db.call('Scan', { TableName: 'scores', ...input });

/** All pages of a scan. */
async function scanAll(input: Record<string, unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  let ExclusiveStartKey: unknown;
  do {
    const page = await scan({ ...input, ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }) });
    items.push(...(page.Items as unknown[]));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return items;
}

describe('Scan', () => {
  it('gives each item in exactly one segment, page by page, from the table and from a local index', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom({}, { IndexName: 'byRank' }),
        async (games, TotalSegments, Limit, index) => {
          db = startDynamoDb();
          await db.call('CreateTable', scoresTable(byRank));
          for (const game of games) await put(game, 'ann', { rank: { N: '1' } });

          const segments = await Promise.all(
            Array.from({ length: TotalSegments }, (_, Segment) => scanAll({ ...index, Segment, TotalSegments, Limit })),
          );

          const found = segments.flat().map((one) => (one as { game: { S: string } }).game.S);
          expect(found.sort()).toEqual([...games].sort());
        },
      ),
      { numRuns: 30 },
    );
  });

  it('filters after it has read, and counts what it read', async () => {
    for (const player of ['ann', 'bob', 'cat']) await put('chess', player, { wins: { N: String(player.length) } });

    const answer = await scan({
      FilterExpression: 'player IN (:a, :b) AND wins > :zero',
      ExpressionAttributeValues: { ':a': { S: 'ann' }, ':b': { S: 'eve' }, ':zero': { N: '0' } },
      ProjectionExpression: 'player',
    });

    expect(answer).toMatchObject({ Items: [{ player: { S: 'ann' } }], Count: 1, ScannedCount: 3 });
  });

  it('gives of a local index the items that are in it, whole where that is asked for', async () => {
    await put('chess', 'ann', { rank: { N: '2' }, wins: { N: '5' } });
    await put('chess', 'bob');

    const projected = await scan({ IndexName: 'byRank' });
    const whole = await scan({ IndexName: 'byRank', Select: 'ALL_ATTRIBUTES', ConsistentRead: true });

    expect(projected.Items).toEqual([{ game: { S: 'chess' }, player: { S: 'ann' }, rank: { N: '2' } }]);
    expect(whole.Items).toEqual([item('chess', 'ann', { rank: { N: '2' }, wins: { N: '5' } })]);
  });

  it.each([
    [{ Segment: 2, TotalSegments: 2 }, 'Segment: 2 is not less than TotalSegments: 2'],
    [
      { Segment: 0 },
      'TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    ],
    [{ IndexName: 'byNothing' }, 'The table does not have the specified index: byNothing'],
  ])('refuses %j', async (input, message) => {
    await expect(scan(input)).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });
});

describe('ItemCollectionMetrics', () => {
  const SIZE = { ReturnItemCollectionMetrics: 'SIZE' };
  const metrics = (game: string) => ({ ItemCollectionKey: { game: { S: game } }, SizeEstimateRangeGB: [0, 1] });

  it('come with every kind of write to a table with a local index, once for each collection', async () => {
    const Key = { game: { S: 'go' }, player: { S: 'ann' } };
    const request = (game: string, player: string) => ({ PutRequest: { Item: item(game, player) } });

    const written = await db.call('PutItem', { TableName: 'scores', Item: item('go', 'ann'), ...SIZE });
    const batch = await db.call('BatchWriteItem', {
      RequestItems: { scores: [request('go', 'bob'), request('go', 'cat'), request('chess', 'ann')] },
      ...SIZE,
    });
    const transaction = await db.call('TransactWriteItems', {
      TransactItems: [{ Delete: { TableName: 'scores', Key } }],
      ...SIZE,
    });

    expect(written.ItemCollectionMetrics).toEqual(metrics('go'));
    expect(batch.ItemCollectionMetrics).toEqual({ scores: [metrics('go'), metrics('chess')] });
    expect(transaction.ItemCollectionMetrics).toEqual({ scores: [metrics('go')] });
  });

  it('do not come unasked, nor of a table without local indexes', async () => {
    await db.call('CreateTable', scoresTable({ TableName: 'plain' }));

    expect(await put('go', 'ann')).not.toHaveProperty('ItemCollectionMetrics');
    const plain = await db.call('PutItem', { TableName: 'plain', Item: item('go', 'ann'), ...SIZE });
    expect(plain).not.toHaveProperty('ItemCollectionMetrics');
  });
});
