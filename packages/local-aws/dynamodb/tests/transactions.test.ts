import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scoreItem, scoreKey, scoresTable, startDynamoDb, type TestDynamoDb } from './table.ts';

let db: TestDynamoDb;
beforeEach(async () => {
  db = startDynamoDb();
  await db.call('CreateTable', scoresTable());
});

const putAction = (player: string, score: number, more = {}, attributes = {}) => ({
  Put: { TableName: 'scores', Item: scoreItem(player, score, attributes), ...more },
});
const addAction = (player: string, points: number) => ({
  Update: {
    TableName: 'scores',
    Key: scoreKey(player),
    UpdateExpression: 'ADD score :points',
    ExpressionAttributeValues: { ':points': { N: String(points) } },
  },
});
const notThere = { ConditionExpression: 'attribute_not_exists(game)' };
const transact = (actions: object[], more = {}) => db.call('TransactWriteItems', { TransactItems: actions, ...more });
const scoreOf = async (player: string) => {
  const { Item: item } = await db.call('GetItem', { TableName: 'scores', Key: scoreKey(player) });
  return (item as { score: { N: string } } | undefined)?.score.N;
};

describe('TransactWriteItems', () => {
  it('does all of its actions', async () => {
    await transact([putAction('dan', 1)]);

    await transact([
      putAction('ann', 7, notThere),
      addAction('bob', 5),
      { Delete: { TableName: 'scores', Key: scoreKey('dan') } },
      {
        ConditionCheck: {
          TableName: 'scores',
          Key: scoreKey('eve'),
          ConditionExpression: 'attribute_not_exists(game)',
        },
      },
    ]);

    expect([await scoreOf('ann'), await scoreOf('bob'), await scoreOf('dan')]).toEqual(['7', '5', undefined]);
  });

  it('does nothing when one condition fails, and gives a reason for each action in order', async () => {
    await transact([putAction('ann', 7)]);

    const refused = transact([
      putAction('bob', 1),
      putAction('ann', 8, { ...notThere, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
      addAction('cat', 1),
    ]);

    await expect(refused).rejects.toMatchObject({
      code: 'TransactionCanceledException',
      status: 400,
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None]',
      fields: {
        CancellationReasons: [
          { Code: 'None' },
          { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: scoreItem('ann', 7) },
          { Code: 'None' },
        ],
      },
    });
    expect([await scoreOf('ann'), await scoreOf('bob'), await scoreOf('cat')]).toEqual(['7', undefined, undefined]);
    expect((await db.call('Scan', { TableName: 'scores', IndexName: 'byScore' })).Items).toEqual([scoreItem('ann', 7)]);
  });

  it('gives ValidationError as the reason when an item does not fit its table', async () => {
    const refused = transact([putAction('ann', 1), { Delete: { TableName: 'scores', Key: { game: { S: 'chess' } } } }]);

    await expect(refused).rejects.toMatchObject({
      code: 'TransactionCanceledException',
      fields: {
        CancellationReasons: [
          { Code: 'None' },
          { Code: 'ValidationError', Message: 'The provided key element does not match the schema' },
        ],
      },
    });
    expect(await scoreOf('ann')).toBeUndefined();
  });

  it('refuses two actions on one item', async () => {
    await expect(transact([putAction('ann', 1), addAction('ann', 1)])).rejects.toMatchObject({
      code: 'ValidationException',
      message: 'Transaction request cannot include multiple operations on one item',
    });
  });

  it.each([
    [undefined, "Value null at 'transactItems' failed to satisfy constraint: Member must not be null"],
    [
      [],
      "Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [[{}], 'Invalid Request: TransactWriteRequest should contain Delete or Put or Update request'],
    [
      [{ ...putAction('ann', 1), ...addAction('bob', 1) }],
      'TransactItems can only contain one of Check, Put, Update or Delete',
    ],
    [
      Array.from({ length: 11 }, (_, at) => putAction(`p${at}`, at, {}, { filler: { S: 'x'.repeat(390_000) } })),
      'Transaction payload size cannot exceed 4MB. Payload Size: ',
    ],
  ])('refuses what is no transaction in the words of DynamoDB (%#)', async (TransactItems, message) => {
    const refused = db.call('TransactWriteItems', TransactItems === undefined ? {} : { TransactItems });

    await expect(refused).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  it('takes 100 actions, and refuses 101', async () => {
    const actions = Array.from({ length: 101 }, (_, index) => putAction(`p${index}`, index));

    await transact(actions.slice(0, 100));
    await expect(transact(actions)).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringMatching(
        /^1 validation error detected: Value '\[com\.amazonaws.*\]' at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100$/,
      ),
    });

    expect(await scoreOf('p99')).toBe('99');
    expect(await scoreOf('p100')).toBeUndefined();
  });

  it('does a repeated request once within ten minutes, and again after them', async () => {
    const once = { ClientRequestToken: 'serve-1' };

    await transact([addAction('ann', 1)], once);
    await transact([addAction('ann', 1)], once);
    expect(await scoreOf('ann')).toBe('1');
    await expect(transact([addAction('ann', 2)], once)).rejects.toMatchObject({
      code: 'IdempotentParameterMismatchException',
    });

    await db.clock.advance(10 * 60_000);
    await transact([addAction('ann', 1)], once);
    expect(await scoreOf('ann')).toBe('2');
  });

  it('does not remember the token of a transaction that was cancelled', async () => {
    await transact([putAction('ann', 1)]);
    const retried = () => transact([putAction('ann', 5, notThere)], { ClientRequestToken: 'serve-2' });
    await expect(retried()).rejects.toMatchObject({ code: 'TransactionCanceledException' });
    await db.call('DeleteItem', { TableName: 'scores', Key: scoreKey('ann') });

    await retried();

    expect(await scoreOf('ann')).toBe('5');
  });

  it('costs twice what plain writes cost', async () => {
    const plain = await db.call('PutItem', {
      TableName: 'scores',
      Item: scoreItem('ann', 1),
      ReturnConsumedCapacity: 'TOTAL',
    });
    const transacted = await transact([putAction('bob', 1)], { ReturnConsumedCapacity: 'TOTAL' });

    expect(plain.ConsumedCapacity).toEqual({ TableName: 'scores', CapacityUnits: 2 });
    expect(transacted.ConsumedCapacity).toEqual([{ TableName: 'scores', CapacityUnits: 4, WriteCapacityUnits: 4 }]);
  });
});

describe('TransactGetItems', () => {
  it('reads several items at one moment, with an empty answer for what is not there', async () => {
    await transact([putAction('ann', 7)]);

    const read = await db.call('TransactGetItems', {
      TransactItems: [
        { Get: { TableName: 'scores', Key: scoreKey('ann'), ProjectionExpression: 'score' } },
        { Get: { TableName: 'scores', Key: scoreKey('bob') } },
      ],
      ReturnConsumedCapacity: 'TOTAL',
    });

    expect(read).toEqual({
      Responses: [{ Item: { score: { N: '7' } } }, {}],
      ConsumedCapacity: [{ TableName: 'scores', CapacityUnits: 4, ReadCapacityUnits: 4 }],
    });
  });
});

describe('counters under parallel writes', () => {
  it('lose nothing, and move together when one transaction moves them', async () => {
    const step = fc.record({
      from: fc.constantFrom('ann', 'bob', 'cat'),
      to: fc.constantFrom('dan', 'eve', 'fay'),
      points: fc.integer({ min: 1, max: 9 }),
      kind: fc.constantFrom('transfer', 'plain', 'doomed'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const fresh = startDynamoDb();
        await fresh.call('CreateTable', scoresTable());
        const expected = new Map<string, number>();
        const add = (player: string, points: number) => expected.set(player, (expected.get(player) ?? 0) + points);

        await Promise.all(
          steps.map(async ({ from, to, points, kind }) => {
            if (kind === 'plain') {
              add(from, points);
              await fresh.call('UpdateItem', addAction(from, points).Update);
              return;
            }
            const doomed = {
              ConditionCheck: {
                TableName: 'scores',
                Key: scoreKey('nobody'),
                ConditionExpression: 'attribute_exists(game)',
              },
            };
            const transfer = [addAction(from, -points), addAction(to, points)];
            if (kind === 'transfer') {
              add(from, -points);
              add(to, points);
              await fresh.call('TransactWriteItems', { TransactItems: transfer });
            } else {
              await expect(
                fresh.call('TransactWriteItems', { TransactItems: [...transfer, doomed] }),
              ).rejects.toMatchObject({ code: 'TransactionCanceledException' });
            }
          }),
        );

        const { Items: items } = await fresh.call('Scan', { TableName: 'scores' });
        const found = new Map(
          (items as { player: { S: string }; score: { N: string } }[]).map(({ player, score }) => [
            player.S,
            Number(score.N),
          ]),
        );
        expect(found).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });
});
