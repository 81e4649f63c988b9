import { beforeEach, describe, expect, it } from '@jest/globals';
import { ROOT } from '../../core/principal.ts';
import { ask, policy } from '../../iam/tests/asking.ts';
import { scoreItem, scoreKey, scoresTable, startDynamoDb, type TestDynamoDb } from './table.ts';

const TABLE = 'arn:aws:dynamodb:eu-west-1:000000000000:table/scores';
const leading = { 'dynamodb:LeadingKeys': ['chess'] };

let db: TestDynamoDb;
beforeEach(async () => {
  db = startDynamoDb();
  await db.call('CreateTable', scoresTable());
});

const permissions = (operation: string, input: unknown) =>
  db.dynamodb.operations?.[operation]?.(input, { principal: ROOT, requestId: 'r', endpoint: '' }).permissions;

describe('what IAM is asked', () => {
  it('for an item: the operation on the table, with the partition key', () => {
    expect(permissions('GetItem', { TableName: TABLE, Key: scoreKey('ann') })).toEqual([
      { action: 'dynamodb:GetItem', resource: TABLE, conditions: leading },
    ]);
  });

  it.each(['PutItem', 'UpdateItem', 'DeleteItem'])(
    'for %s: also what it is to give back, where it says so',
    (action) => {
      const input = { TableName: TABLE, Key: scoreKey('ann') };
      const permission = { action: `dynamodb:${action}`, resource: TABLE };

      expect(permissions(action, { ...input, ReturnValues: 'ALL_OLD' })).toEqual([
        { ...permission, conditions: { ...leading, 'dynamodb:ReturnValues': 'ALL_OLD' } },
      ]);
      expect(permissions(action, input)).toEqual([{ ...permission, conditions: leading }]);
    },
  );

  it('for a query or scan of an index: the operation on the index', () => {
    for (const action of ['Query', 'Scan']) {
      expect(permissions(action, { TableName: 'scores', IndexName: 'byScore' })).toEqual([
        { action: `dynamodb:${action}`, resource: `${TABLE}/index/byScore` },
      ]);
    }
  });

  it('for a transaction: the action of each item', () => {
    const onItem = { TableName: 'scores', Key: scoreKey('ann') };
    const asked = permissions('TransactWriteItems', {
      TransactItems: [
        { Put: { TableName: 'scores', Item: scoreItem('ann', 1) } },
        { Update: onItem },
        { Delete: onItem },
        { ConditionCheck: onItem },
      ],
    });

    expect(asked?.map(({ action }) => action)).toEqual([
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'dynamodb:ConditionCheckItem',
    ]);
    expect(permissions('TransactGetItems', { TransactItems: [{ Get: onItem }] })).toEqual([
      { action: 'dynamodb:GetItem', resource: TABLE, conditions: leading },
    ]);
  });

  it('for a batch: the operation on each table', () => {
    const asked = permissions('BatchGetItem', {
      RequestItems: { scores: { Keys: [scoreKey('ann')] }, other: { Keys: [] } },
    });

    expect(asked?.map(({ resource }) => resource)).toEqual([TABLE, TABLE.replace('scores', 'other')]);
  });

  it('for every operation, even when its input is empty', () => {
    const operations = Object.keys(db.dynamodb.operations ?? {});
    const withoutTable = operations.filter((name) => /^(Batch|Transact)/.test(name));

    for (const name of operations.filter((one) => !withoutTable.includes(one))) {
      expect(permissions(name, {})).toEqual([
        expect.objectContaining({ action: `dynamodb:${name}`, resource: expect.any(String) }),
      ]);
    }
    for (const name of withoutTable) expect(permissions(name, {})).toEqual([]);
  });
});

describe('the partition keys that a policy can go by', () => {
  const values = (...texts: string[]) => texts.map((S) => ({ S }));
  const byExpression = (KeyConditionExpression: string, more = {}) => ({
    KeyConditionExpression,
    ExpressionAttributeValues: {
      ':mine': { S: 'chess' },
      ':other': { S: 'zz' },
      ':one': { N: '1' },
      ':two': { N: '2' },
    },
    ...more,
  });
  const used = (query: Record<string, unknown>, ...names: string[]) => ({
    ...query,
    ExpressionAttributeValues: Object.fromEntries(
      Object.entries(query.ExpressionAttributeValues as object).filter(([name]) => names.includes(name)),
    ),
  });
  const condition = (ComparisonOperator: string, ...AttributeValueList: object[]) => ({
    ComparisonOperator,
    AttributeValueList,
  });

  it.each<[string, Record<string, unknown>]>([
    ['an equation', used(byExpression('game = :mine'), ':mine')],
    ['an equation the other way round', used(byExpression(':mine = game'), ':mine')],
    ['an alias', used(byExpression('#g = :mine', { ExpressionAttributeNames: { '#g': 'game' } }), ':mine')],
    ['a condition on the sort key before', used(byExpression('player > :other AND (game = :mine)'), ':mine', ':other')],
    [
      'the key of an index',
      used(
        byExpression('game = :mine AND score BETWEEN :one AND :two', { IndexName: 'byScore' }),
        ':mine',
        ':one',
        ':two',
      ),
    ],
    [
      'the parameters of before expressions',
      { KeyConditions: { player: condition('BEGINS_WITH', { S: 'a' }), game: condition('EQ', { S: 'chess' }) } },
    ],
  ])('are a query’s, by %s', (_title, query) => {
    expect(permissions('Query', { TableName: TABLE, ...query })).toMatchObject([{ conditions: leading }]);
  });

  it('are the index’s own where a query goes to an index', async () => {
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
      ],
    });
    const query = used(byExpression('player = :mine'), ':mine');

    expect(permissions('Query', { TableName: 'scores', IndexName: 'byPlayer', ...query })).toMatchObject([
      { conditions: leading },
    ]);
    expect(permissions('Query', { TableName: 'scores', ...query })?.[0]).not.toHaveProperty('conditions');
  });

  it('spell a number in one way', async () => {
    await db.call('CreateTable', {
      TableName: 'numbered',
      AttributeDefinitions: [{ AttributeName: 'n', AttributeType: 'N' }],
      KeySchema: [{ AttributeName: 'n', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    const key = { n: { N: '05.0e0' } };
    const query = { KeyConditionExpression: 'n = :n', ExpressionAttributeValues: { ':n': key.n } };

    for (const [operation, input] of [
      ['GetItem', { Key: key }],
      ['Query', query],
    ] as const) {
      expect(permissions(operation, { TableName: 'numbered', ...input })).toMatchObject([
        { conditions: { 'dynamodb:LeadingKeys': ['5'] } },
      ]);
    }
  });

  const key = (game: string) => ({ game: { S: game }, player: { S: 'ann' } });
  const one = (game: string, more = {}) => ({ TableName: 'scores', Key: key(game), ...more });
  const whole = (game: string) => ({ TableName: 'scores', Item: key(game) });
  /** Inputs of each operation on the items of one partition, or of several. */
  const inputs: [string, (...games: string[]) => Record<string, unknown>][] = [
    ['GetItem', (game = '') => one(game)],
    ['PutItem', (game = '') => whole(game)],
    ['UpdateItem', (game = '') => one(game)],
    ['DeleteItem', (game = '') => one(game)],
    ['Query', (game = '') => ({ TableName: 'scores', KeyConditions: { game: condition('EQ', ...values(game)) } })],
    ['BatchGetItem', (...games) => ({ RequestItems: { scores: { Keys: games.map(key) } } })],
    [
      'BatchWriteItem',
      (...games) => ({ RequestItems: { scores: games.map((game) => ({ PutRequest: { Item: key(game) } })) } }),
    ],
    [
      'BatchWriteItem',
      (...games) => ({ RequestItems: { scores: games.map((game) => ({ DeleteRequest: { Key: key(game) } })) } }),
    ],
    ['TransactGetItems', (...games) => ({ TransactItems: games.map((game) => ({ Get: one(game) })) })],
    ...(['Update', 'Delete', 'ConditionCheck'] as const).map(
      (kind): [string, (...games: string[]) => Record<string, unknown>] => [
        'TransactWriteItems',
        (...games) => ({ TransactItems: games.map((game) => ({ [kind]: one(game) })) }),
      ],
    ),
    ['TransactWriteItems', (...games) => ({ TransactItems: games.map((game) => ({ Put: whole(game) })) })],
  ];

  it.each(inputs)('keep whoever may do %s on one partition to it', (operation, inputOf) => {
    const own = policy({
      Effect: 'Allow',
      Action: 'dynamodb:*',
      Resource: TABLE,
      Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['chess'] } },
    });
    const isAllowed = (...games: string[]) => {
      const asked = permissions(operation, inputOf(...games)) ?? [];
      return asked.every(
        ({ action, resource, conditions }) =>
          ask({ identity: [own], action, on: resource, ...(conditions && { conditions }) }).allowed,
      );
    };

    expect([isAllowed('chess'), isAllowed('go'), isAllowed('chesss')]).toEqual([true, false, false]);
    if (/^(Batch|Transact)/.test(operation)) expect(isAllowed('chess', 'go')).toBe(false);
  });
});
