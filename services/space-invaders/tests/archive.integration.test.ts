import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { PATIENCE_MS, withoutSchedules } from '@arcade/local-aws/testkit';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { rebuildOn } from '../rebuild/rebuild.ts';
import { type Invaders, type Player, SERVICE_FOLDER, startInvaders } from './aws.ts';
import { NOW_MS, sessionOf } from './parts.ts';

const StreamName = 'space-invaders-local-statuses';
const session = sessionOf();
const { sessionId } = session;
const OTHER = '20300101T000000Z-zzzz';

let invaders: Invaders;
let ann: Player;
let ben: Player;
let s3: S3Client;
let folder: string;
let duckDb: DuckDBConnection;
/** What is in the bucket: texts by names. */
let files: Map<string, string>;

/** Brings the bucket into a folder, as it is. */
async function download(): Promise<Map<string, string>> {
  const Bucket = invaders.aws.outputs('space-invaders').ArchiveBucketName ?? '';
  const found = new Map<string, string>();
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
    for (const { Key = '' } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
      await mkdir(dirname(join(folder, Key)), { recursive: true });
      await writeFile(join(folder, Key), bytes);
      found.set(Key, Key.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString());
    }
  }
  return found;
}

/** Columns as DuckDB spells their types; those of Glue are Hive's. */
const duckType = (hive: string): string =>
  hive.startsWith('struct<')
    ? `struct(${hive.slice('struct<'.length, -1).replaceAll(':', ' ').replaceAll('string', 'varchar')})`
    : hive.replace('string', 'varchar');

/** The table that Glue would have, on the folder. */
async function openFolder(): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const columns = parse(readFileSync(join(SERVICE_FOLDER, 'queries/columns.yml'), 'utf8')) as {
    Name: string;
    Type: string;
  }[];
  const types = columns.map(({ Name, Type }) => `'${Name}': '${duckType(Type)}'`).join(', ');
  await connection.run(
    `CREATE VIEW statuses AS SELECT * FROM read_json('${folder}/statuses/*/*/*.gz',
       format = 'newline_delimited', hive_partitioning = true, columns = {${types}})`,
  );
  return connection;
}

/** Asks a saved query about a session. */
async function ask(query: string, id = sessionId) {
  const sql = readFileSync(join(SERVICE_FOLDER, `queries/${query}.sql`), 'utf8');
  const reader = await duckDb.runAndReadAll(sql, [id]);
  return reader.getRowObjectsJson();
}

const statusOf = (overrides: object = {}) => ({
  ...{ sessionId, trial: 1, sequence: 1, sentAtMs: NOW_MS },
  ...{ score: 0, lives: 3, shots: 0, level: 1 },
  ...overrides,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
  invaders = await startInvaders({ transform: withoutSchedules });
  const { aws } = invaders;
  s3 = new S3Client(aws.rootClientConfig);
  await invaders.open(session);
  [ann, ben] = [await invaders.enter('Ann'), await invaders.enter('Ben')];
  for (const player of [ann, ben]) await player.ask('POST', '/allocate', { sessionId });
  const send = async (player: Player, overrides: object) => {
    expect(await player.ask('POST', '/updatestatus', statusOf(overrides))).toMatchObject({ status: 202 });
  };
  await aws.advance(1000);
  await send(ann, { sequence: 1 });
  await send(ben, { sequence: 1 });
  await aws.advance(1000);
  await send(ann, { sequence: 2, score: 10, shots: 2 });
  await send(ann, { sequence: 2, score: 10, shots: 2 });
  await send(ben, { sequence: 2, score: 15, shots: 4 });
  await aws.advance(1000);
  await send(ann, { sequence: 3, score: 10, shots: 3, lives: 2 });
  await send(ann, { trial: 2, sequence: 1 });
  await send(ann, { sessionId: OTHER });
  const kinesis = new KinesisClient(aws.rootClientConfig);
  const Records = [{ PartitionKey: 'x', Data: Buffer.from('no status\n') }];
  await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
  kinesis.destroy();
  await aws.advance(62_000);
  files = await download();
  duckDb = await openFolder();
}, PATIENCE_MS);
afterAll(async () => {
  duckDb.closeSync();
  s3.destroy();
  await invaders.stop();
  await rm(folder, { recursive: true });
});

describe('the archive', () => {
  it('has each session of a day in a folder of its own, a line for each status, and apart what is none', () => {
    const folders = [...files].map(([key, text]) => [dirname(key), text.trim().split('\n').length]);

    expect(folders.sort()).toEqual([
      ['errors/processing-failed/day=2030-01-01', 1],
      [`statuses/day=2030-01-01/session=${sessionId}`, 7],
      [`statuses/day=2030-01-01/session=${OTHER}`, 1],
    ]);
  });

  it('answers how a session ended, by the best trial of each player', async () => {
    expect(await ask('board')).toEqual([
      { name: 'Ben', score: 15, lives: 3, shots: 4, level: 1, trial: 1 },
      { name: 'Ann', score: 10, lives: 2, shots: 3, level: 1, trial: 1 },
    ]);
    expect(await ask('board', OTHER)).toMatchObject([{ name: 'Ann', score: 0 }]);
  });

  it('answers what came more than once, by player, trial and sequence', async () => {
    expect(await ask('duplicates')).toEqual([
      { player: ann.sub, name: 'Ann', statuses: '4', duplicates: '1', most_copies: '2' },
    ]);
    expect(await ask('duplicates', OTHER)).toEqual([]);
  });

  it('answers how many came in each second, of how many players', async () => {
    expect((await ask('pace')).map(({ at_second, statuses, players }) => [at_second, statuses, players])).toEqual([
      ['2030-01-01T00:00:01', '2', '2'],
      ['2030-01-01T00:00:02', '2', '2'],
      ['2030-01-01T00:00:03', '2', '1'],
    ]);
  });
});

describe('a board of which the table has nothing left', () => {
  const asIs = { stage: 'local', perSecond: 5, all: false };

  it('is made again from the archive, and shown as it was', async () => {
    const settings = invaders.aws.rootClientConfig;
    const rebuild = async (write: boolean) => {
      const lines: string[] = [];
      const options = { session: sessionId, ...asIs, nowMs: invaders.aws.clock.now(), write };
      return { isSame: await rebuildOn(settings, options, (line) => void lines.push(line)), text: lines.join('\n') };
    };
    for (const { player, sessionId } of await invaders.itemsOf('players')) {
      const gone = new DeleteCommand({ TableName: 'space-invaders-local-players', Key: { player, sessionId } });
      await invaders.documents.send(gone);
    }

    const looked = await rebuild(false);
    expect(looked.isSame).toBe(false);
    expect(looked.text).toContain('6 statuses of 2 players in 1 objects, and 1 duplicates');
    expect(looked.text).toContain('2 stand otherwise on the board: Ben, Ann');
    expect(await invaders.itemsOf('players')).toEqual([]);

    expect((await rebuild(true)).text).toContain('2 written');
    expect(await rebuild(false)).toMatchObject({
      isSame: true,
      text: expect.stringContaining('The board is the same.'),
    });
    const { body } = await ann.ask('GET', `/scoreboard?sessionId=${sessionId}`);
    expect(body.scoreboard).toMatchObject([
      { name: 'Ben', score: 15, shots: 4, trial: 1 },
      { name: 'Ann', score: 10, lives: 2, trial: 1 },
    ]);
    // Nobody has a seat by that, which no counter knows of.
    expect((await invaders.itemsOf('players')).map(({ seatBlock }) => seatBlock)).toEqual([undefined, undefined]);
  });

  it('is put right where it is in doubt, with all that later statuses are judged by', async () => {
    const itemOfAnn = async () => (await invaders.itemsOf('players')).find(({ player }) => player === ann.sub);
    const { latest: _latest, ...right } = (await itemOfAnn()) ?? {};
    const wrong = { ...right, trialSinceMs: 0, missed: 99, rank: 'wrong' };
    await invaders.documents.send(new PutCommand({ TableName: 'space-invaders-local-players', Item: wrong }));

    const options = { session: sessionId, ...asIs, nowMs: invaders.aws.clock.now(), write: true };
    await rebuildOn(invaders.aws.rootClientConfig, options, () => undefined);

    expect(right).toMatchObject({ missed: 0, trialSinceMs: expect.any(Number) });
    expect(await itemOfAnn()).toMatchObject(right);
  });

  it('is made of what Firehose had no room for, too, when somebody has made up 500 sessions', async () => {
    const { aws } = invaders;
    const kinesis = new KinesisClient(aws.rootClientConfig);
    const Records = Array.from({ length: 500 }, (_, at) => ({
      ...{ PartitionKey: 'x', Data: Buffer.from(`${JSON.stringify({ detail: { sessionId: `made-up-${at}` } })}\n`) },
    }));
    await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
    kinesis.destroy();
    await aws.advance(2000);
    const sentAtMs = aws.clock.now();
    const status = statusOf({ sequence: 3, score: 20, shots: 6, sentAtMs });
    expect(await ben.ask('POST', '/updatestatus', status)).toMatchObject({ status: 202 });
    await aws.advance(62_000);

    const lines: string[] = [];
    const options = { session: sessionId, ...asIs, nowMs: aws.clock.now(), write: false };
    await rebuildOn(aws.rootClientConfig, options, (line) => void lines.push(line));

    expect(lines).toContain('7 statuses of 2 players in 2 objects, and 1 duplicates');
    expect(lines).toContain('1 of them Firehose had put apart: too many sessions at once');
  });

  it('is not made of a session that there never was', async () => {
    const options = { session: 'none', ...asIs, nowMs: NOW_MS, write: false };
    await expect(rebuildOn(invaders.aws.rootClientConfig, options, () => undefined)).rejects.toThrow(
      "no session 'none'",
    );
  });
});
