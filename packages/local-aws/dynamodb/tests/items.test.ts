import { beforeEach, describe, expect, it } from '@jest/globals';
import { scoreItem, scoreKey, scoresTable, startDynamoDb, type TestDynamoDb } from './table.ts';

let db: TestDynamoDb;
beforeEach(async () => {
  db = startDynamoDb();
  await db.call('CreateTable', scoresTable());
});

const put = (player: string, score: number, more = {}) =>
  db.call('PutItem', { TableName: 'scores', Item: scoreItem(player, score), ...more });

describe('single items', () => {
  it('gives back what was put, by name and by ARN', async () => {
    await put('ann', 7);

    const byName = await db.call('GetItem', { TableName: 'scores', Key: scoreKey('ann') });
    const byArn = await db.call('GetItem', {
      TableName: 'arn:aws:dynamodb:eu-west-1:000000000000:table/scores',
      Key: scoreKey('ann'),
    });

    expect(byName).toEqual({ Item: scoreItem('ann', 7) });
    expect(byArn).toEqual(byName);
  });

  it.each([
    ['null for an attribute', { Item: { game: null, player: { S: 'ann' } } }, /input of PutItem cannot be read/],
    ['a return value that there is none of', { ReturnValuesOnConditionCheckFailure: 'ALL_NEW' }, /ALL_OLD, NONE/],
  ])('refuses %s', async (_what, input, message) => {
    const refused = db.call('PutItem', { TableName: 'scores', Item: scoreItem('ann', 7), ...input });

    await expect(refused).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringMatching(message),
    });
  });

  it.each([5, 'tag', [null], [{ Key: 'a' }]])('refuses %j for the tags of a table', async (Tags) => {
    await expect(db.call('CreateTable', scoresTable({ TableName: 'other', Tags }))).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringMatching(/^Tags/),
    });
  });

  it('refuses a write whose condition fails, and shows the item when asked', async () => {
    await put('ann', 7);

    const refused = put('ann', 8, {
      ConditionExpression: 'attribute_not_exists(game)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });

    await expect(refused).rejects.toMatchObject({
      code: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      fields: { Item: scoreItem('ann', 7) },
    });
    expect(await db.call('GetItem', { TableName: 'scores', Key: scoreKey('ann') })).toEqual({
      Item: scoreItem('ann', 7),
    });
  });

  it('does not show the item of a failed condition unless asked', async () => {
    await put('ann', 7);

    await expect(put('ann', 8, { ConditionExpression: 'attribute_not_exists(game)' })).rejects.toMatchObject({
      fields: {},
    });
  });

  it('leaves an item as it was when an update fails half-way', async () => {
    await put('ann', 7);

    const refused = db.call('UpdateItem', {
      TableName: 'scores',
      Key: scoreKey('ann'),
      UpdateExpression: 'SET score = :new ADD player_count :text',
      ExpressionAttributeValues: { ':new': { N: '9' }, ':text': { S: 'x' } },
    });

    await expect(refused).rejects.toMatchObject({ code: 'ValidationException' });
    expect(await db.call('GetItem', { TableName: 'scores', Key: scoreKey('ann') })).toEqual({
      Item: scoreItem('ann', 7),
    });
  });

  it('refuses a batch of more writes than DynamoDB takes, for one table and over several', async () => {
    await db.call('CreateTable', scoresTable({ TableName: 'others' }));
    const writes = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ PutRequest: { Item: scoreItem(`p${at}`, at) } }));
    const batch = (RequestItems: object) => db.call('BatchWriteItem', { RequestItems });

    await batch({ scores: writes(13), others: writes(12) });
    await expect(batch({ scores: writes(26) })).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringContaining(
        'Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]',
      ),
    });
    await expect(batch({ scores: writes(13), others: writes(13) })).rejects.toMatchObject({
      code: 'ValidationException',
      message: 'Too many items requested for the BatchWriteItem call',
    });
  });

  it('refuses a parameter that it does not know, by name', async () => {
    await expect(put('ann', 7, { ReturnEverything: true })).rejects.toMatchObject({
      code: 'NotSupportedByLocalAws',
      message: expect.stringContaining('ReturnEverything of dynamodb:PutItem'),
    });
  });

  const onNoTable = { TableName: 'nowhere', Key: scoreKey('ann') };
  it.each<[string, Record<string, unknown>]>([
    ['GetItem', onNoTable],
    ['PutItem', { TableName: 'nowhere', Item: scoreItem('ann', 1) }],
    ['UpdateItem', onNoTable],
    ['DeleteItem', onNoTable],
    ['Scan', { TableName: 'nowhere' }],
    ['BatchGetItem', { RequestItems: { nowhere: { Keys: [scoreKey('ann')] } } }],
    ['BatchWriteItem', { RequestItems: { nowhere: [{ DeleteRequest: { Key: scoreKey('ann') } }] } }],
    ['TransactGetItems', { TransactItems: [{ Get: onNoTable }] }],
    ['TransactWriteItems', { TransactItems: [{ Delete: onNoTable }] }],
  ])('%s of a table that is not there finds no resource', async (operation, input) => {
    await expect(db.call(operation, input)).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Requested resource not found',
    });
  });

  it.each(['DescribeTable', 'DeleteTable', 'DescribeTimeToLive'])(
    '%s of a table that is not there says which',
    async (operation) => {
      await expect(db.call(operation, { TableName: 'nowhere' })).rejects.toMatchObject({
        code: 'ResourceNotFoundException',
        message: 'Requested resource not found: Table: nowhere not found',
      });
    },
  );

  it.each([
    'ExecuteStatement',
    'BatchExecuteStatement',
    'ExecuteTransaction',
    'EnableKinesisStreamingDestination',
    'CreateGlobalTable',
    'CreateBackup',
    'PutResourcePolicy',
  ])('%s is refused by name', async (operation) => {
    await expect(db.call(operation, {})).rejects.toThrow(operation);
  });

  it('a stream of changes is refused by name', async () => {
    const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' };

    await expect(db.call('CreateTable', scoresTable({ TableName: 'others', StreamSpecification }))).rejects.toThrow(
      'StreamSpecification of dynamodb:CreateTable',
    );
    await expect(db.call('UpdateTable', { TableName: 'scores', StreamSpecification })).rejects.toThrow(
      'StreamSpecification of dynamodb:UpdateTable',
    );
  });
});

describe('ranges', () => {
  it('reads an index in order, in pages', async () => {
    for (const [player, score] of [
      ['ann', 7],
      ['bob', 30],
      ['cat', 200],
      ['dan', 4],
    ] as const)
      await put(player, score);
    const query = {
      TableName: 'scores',
      IndexName: 'byScore',
      KeyConditionExpression: 'game = :game AND score > :low',
      ExpressionAttributeValues: { ':game': { S: 'chess' }, ':low': { N: '5' } },
      ScanIndexForward: false,
      Limit: 2,
    };

    const first = await db.call('Query', query);
    const second = await db.call('Query', { ...query, ExclusiveStartKey: first.LastEvaluatedKey });

    expect(first.Items).toEqual([scoreItem('cat', 200), scoreItem('bob', 30)]);
    expect(second).toEqual({ Count: 1, ScannedCount: 1, Items: [scoreItem('ann', 7)] });
  });

  it('sees the entry of an index move when the key changes, and go when it is removed', async () => {
    await put('ann', 7);
    const scan = async () => (await db.call('Scan', { TableName: 'scores', IndexName: 'byScore' })).Items;

    await put('ann', 8);
    expect(await scan()).toEqual([scoreItem('ann', 8)]);

    await db.call('UpdateItem', { TableName: 'scores', Key: scoreKey('ann'), UpdateExpression: 'REMOVE score' });
    expect(await scan()).toEqual([]);
  });

  it('fills an index that is added later', async () => {
    await put('ann', 7, {});
    await db.call('UpdateTable', {
      TableName: 'scores',
      AttributeDefinitions: [{ AttributeName: 'player', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: 'byPlayer',
            KeySchema: [{ AttributeName: 'player', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        },
        { Delete: { IndexName: 'byScore' } },
      ],
    });

    const found = await db.call('Query', {
      TableName: 'scores',
      IndexName: 'byPlayer',
      KeyConditionExpression: 'player = :player',
      ExpressionAttributeValues: { ':player': { S: 'ann' } },
    });

    expect(found.Items).toEqual([scoreItem('ann', 7)]);
    await expect(db.call('Scan', { TableName: 'scores', IndexName: 'byScore' })).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });
});

describe('batches', () => {
  it('writes and reads several items', async () => {
    await put('dan', 1);
    await db.call('BatchWriteItem', {
      RequestItems: {
        scores: [
          { PutRequest: { Item: scoreItem('ann', 1) } },
          { PutRequest: { Item: scoreItem('bob', 2) } },
          { DeleteRequest: { Key: scoreKey('dan') } },
        ],
      },
    });

    const read = await db.call('BatchGetItem', {
      RequestItems: { scores: { Keys: ['ann', 'bob', 'dan'].map(scoreKey) } },
    });

    expect((read.Responses as { scores: unknown[] }).scores).toHaveLength(2);
    expect((read.Responses as { scores: unknown[] }).scores).toEqual(
      expect.arrayContaining([scoreItem('ann', 1), scoreItem('bob', 2)]),
    );
  });
});

describe('capacity', () => {
  it('counts the indexes that a write touches, and what it costs when the index entry moves', async () => {
    const first = await put('ann', 7, { ReturnConsumedCapacity: 'INDEXES' });
    const moved = await put('ann', 8, { ReturnConsumedCapacity: 'TOTAL' });
    const same = await put('ann', 8, { ReturnConsumedCapacity: 'TOTAL' });

    expect(first.ConsumedCapacity).toEqual({
      TableName: 'scores',
      CapacityUnits: 2,
      Table: { CapacityUnits: 1 },
      GlobalSecondaryIndexes: { byScore: { CapacityUnits: 1 } },
    });
    expect(moved.ConsumedCapacity).toEqual({ TableName: 'scores', CapacityUnits: 3 });
    expect(same.ConsumedCapacity).toEqual({ TableName: 'scores', CapacityUnits: 1 });
  });

  it('adds up requests and units per table', async () => {
    await put('ann', 7);
    await db.call('GetItem', { TableName: 'scores', Key: scoreKey('ann') });
    await db.call('GetItem', { TableName: 'scores', Key: scoreKey('ann'), ConsistentRead: true });

    expect(db.dynamodb.usage()).toEqual({
      scores: { requests: { PutItem: 1, GetItem: 2 }, readUnits: 1.5, writeUnits: 2 },
    });
  });
});
