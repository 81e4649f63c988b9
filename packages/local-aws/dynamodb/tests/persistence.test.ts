import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CommitLog, type LoggedWrite } from '../store/commitLog.ts';
import { scoreItem, scoreKey, scoresTable, startDynamoDb } from './table.ts';

let stateFolder: string;
beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 'dynamodb-'));
});
afterEach(() => rmSync(stateFolder, { recursive: true }));

const logPath = () => join(stateFolder, 'dynamodb', 'commits.jsonl');

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
    // No close: as after kill -9.

    const second = startDynamoDb({ stateFolder });
    await second.call('TransactWriteItems', transaction);

    const index = await second.call('Scan', { TableName: 'scores', IndexName: 'byScore' });
    expect(index.Items).toEqual([scoreItem('ann', 7)]);
    await second.clock.advance(10_000);
    expect((await second.call('Scan', { TableName: 'scores' })).Items).toEqual([]);
    await first.dynamodb.close?.();
    await second.dynamodb.close?.();
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
    await reopened.dynamodb.close?.();
  });

  it('refuses writes once it is closed, and may be closed twice', async () => {
    const db = startDynamoDb({ stateFolder });
    await db.call('CreateTable', scoresTable());
    await db.dynamodb.close?.();
    await db.dynamodb.close?.();

    await expect(db.call('PutItem', { TableName: 'scores', Item: scoreItem('ann', 7) })).rejects.toThrow('is closed');
    expect((await db.call('Scan', { TableName: 'scores' })).Items).toEqual([]);
  });

  it('says which file is damaged, and what to do', async () => {
    const first = startDynamoDb({ stateFolder });
    await first.dynamodb.close?.();
    writeFileSync(logPath(), 'not a commit\n');

    expect(() => startDynamoDb({ stateFolder })).toThrow(/commits\.jsonl is damaged at byte 0\. Start with --fresh/);
  });

  it('drops a transaction whose writing was cut off, and goes on from there', async () => {
    const first = startDynamoDb({ stateFolder });
    await first.call('CreateTable', scoresTable());
    await first.call('PutItem', { TableName: 'scores', Item: scoreItem('ann', 7) });
    await first.dynamodb.close?.();
    appendFileSync(logPath(), '[["item-scores","key",{"game":{"S":"ch');

    const second = startDynamoDb({ stateFolder });
    await second.call('PutItem', { TableName: 'scores', Item: scoreItem('bob', 8) });
    await second.dynamodb.close?.();
    const third = startDynamoDb({ stateFolder });

    const { Items: items } = await third.call('Scan', { TableName: 'scores' });
    expect(items).toEqual(expect.arrayContaining([scoreItem('ann', 7), scoreItem('bob', 8)]));
    expect(items).toHaveLength(2);
    await third.dynamodb.close?.();
  });

  it('does not keep what a refused transaction tried to write', async () => {
    const first = startDynamoDb({ stateFolder });
    await first.call('CreateTable', scoresTable());
    const sizeBefore = statSync(logPath()).size;

    await expect(
      first.call('TransactWriteItems', {
        TransactItems: [
          { Put: { TableName: 'scores', Item: scoreItem('ann', 1) } },
          {
            ConditionCheck: {
              TableName: 'scores',
              Key: scoreKey('bob'),
              ConditionExpression: 'attribute_exists(game)',
            },
          },
        ],
      }),
    ).rejects.toMatchObject({ code: 'TransactionCanceledException' });

    expect(statSync(logPath()).size).toBe(sizeBefore);
    await first.dynamodb.close?.();
  });

  it('is rewritten when it has grown, without losing anything', () => {
    const log = new CommitLog(stateFolder);
    const filler = 'x'.repeat(1024 * 1024);
    for (let round = 0; round < 9; round += 1) log.append([['item-t', 'key', { round, filler }]]);
    expect(log.needsCompaction).toBe(true);

    log.compact([['item-t', 'key', 'last']]);
    log.append([['item-t', 'other', 'after']]);
    log.close();

    const replayed: LoggedWrite[] = [];
    const reopened = new CommitLog(stateFolder);
    reopened.replay((write) => replayed.push(write));
    reopened.close();
    expect(replayed).toEqual([
      ['item-t', 'key', 'last'],
      ['item-t', 'other', 'after'],
    ]);
    expect(statSync(join(stateFolder, 'commits.jsonl')).size).toBeLessThan(200);
  });
});
