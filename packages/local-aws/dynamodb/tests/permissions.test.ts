import { beforeEach, describe, expect, it } from '@jest/globals';
import { ROOT } from '../../core/principal.ts';
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

  it('for a query of an index: the operation on the index', () => {
    expect(permissions('Query', { TableName: 'scores', IndexName: 'byScore' })).toEqual([
      { action: 'dynamodb:Query', resource: `${TABLE}/index/byScore` },
    ]);
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
