import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyResourceType } from '../../core/resource.ts';
import { scoreItem, scoreKey, scoresTable, startDynamoDb, type TestDynamoDb } from './table.ts';

let stateFolder: string;
beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 'dynamodb-'));
});
afterEach(() => rmSync(stateFolder, { recursive: true }));

/** What another local-aws finds when this one is killed now. */
function afterKill(killed: TestDynamoDb): TestDynamoDb {
  const copy = join(stateFolder, 'copy');
  for (const part of ['account.sqlite', 'account.sqlite-wal', 'stacks'])
    cpSync(join(stateFolder, part), join(copy, part), { recursive: true });
  killed.store.close();
  return startDynamoDb({ stateFolder: copy, startMs: killed.clock.now() });
}

describe('state on disk', () => {
  it('is there after a process that was killed, with indexes, TTL and tokens', async () => {
    const first = startDynamoDb({ stateFolder });
    await first.call('CreateTable', scoresTable());
    await first.call('UpdateTimeToLive', {
      TableName: 'scores',
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAtSeconds' },
    });
    const expiresAtSeconds = { N: String(Math.floor(first.clock.now() / 1000) + 10) };
    await first.call('PutItem', { TableName: 'scores', Item: scoreItem('ann', 7, { expiresAtSeconds }) });
    const transaction = {
      TransactItems: [{ Put: { TableName: 'scores', Item: scoreItem('bob', 8) } }],
      ClientRequestToken: 'token',
    };
    await first.call('TransactWriteItems', transaction);
    await first.call('DeleteItem', { TableName: 'scores', Key: scoreKey('bob') });

    const second = afterKill(first);
    await second.call('TransactWriteItems', transaction);

    const index = await second.call('Scan', { TableName: 'scores', IndexName: 'byScore' });
    expect(index.Items).toEqual([scoreItem('ann', 7)]);
    await second.clock.advance(10_000);
    expect((await second.call('Scan', { TableName: 'scores' })).Items).toEqual([]);
    second.store.close();
  });

  it('has every write that was acknowledged before a kill -9', async () => {
    const writer = spawn(process.execPath, [fileURLToPath(new URL('./writer.ts', import.meta.url)), stateFolder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let acknowledged = 0;
    for await (const line of createInterface(writer.stdout)) {
      acknowledged = Number(line);
      if (acknowledged === 500) writer.kill('SIGKILL');
    }
    if (writer.signalCode === null) await once(writer, 'exit');

    const reopened = startDynamoDb({ stateFolder });
    const { Items: items } = await reopened.call('Scan', { TableName: 'scores' });

    // Each transaction wrote two items; one may have been carried out without its acknowledgement being seen.
    const found = (items as unknown[]).length;
    expect(writer.signalCode).toBe('SIGKILL');
    expect(found % 2).toBe(0);
    expect(found).toBeGreaterThanOrEqual(2 * acknowledged);
    reopened.store.close();
  });

  it('refuses writes once it is closed', async () => {
    const db = startDynamoDb({ stateFolder });
    await db.call('CreateTable', scoresTable());
    await db.dynamodb.close?.();
    db.store.close();

    await expect(db.call('PutItem', { TableName: 'scores', Item: scoreItem('ann', 7) })).rejects.toThrow('is closed');
    expect((await db.call('Scan', { TableName: 'scores' })).Items).toEqual([]);
  });

  it('does not keep what a refused transaction tried to write, nor a table that was deleted', async () => {
    const first = startDynamoDb({ stateFolder });
    await first.call('CreateTable', scoresTable());
    await first.call('CreateTable', scoresTable({ TableName: 'gone' }));
    await first.call('PutItem', { TableName: 'gone', Item: scoreItem('ann', 7) });
    await first.call('DeleteTable', { TableName: 'gone' });
    const refused = first.call('TransactWriteItems', {
      TransactItems: [
        { Put: { TableName: 'scores', Item: scoreItem('ann', 1) } },
        {
          ConditionCheck: { TableName: 'scores', Key: scoreKey('bob'), ConditionExpression: 'attribute_exists(game)' },
        },
      ],
    });
    await expect(refused).rejects.toMatchObject({ code: 'TransactionCanceledException' });

    const second = afterKill(first);
    await second.call('CreateTable', scoresTable({ TableName: 'gone' }));

    expect((await second.call('Scan', { TableName: 'scores' })).Items).toEqual([]);
    expect((await second.call('Scan', { TableName: 'gone' })).Items).toEqual([]);
    second.store.close();
  });

  it("has the table of a stack for that stack alone, until it is retained: then it is the account's", async () => {
    const first = startDynamoDb({ stateFolder });
    const type = first.dynamodb.resources[0] as AnyResourceType;
    const properties = type.properties.parse(scoresTable({ Tags: [] }));
    const context = { stackName: 'arcade', logicalId: 'Scores', generateName: () => 'generated' };
    const table = await type.create(properties, context);
    await first.call('PutItem', { TableName: 'scores', Item: scoreItem('ann', 7) });
    await type.retain?.(table);
    first.store.drop('arcade');

    const second = afterKill(first);

    expect((await second.call('Scan', { TableName: 'scores' })).Items).toEqual([scoreItem('ann', 7)]);
    const again = second.dynamodb.resources[0] as AnyResourceType;
    expect(await again.adopt?.(properties, context)).toBeUndefined();
    await expect(again.create(properties, context)).rejects.toMatchObject({ code: 'ResourceInUseException' });
    second.store.close();
  });
});
