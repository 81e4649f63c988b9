import { beforeEach, describe, expect, it } from '@jest/globals';
import { scoreItem, scoreKey, scoresTable, startDynamoDb, type TestDynamoDb } from './table.ts';

describe('one call blocks nothing', () => {
  let db: TestDynamoDb;
  beforeEach(async () => {
    db = startDynamoDb();
    await db.call('CreateTable', scoresTable());
  });
  const put = (more: object) =>
    db.call('PutItem', { TableName: 'scores', Item: scoreItem('ann', 1, { things: { L: [] } }), ...more });
  const update = (UpdateExpression: string, ExpressionAttributeValues: object) =>
    db.call('UpdateItem', {
      TableName: 'scores',
      Key: scoreKey('ann'),
      UpdateExpression,
      ExpressionAttributeValues,
      ReturnValues: 'UPDATED_NEW',
    });

  it.each([
    ['in one another', `${'(a = :a AND '.repeat(120)}a = :a${')'.repeat(120)}`],
    ['negated', `${'NOT ('.repeat(120)}a = :a${')'.repeat(120)}`],
    ['around a path', `${'('.repeat(200)}a${')'.repeat(200)} = :a`],
    ['that never close', '('.repeat(500)],
  ])('with parentheses %s', async (_title, ConditionExpression) => {
    const asked = put({ ConditionExpression, ExpressionAttributeValues: { ':a': { S: 'a' } } }).catch(String);

    expect(await asked).toMatch(/Exception|conditional request failed|Invalid ConditionExpression/);
  });

  it('with elements put far behind the end of a list, which are appended in their order', async () => {
    await put({});

    const values = { ':late': { S: 'late' }, ':early': { S: 'early' } };
    expect(await update('SET things[4294967294] = :late, things[7] = :early', values)).toMatchObject({
      Attributes: {},
    });
    const { Item: item } = await db.call('GetItem', { TableName: 'scores', Key: scoreKey('ann') });
    expect(item).toMatchObject({ things: { L: [{ S: 'early' }, { S: 'late' }] } });
  });

  it('with sets as large as items may be', async () => {
    const set = (from: number) => ({ SS: Array.from({ length: 40_000 }, (_, index) => (from + index).toString(36)) });
    await put({});
    await update('ADD many :set', { ':set': set(0) });

    await update('DELETE many :set', { ':set': set(10_000) });
    await update('ADD many :set', { ':set': { SS: ['0', '1', 'new'] } });

    const { Item: item } = await db.call('GetItem', { TableName: 'scores', Key: scoreKey('ann') });
    const { SS: left } = (item as { many: { SS: string[] } }).many;
    expect(left).toEqual([...set(0).SS.slice(0, 10_000), 'new']);
  });

  it('with sets, in the parameters of before expressions', async () => {
    await put({});
    const change = (Action: string, ...SS: string[]) =>
      db.call('UpdateItem', {
        TableName: 'scores',
        Key: scoreKey('ann'),
        AttributeUpdates: { tags: { Action, Value: { SS } } },
        ReturnValues: 'UPDATED_NEW',
      });

    await change('ADD', 'a', 'b');
    expect(await change('ADD', 'b', 'c')).toEqual({ Attributes: { tags: { SS: ['a', 'b', 'c'] } } });
    expect(await change('DELETE', 'a', 'z')).toEqual({ Attributes: { tags: { SS: ['b', 'c'] } } });
  });

  it.each([
    [`a = :a${' '.repeat(4091)}`, 'Expression size has exceeded the maximum allowed size; expression size: 4097'],
    ['a[4294967295] = :a', 'List index is not within the allowable range; index: [4294967295]'],
  ])('and what is beyond the bounds of expressions is refused (%#)', async (ConditionExpression, message) => {
    await expect(put({ ConditionExpression, ExpressionAttributeValues: { ':a': { S: 'a' } } })).rejects.toMatchObject({
      code: 'ValidationException',
      message: `Invalid ConditionExpression: ${message}`,
    });
  });
});
