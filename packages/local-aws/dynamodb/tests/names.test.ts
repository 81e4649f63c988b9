import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTestCore } from '../../core/tests/testCore.ts';
import { createDynamoDb } from '../index.ts';
import { scoreItem, scoreKey, scoresTable, startDynamoDb, type TestDynamoDb } from './table.ts';

let db: TestDynamoDb;
beforeEach(async () => {
  db = startDynamoDb();
  await db.call('CreateTable', scoresTable());
});

/** Own members of these names, which `{ ["__proto__"]: ... }` and JSON can make. */
const members = (...entries: [string, unknown][]) => Object.fromEntries(entries) as Record<string, unknown>;
const put = (item: Record<string, unknown>, more = {}) =>
  db.call('PutItem', { TableName: 'scores', Item: item, ...more });
const get = async (player = 'ann') => (await db.call('GetItem', { TableName: 'scores', Key: scoreKey(player) })).Item;

const INHERITED = Object.getOwnPropertyNames(Object.prototype);
const text = (S: string) => ({ S });

describe.each(['__proto__', 'constructor', 'toString'])('an attribute called %s', (name) => {
  const names = { ExpressionAttributeNames: { '#name': name } };

  it('is kept, at the top and within maps and lists', async () => {
    const inner = { M: members([name, text('inner')], ['x', { L: [{ M: members([name, { N: '1' }]) }] }]) };
    const item = { ...scoreItem('ann', 1, { inner }), ...members([name, text('top')]) };
    await put({ ...scoreItem('ann', 1), ...members(['inner', inner], [name, text('top')]) });

    expect(JSON.stringify(await get())).toBe(JSON.stringify(item));
    const { Items: items } = await db.call('Scan', { TableName: 'scores' });
    expect(JSON.stringify(items)).toBe(JSON.stringify([item]));
  });

  it('is not there where an item lacks it', async () => {
    const added = await db.call('UpdateItem', {
      TableName: 'scores',
      Key: scoreKey('ann'),
      UpdateExpression: 'ADD #name :one',
      ConditionExpression: 'attribute_not_exists(#name)',
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ...names,
      ReturnValues: 'UPDATED_NEW',
    });

    expect(JSON.stringify(added.Attributes)).toBe(JSON.stringify(members([name, { N: '1' }])));
  });

  it('can be set, read alone, asked for and removed by expressions', async () => {
    const update = (UpdateExpression: string, more = {}) =>
      db.call('UpdateItem', { TableName: 'scores', Key: scoreKey('ann'), UpdateExpression, ...names, ...more });
    const set = await update('SET #name = :map', {
      ExpressionAttributeValues: { ':map': { M: {} } },
      ReturnValues: 'UPDATED_NEW',
    });
    expect(JSON.stringify(set.Attributes)).toBe(JSON.stringify(members([name, { M: {} }])));
    await update('SET #name.#name = :deep', { ExpressionAttributeValues: { ':deep': text('deep') } });

    const projected = { TableName: 'scores', Key: scoreKey('ann'), ProjectionExpression: '#name.#name', ...names };
    const whole = members([name, { M: members([name, text('deep')]) }]);
    expect(JSON.stringify((await db.call('GetItem', projected)).Item)).toBe(JSON.stringify(whole));
    await update('REMOVE #name', { ConditionExpression: 'attribute_exists(#name.#name)' });
    expect(await get()).toEqual(scoreKey('ann'));
    expect({}).not.toHaveProperty('S');
  });

  it('is kept by batches and transactions, and shown by a condition that failed', async () => {
    const item = (player: string) => ({ ...scoreItem(player, 1), ...members([name, text(player)]) });
    await db.call('BatchWriteItem', { RequestItems: { scores: [{ PutRequest: { Item: item('ann') } }] } });
    await db.call('TransactWriteItems', { TransactItems: [{ Put: { TableName: 'scores', Item: item('bob') } }] });

    const keys = [scoreKey('ann'), scoreKey('bob')];
    const batch = await db.call('BatchGetItem', { RequestItems: { scores: { Keys: keys } } });
    const transaction = await db.call('TransactGetItems', {
      TransactItems: keys.map((Key) => ({ Get: { TableName: 'scores', Key } })),
    });
    const whole = [item('ann'), item('bob')];
    const { scores } = batch.Responses as { scores: unknown[] };
    expect(scores.map((one) => JSON.stringify(one)).sort()).toEqual(whole.map((one) => JSON.stringify(one)));
    expect(JSON.stringify(transaction.Responses)).toBe(JSON.stringify(whole.map((Item) => ({ Item }))));
    const refused = put(scoreItem('ann', 2), {
      ConditionExpression: '#name = :other',
      ...names,
      ExpressionAttributeValues: { ':other': text('other') },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const { fields } = (await refused.catch((error: unknown) => error)) as { fields: { Item: unknown } };
    expect(JSON.stringify(fields.Item)).toBe(JSON.stringify(item('ann')));
  });

  it('cannot be a key, be projected into an index or hold an expiry', async () => {
    const key = {
      TableName: 'others',
      AttributeDefinitions: [{ AttributeName: name, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    };
    const TimeToLiveSpecification = { Enabled: true, AttributeName: name };

    await expect(db.call('CreateTable', key)).rejects.toThrow(`an attribute called '${name}'`);
    await expect(db.call('UpdateTimeToLive', { TableName: 'scores', TimeToLiveSpecification })).rejects.toThrow(
      `an attribute called '${name}'`,
    );
  });
});

describe('names of attributes', () => {
  it('come back as they were put, whatever they are', async () => {
    const name = fc.oneof(
      fc.string({ minLength: 1, maxLength: 5 }),
      fc
        .tuple(fc.constantFrom(...INHERITED), fc.constantFrom('', '\0', '\0\0', '.'))
        .map(([inherited, end]) => inherited + end),
    );
    const { value } = fc.letrec<{ value: object }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.string().map(text),
        fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map((entries) => ({ M: members(...entries) })),
        fc.array(tie('value'), { maxLength: 2 }).map((L) => ({ L })),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 4 }), async (entries) => {
        const item = { ...scoreItem('ann', 1), ...members(...entries), ...scoreItem('ann', 1) };
        await put(item);

        expect(JSON.stringify(await get())).toBe(JSON.stringify(item));
      }),
      { numRuns: 100 },
    );
  });

  it('may stand in expressions as they are, but for reserved words', async () => {
    await put({
      ...scoreItem('ann', 1),
      ...members(['toString', text('a')], ['values', { M: members(['valueOf', text('b')]) }]),
    });
    const read = (ProjectionExpression: string) =>
      db.call('GetItem', { TableName: 'scores', Key: scoreKey('ann'), ProjectionExpression });

    expect(JSON.stringify((await read('player, toString')).Item)).toBe('{"player":{"S":"ann"},"toString":{"S":"a"}}');
    await expect(read('constructor')).rejects.toThrow('reserved keyword; reserved keyword: constructor');
  });

  it('outlast a restart', async () => {
    const item = { ...scoreItem('ann', 1), ...members(['__proto__', text('kept')]) };
    await put(item);

    const core = createTestCore({ store: db.store });
    core.add(createDynamoDb(core));
    const again = await core.ask('dynamodb', 'GetItem', { TableName: 'scores', Key: scoreKey('ann') });

    expect(JSON.stringify(again.Item)).toBe(JSON.stringify(item));
  });
});

describe('levels', () => {
  const nested = (levels: number): object => (levels === 1 ? text('x') : { M: { a: nested(levels - 1) } });

  it('are 32 at the most, however an item comes to them', async () => {
    const refusal = {
      code: 'ValidationException',
      message: expect.stringMatching(/^Nesting Levels have exceeded supported limits/),
    };
    await put({ ...scoreItem('ann', 1), deep: nested(32) });
    await expect(put({ ...scoreItem('ann', 2), deep: nested(33) })).rejects.toMatchObject(refusal);
    await expect(put({ ...scoreItem('ann', 2), deep: { L: [nested(32)] } })).rejects.toMatchObject(refusal);
    const update = db.call('UpdateItem', {
      TableName: 'scores',
      Key: scoreKey('ann'),
      UpdateExpression: 'SET deep.a.b = :deep',
      ExpressionAttributeValues: { ':deep': nested(31) },
    });
    await expect(update).rejects.toMatchObject(refusal);

    expect(await get()).toEqual({ ...scoreItem('ann', 1), deep: nested(32) });
    expect((await db.call('Scan', { TableName: 'scores', IndexName: 'byScore' })).Items).toEqual([scoreItem('ann', 1)]);
  });
});
