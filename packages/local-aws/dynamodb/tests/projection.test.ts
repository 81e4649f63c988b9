import { expect, it } from '@jest/globals';
import { scoreItem, scoresTable, startDynamoDb } from './table.ts';

const included = {
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byScore',
      KeySchema: [
        { AttributeName: 'game', KeyType: 'HASH' },
        { AttributeName: 'score', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['nickname', 'level'] },
    },
  ],
};

it('projects what an item has of the included attributes, and charges for it', async () => {
  const db = startDynamoDb();
  await db.call('CreateTable', scoresTable(included));

  const written = await db.call('PutItem', {
    TableName: 'scores',
    Item: scoreItem('ann', 7, { nickname: { S: 'A' }, secret: { S: 's' } }),
    ReturnConsumedCapacity: 'INDEXES',
  });
  const read = await db.call('Query', {
    TableName: 'scores',
    IndexName: 'byScore',
    KeyConditionExpression: 'game = :game',
    ExpressionAttributeValues: { ':game': { S: 'chess' } },
  });

  expect(read.Items).toEqual([scoreItem('ann', 7, { nickname: { S: 'A' } })]);
  expect(written.ConsumedCapacity).toMatchObject({ CapacityUnits: 2 });
});

it('keeps projections of items that were there before the index', async () => {
  const db = startDynamoDb();
  await db.call(
    'CreateTable',
    scoresTable({
      GlobalSecondaryIndexes: undefined,
      AttributeDefinitions: [
        { AttributeName: 'game', AttributeType: 'S' },
        { AttributeName: 'player', AttributeType: 'S' },
      ],
    }),
  );
  await db.call('PutItem', { TableName: 'scores', Item: scoreItem('ann', 7, { level: { N: '3' } }) });

  const [Create] = included.GlobalSecondaryIndexes;
  const AttributeDefinitions = [
    { AttributeName: 'game', AttributeType: 'S' },
    { AttributeName: 'score', AttributeType: 'N' },
  ];
  await db.call('UpdateTable', {
    TableName: 'scores',
    AttributeDefinitions,
    GlobalSecondaryIndexUpdates: [{ Create }],
  });
  const read = await db.call('Scan', { TableName: 'scores', IndexName: 'byScore' });

  expect(read.Items).toEqual([scoreItem('ann', 7, { level: { N: '3' } })]);
});
