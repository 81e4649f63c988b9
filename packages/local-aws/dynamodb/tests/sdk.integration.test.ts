import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ResourceNotFoundException,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createVirtualClock } from '../../core/clock.ts';
import { type Cloud, createCloud } from '../../create.ts';
import { scoreItem, scoreKey, scoresTable } from './table.ts';

let cloud: Cloud;
let client: DynamoDBClient;
beforeEach(async () => {
  cloud = await createCloud({ port: 0, clock: createVirtualClock() });
  client = new DynamoDBClient({
    endpoint: cloud.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await client.send(new CreateTableCommand(scoresTable() as never));
});
afterEach(async () => {
  client.destroy();
  await cloud.close();
});

const put = (player: string, score: number, more = {}) =>
  client.send(new PutItemCommand({ TableName: 'scores', Item: scoreItem(player, score) as never, ...more }));

describe('DynamoDB through the SDK', () => {
  it('knows the table, and gives back typed errors', async () => {
    await waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 5 }, { TableName: 'scores' });
    await put('ann', 7);

    const refused = await put('ann', 8, {
      ConditionExpression: 'attribute_not_exists(game)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }).catch((error: unknown) => error);
    const missing = await client
      .send(new GetItemCommand({ TableName: 'nowhere', Key: scoreKey('ann') }))
      .catch((error: unknown) => error);

    expect(refused).toBeInstanceOf(ConditionalCheckFailedException);
    expect((refused as ConditionalCheckFailedException).Item).toEqual(scoreItem('ann', 7));
    expect(missing).toBeInstanceOf(ResourceNotFoundException);
  });

  it('reads binary, sets, maps and lists as they were written', async () => {
    const more = {
      photo: { B: new Uint8Array([0, 127, 255]) },
      tags: { SS: ['a', 'b'] },
      moves: { L: [{ M: { to: { S: 'e4' }, check: { BOOL: false } } }, { NULL: true as const }] },
    };
    await client.send(new PutItemCommand({ TableName: 'scores', Item: { ...scoreItem('ann', 7), ...more } }));

    const { Items: items } = await client.send(
      new QueryCommand({
        TableName: 'scores',
        KeyConditionExpression: 'game = :game',
        ExpressionAttributeValues: { ':game': { S: 'chess' } },
      }),
    );

    expect(items).toEqual([{ ...scoreItem('ann', 7), ...more }]);
  });

  it('says why a transaction was cancelled', async () => {
    await put('ann', 7);

    const cancelled = await client
      .send(
        new TransactWriteItemsCommand({
          TransactItems: [
            {
              Put: {
                TableName: 'scores',
                Item: scoreItem('ann', 8) as never,
                ConditionExpression: 'attribute_not_exists(game)',
                ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
              },
            },
            { Put: { TableName: 'scores', Item: scoreItem('bob', 8) as never } },
          ],
        }),
      )
      .catch((error: unknown) => error);

    expect(cancelled).toBeInstanceOf(TransactionCanceledException);
    expect((cancelled as TransactionCanceledException).CancellationReasons).toEqual([
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: scoreItem('ann', 7) },
      { Code: 'None' },
    ]);
  });

  it('loses no increment of many clients', async () => {
    const add = () =>
      client.send(
        new UpdateItemCommand({
          TableName: 'scores',
          Key: scoreKey('ann'),
          UpdateExpression: 'ADD score :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        }),
      );

    await Promise.all(Array.from({ length: 200 }, add));

    const { Item: item } = await client.send(new GetItemCommand({ TableName: 'scores', Key: scoreKey('ann') }));
    expect(item).toEqual(scoreItem('ann', 200));
  });
});
