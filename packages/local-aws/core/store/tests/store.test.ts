import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ACCOUNT, openStore, type Store } from '../index.ts';
import { StateFile } from '../stateFile.ts';
// The services, which say what they keep.
import '../../../create.ts';
import { anyValues } from '../../tests/anyValues.ts';

let folder: string;
let opened: Store[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
});
afterEach(() => {
  for (const store of opened) store.close();
  opened = [];
  rmSync(folder, { recursive: true });
});

function open(): Store {
  const store = openStore(folder);
  opened.push(store);
  return store;
}

/** What another run of local-aws would find now, as after a kill: nothing is closed, only what the files hold counts. */
function onDisk(owner: string): Record<string, unknown> {
  const path = owner === ACCOUNT ? join(folder, 'account.sqlite') : stackFile(owner);
  const database = new DatabaseSync(copyOf(path));
  const rows = database.prepare('SELECT collection, key, value FROM entries').all();
  database.close();
  return Object.fromEntries(rows.map((row) => [`${row.collection}/${row.key}`, JSON.parse(String(row.value))]));
}

function copyOf(path: string): string {
  const copy = join(folder, 'copy');
  rmSync(`${copy}-wal`, { force: true });
  for (const end of ['', '-wal']) if (existsSync(path + end)) writeFileSync(copy + end, readFileSync(path + end));
  return copy;
}

const stackFile = (stack: string) => join(folder, 'stacks', `${stack}.sqlite`);

describe.each(['in memory', 'on disk'])('a store %s', (where) => {
  const start = () => (where === 'on disk' ? open() : openStore(undefined));

  it('gives back what was put, in the order of keys, and not what was deleted', () => {
    const balls = start().collection('ping-pong', anyValues<{ hits: number }>('game/balls'));
    balls.put('b', { hits: 2 });
    balls.put('a', { hits: 1 });
    balls.put('c', { hits: 3 });
    balls.put('a', { hits: 4 });
    balls.delete('c');

    expect(balls.entries()).toEqual([
      ['a', { hits: 4 }],
      ['b', { hits: 2 }],
    ]);
    expect([balls.get('a'), balls.get('c')]).toEqual([{ hits: 4 }, undefined]);
  });

  it('keeps a value as it was when it was put, and gives a new one each time', () => {
    const balls = start().collection('ping-pong', anyValues<{ hits: number; by?: string | undefined }>('game/balls'));
    const ball = { hits: 1, by: undefined };
    balls.put('a', ball);
    ball.hits = 2;
    const [[, first] = []] = balls.entries();
    Object.assign(first ?? {}, { hits: 3 });

    expect(balls.get('a')).toStrictEqual({ hits: 1 });
  });

  it('keeps owners and collections apart, and reads one collection of all owners', () => {
    const store = start();
    store.collection('one', anyValues('a')).put('key', 1);
    store.collection('two', anyValues('a')).put('key', 2);
    store.collection('two', anyValues('b')).put('key', 3);
    store.collection(ACCOUNT, anyValues('a')).put('key', 4);

    const all = store.all(anyValues<number>('a'));

    expect(new Map(all.map(({ owner, value }) => [owner, value]))).toEqual(
      new Map([
        ['one', 1],
        ['two', 2],
        [ACCOUNT, 4],
      ]),
    );
  });

  it('forgets all of an owner that is dropped, and keeps what it is given afterwards', () => {
    const store = start();
    const rows = store.collection('gone', anyValues<number>('rows'));
    rows.put('before', 1);
    store.drop('gone');
    rows.put('after', 2);

    expect(rows.entries()).toEqual([['after', 2]]);
  });
});

describe('a store on disk', () => {
  it('commits all writes of a turn together before they are settled', async () => {
    const store = open();
    const rows = store.collection('stack', anyValues<number>('rows'));
    rows.put('first', 1);
    rows.put('second', 2);
    expect(existsSync(stackFile('stack'))).toBe(false);

    await store.settled();

    expect(onDisk('stack')).toEqual({ 'rows/first': 1, 'rows/second': 2 });
    expect(store.settled()).toBeUndefined();
  });

  it('is there again after a close, without what was deleted', () => {
    const first = open();
    const rows = first.collection('stack', anyValues<number>('rows'));
    rows.put('kept', 1);
    rows.put('deleted', 2);
    rows.delete('deleted');
    first.collection('dropped', anyValues('rows')).put('key', 1);
    first.all(anyValues('rows'));
    first.drop('dropped');
    first.close();

    const second = open();

    expect(second.all(anyValues('rows'))).toEqual([{ owner: 'stack', key: 'kept', value: 1 }]);
    expect(readdirSync(join(folder, 'stacks'))).not.toContain('dropped.sqlite');
    expect(second.damaged()).toEqual([]);
  });

  it('lets an answer wait until what could not be written has been', async () => {
    const store = open();
    const rows = store.collection('stack', anyValues<number>('rows'));
    writeFileSync(stackFile('stack'), 'in the way');
    rows.put('key', 1);
    await expect(store.settled()).rejects.toThrow(/State cannot be written.*stack\.sqlite/);

    rmSync(stackFile('stack'));
    await store.settled();

    expect(onDisk('stack')).toEqual({ 'rows/key': 1 });
  });

  it('is for nobody else to read', async () => {
    const store = open();
    store.collection('stack', anyValues('rows')).put('key', 1);
    await store.settled();

    const modeOf = (path: string) => (statSync(join(folder, path)).mode & 0o777).toString(8);
    const files = ['account.sqlite', 'account.sqlite-wal', 'stacks/stack.sqlite', 'stacks/stack.sqlite-wal'];
    expect([modeOf(''), modeOf('stacks')]).toEqual(['700', '700']);
    expect([...files, 'lock', 'holder.json'].map(modeOf)).toEqual(Array(6).fill('600'));
  });

  it('refuses what an earlier version wrote, and leaves it alone', () => {
    writeFileSync(join(folder, 'sqs.json'), '{}');

    expect(() => openStore(folder)).toThrow(/earlier version of local-aws \(sqs\.json\).*--fresh/);
    expect(existsSync(join(folder, 'sqs.json'))).toBe(true);
    rmSync(join(folder, 'sqs.json'));
    expect(open().damaged()).toEqual([]);
  });
});

describe('the log of a file, after a kill,', () => {
  /** What files hold when nothing is closed. */
  const asKilled = () => cpSync(folder, killed, { recursive: true });
  const openKilled = () => {
    const store = openStore(killed);
    opened.push(store);
    return store;
  };
  let killed: string;
  const log = () => join(killed, 'stacks/stack.sqlite-wal');
  beforeEach(async () => {
    killed = mkdtempSync(join(tmpdir(), 'killed-'));
    const write = async (store: Store, rows: string) => {
      for (let count = 1; count <= 20; count += 1) {
        store.collection('stack', anyValues<string>('rows')).put(`${rows} ${count}`, 'x'.repeat(400));
        await store.settled();
      }
    };
    const before = open();
    before.collection('other', anyValues('rows')).put('key', 1);
    await write(before, 'in the file');
    before.close();
    await write(open(), 'in its log');
  });
  afterEach(() => {
    for (const store of opened.splice(0)) store.close();
    rmSync(killed, { recursive: true });
  });

  it('is read whole, without a word', () => {
    asKilled();

    const store = openKilled();

    expect(store.collection('stack', anyValues('rows')).entries()).toHaveLength(40);
    expect([store.dropped(), store.damaged()]).toEqual([[], []]);
  });

  const overwrite = (at: number) => {
    const bytes = readFileSync(log());
    bytes.fill(0, at, at + 200);
    writeFileSync(log(), bytes);
  };
  it.each([
    ['was cut off', () => truncateSync(log(), 60_000), 21],
    ['has lost its middle', () => overwrite(60_000), 21],
    ['has lost its head', () => overwrite(0), 20],
    ['is nothing but a few bytes', () => truncateSync(log(), 9), 20],
  ])('is counted aloud where it %s', (_what, spoil, least) => {
    asKilled();
    spoil();
    const { size } = statSync(log());

    const store = openKilled();

    const rows = store.collection('stack', anyValues('rows')).entries().length;
    expect(rows).toBeGreaterThanOrEqual(least);
    expect(rows).toBeLessThan(40);
    expect(store.damaged()).toEqual([]);
    const [, bytes] =
      /^(\d+) bytes at the end of .*stack\.sqlite-wal could not be read/.exec(store.dropped()[0] ?? '') ?? [];
    expect(Number(bytes)).toBeGreaterThan(0);
    expect(Number(bytes)).toBeLessThanOrEqual(size);
  });

  it.each([
    ['is missing', () => rmSync(log())],
    ['was emptied', () => truncateSync(log())],
  ])('is missed where it %s: its stack is refused, and no other', (_what, spoil) => {
    asKilled();
    spoil();

    const store = openKilled();

    expect(store.damaged()).toMatchObject([
      {
        owner: 'stack',
        error: { message: expect.stringMatching(/its log, with what was written last.*What to do: /) },
      },
    ]);
    expect(store.all(anyValues('rows'))).toEqual([{ owner: 'other', key: 'key', value: 1 }]);
  });

  it('is there even if nothing was written since the start, so that nothing is missed in vain', () => {
    for (const store of opened.splice(0)) store.close();
    open();
    asKilled();

    expect(openKilled().damaged()).toEqual([]);
  });

  it('is not missed where the end came while files were closed', () => {
    const [, store] = opened;
    const said: string[] = [];
    const close = jest.spyOn(StateFile.prototype, 'close').mockImplementation(function (this: StateFile) {
      said.push(readFileSync(join(folder, 'holder.json'), 'utf8'));
    });

    store?.close();
    close.mockRestore();

    expect(said.map((holder) => JSON.parse(holder).isOpen)).toEqual([false, false, false]);
  });
});

describe('a value of another shape', () => {
  const MESSAGE = { id: 'm', body: 'b', attributes: {}, sentAtMs: 1 };
  const DELIVERY = { id: 'd', owner: 'stack', tries: 0, sinceMs: 1, dueMs: 1 };
  const NOTIFICATION = { ...DELIVERY, item: { message: {}, subscription: {} } };
  const SCHEDULE = { owner: 'stack', definition: { Name: 'n', GroupName: 'g', Target: {} } };
  const TOKEN = { hash: 'h', expiresAtMs: 1, table: 't', order: '1' };
  it.each([
    ['cloudwatch/alarmStates', { value: 'OK', reason: '', sinceMs: 1 }, { value: 'FINE', reason: '', sinceMs: 1 }],
    ['dynamodb/table', { TableName: 't', KeySchema: [{}] }, { TableName: 't' }],
    ['dynamodb/item-t', { id: { S: 'x' } }, { id: 'x' }],
    ['dynamodb/tag-t', 'red', 5],
    ['dynamodb/ttl', 'expiresAt', {}],
    ['dynamodb/tokens', TOKEN, { ...TOKEN, table: undefined }],
    ['events/schedules', { scheduleExpression: 'rate(1 day)', nextMs: 1 }, { nextMs: 'soon' }],
    ['scheduler/schedules', SCHEDULE, { ...SCHEDULE, dueMs: 'soon' }],
    ['scheduler/deliveries', { ...DELIVERY, item: { ...SCHEDULE, executionId: 'e' } }, { ...DELIVERY, item: SCHEDULE }],
    ['lambda/deliveries', { ...DELIVERY, item: { functionName: 'f' } }, { ...DELIVERY, item: {} }],
    ['lambda/mappings', {}, []],
    ['sns/deliveries', NOTIFICATION, { ...NOTIFICATION, dueMs: null }],
    ['sns/deliveries', NOTIFICATION, { ...DELIVERY, item: {} }],
    ['events/deliveries', { ...DELIVERY, item: { rule: {}, target: {}, event: {} } }, null],
    ['sqs/queues', { settings: {}, createdAtMs: 1, changedAtMs: 1 }, 'x'],
    ['sqs/messages/q', { message: MESSAGE, visibleAtMs: 1 }, { message: { ...MESSAGE, body: undefined } }],
    ['sqs/deduplication/q', {}, 5],
  ])('in %s costs its stack only, and is named', (collection, fitting, misfitting) => {
    const first = open();
    first.collection('good', anyValues(collection)).put('key', fitting);
    first.collection('bad', anyValues(collection)).put('key', misfitting);
    first.close();

    const store = open();

    const sentence = new RegExp(`bad\\.sqlite cannot be used: it holds what .* \\(${collection} key: .*What to do: `);
    expect(store.damaged()).toMatchObject([{ owner: 'bad', error: { message: expect.stringMatching(sentence) } }]);
    expect(store.all(anyValues(collection))).toEqual([{ owner: 'good', key: 'key', value: fitting }]);
  });
});

describe('a file that cannot be used', () => {
  beforeEach(() => {
    const store = open();
    for (const stack of ['good', 'bad']) store.collection(stack, anyValues<string>('rows')).put('key', stack);
    store.close();
  });

  const spoilt: [string, () => void, RegExp][] = [
    ['is missing', () => rmSync(stackFile('bad')), /bad\.sqlite cannot be used: it is missing/],
    ['was emptied', () => truncateSync(stackFile('bad')), /it is empty/],
    ["is another program's", () => writeFileSync(stackFile('bad'), 'hello '.repeat(900)), /not a database/],
    ['is another database', () => foreignDatabase(), /local-aws did not write it/],
    ['has a page overwritten', () => overwrite(4096), /damaged|malformed|is not a/],
  ];

  function foreignDatabase() {
    rmSync(stackFile('bad'));
    const database = new DatabaseSync(stackFile('bad'));
    database.exec('CREATE TABLE entries (a)');
    database.close();
  }

  function overwrite(at: number) {
    const bytes = readFileSync(stackFile('bad'));
    bytes.fill(0xff, at, at + 3000);
    writeFileSync(stackFile('bad'), bytes);
  }

  it.each(spoilt)('and %s costs only its stack, in a sentence that says what to do', (_what, spoil, sentence) => {
    spoil();

    const store = open();

    expect(store.damaged()).toMatchObject([{ owner: 'bad', error: { message: expect.stringMatching(sentence) } }]);
    expect(store.damaged()[0]?.error.message).toMatch(/What to do: put it back, remove this stack alone .*--fresh/);
    expect(store.all(anyValues('rows'))).toEqual([{ owner: 'good', key: 'key', value: 'good' }]);
    expect(() => store.collection('bad', anyValues('rows')).put('key', 1)).toThrow(sentence);
  });

  it('can be dropped, and its stack made anew', async () => {
    truncateSync(stackFile('bad'));
    const first = open();
    first.drop('bad');
    first.collection('bad', anyValues('rows')).put('key', 'new');
    first.close();

    expect(open().collection('bad', anyValues('rows')).get('key')).toBe('new');
  });

  it("and is the account's leaves the stacks running", () => {
    rmSync(join(folder, 'account.sqlite'));

    const store = open();

    expect(store.damaged()).toMatchObject([
      { owner: ACCOUNT, error: { message: expect.stringMatching(/account\.sqlite .*missing/) } },
    ]);
    expect(store.all(anyValues('rows'))).toHaveLength(2);
  });
});
