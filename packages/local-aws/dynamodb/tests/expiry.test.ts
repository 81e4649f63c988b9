import { beforeEach, describe, expect, it } from '@jest/globals';
import { scoreItem, scoreKey, scoresTable, startDynamoDb, type TestDynamoDb } from './table.ts';

let db: TestDynamoDb;
beforeEach(async () => {
  db = startDynamoDb();
  await db.call('CreateTable', scoresTable());
});

const turnOn = () =>
  db.call('UpdateTimeToLive', {
    TableName: 'scores',
    TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAtSeconds' },
  });
const inSeconds = (seconds: number) => Math.floor(db.clock.now() / 1000) + seconds;
const put = (player: string, expiresAtSeconds: object) =>
  db.call('PutItem', { TableName: 'scores', Item: scoreItem(player, 1, { expiresAtSeconds }) });
const players = async () => {
  const { Items: items } = await db.call('Scan', { TableName: 'scores' });
  return (items as { player: { S: string } }[]).map(({ player }) => player.S).sort();
};

describe('time to live', () => {
  it('deletes items when they are due, not before, and writes it in the journal', async () => {
    await turnOn();
    await put('ann', { N: String(inSeconds(10)) });
    await put('bob', { N: String(inSeconds(20)) });

    await db.clock.advance(9_999);
    expect(await players()).toEqual(['ann', 'bob']);
    await db.clock.advance(1);
    expect(await players()).toEqual(['bob']);
    await db.clock.advance(10_000);
    expect(await players()).toEqual([]);

    const expired = db.journal.entries().filter(({ action }) => action === 'expire');
    expect(expired.map(({ detail }) => detail)).toEqual([{ Key: scoreKey('ann') }, { Key: scoreKey('bob') }]);
  });

  it('goes by the latest value of the attribute', async () => {
    await turnOn();
    await put('ann', { N: String(inSeconds(10)) });
    await put('ann', { N: String(inSeconds(100)) });

    await db.clock.advance(50_000);
    expect(await players()).toEqual(['ann']);
    await db.clock.advance(50_000);
    expect(await players()).toEqual([]);
  });

  it('leaves alone text, milliseconds, and what expired more than five years ago', async () => {
    await turnOn();
    await put('text', { S: String(inSeconds(1)) });
    await put('milliseconds', { N: String(db.clock.now() + 1000) });
    await put('ancient', { N: String(inSeconds(-6 * 365 * 24 * 3600)) });

    await db.clock.advance(24 * 3_600_000);

    expect(await players()).toEqual(['ancient', 'milliseconds', 'text']);
  });

  it('covers items that were there before it was turned on, and stops when it is turned off', async () => {
    await put('ann', { N: String(inSeconds(10)) });
    await turnOn();
    await db.clock.advance(10_000);
    expect(await players()).toEqual([]);

    await put('bob', { N: String(inSeconds(10)) });
    await db.call('UpdateTimeToLive', {
      TableName: 'scores',
      TimeToLiveSpecification: { Enabled: false, AttributeName: 'expiresAtSeconds' },
    });
    await db.clock.advance(20_000);
    expect(await players()).toEqual(['bob']);
  });

  it('describes itself, and refuses to be turned on twice', async () => {
    expect(await db.call('DescribeTimeToLive', { TableName: 'scores' })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' },
    });
    await turnOn();
    expect(await db.call('DescribeTimeToLive', { TableName: 'scores' })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAtSeconds' },
    });
    await expect(turnOn()).rejects.toMatchObject({ message: 'TimeToLive is already enabled' });
  });
});
