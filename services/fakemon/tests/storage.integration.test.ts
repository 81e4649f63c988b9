import { createDocumentClient } from '@arcade/dynamodb';
import { createConnectionsTable } from '@arcade/dynamodb/connections';
import { PATIENCE_MS, withoutSchedules } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AttemptsTable, CollectionTable, ConnectionsTable, RankingTable, WildTable } from '../domain/ports.ts';
import { keyOf } from '../domain/wild.ts';
import { createAttemptsTable } from '../storage/attemptsTable.ts';
import { createCollectionTable } from '../storage/collectionTable.ts';
import { createRankingTable } from '../storage/rankingTable.ts';
import { type Game, startGame } from './aws.ts';
import { attemptOf, NOW_MS, wildOf } from './parts.ts';

let game: Game;
let wilds: WildTable;
let attempts: AttemptsTable;
let collection: CollectionTable;
let ranking: RankingTable;
let connections: ConnectionsTable;
let client: ReturnType<typeof createDocumentClient>;
beforeAll(async () => {
  game = await startGame({ transform: withoutSchedules });
  client = createDocumentClient(game.aws.rootClientConfig);
  wilds = game.wilds;
  attempts = createAttemptsTable(client, 'fakemon-local-attempts');
  collection = createCollectionTable(client, 'fakemon-local-collection');
  ranking = createRankingTable(client, 'fakemon-local-ranking');
  connections = createConnectionsTable(client, 'fakemon-local-connections');
}, PATIENCE_MS);
afterAll(async () => {
  client.destroy();
  await game.stop();
});

/** 2030-01-16T00:00:00Z, in seconds: 15 days on. */
const KEPT_UNTIL = Date.parse('2030-01-16T00:00:00Z') / 1000;
const captureOf = (attemptId: string, overrides: object = {}) => ({
  ...{ player: 'ann', name: 'Ann', attemptId, fakemonId: 'f-1', species: 'pebblo', unitsLeft: 0, capturedAtMs: NOW_MS },
  ...overrides,
});

describe('a fakémon', () => {
  it('is as it was put there, once', async () => {
    const wild = wildOf({ fakemonId: 'one', units: 2, unitsLeft: 2 });

    expect(await wilds.appear(wild)).toEqual(wild);
    expect(await wilds.appear({ ...wild, x: 1, salt: 'other' })).toMatchObject({ x: 500, salt: 'salt' });
    expect(await wilds.find('one')).toEqual(wild);
    expect(await wilds.find('none')).toBeUndefined();
    const item = (await game.itemsOf('world')).find(({ fakemonId }) => fakemonId === 'one');
    expect(item).toMatchObject({ place: 'world', expiresAt: KEPT_UNTIL + 60 });
  });

  it('loses a unit to whoever has seen it as it is, and tells all others how it is', async () => {
    const seen = await wilds.appear(wildOf({ fakemonId: 'two', units: 2, unitsLeft: 2 }));
    const [ann, ben] = [attemptOf({ fakemonId: 'two' }), attemptOf({ fakemonId: 'two', player: 'ben', name: 'Ben' })];

    expect(await wilds.take(seen, ann, { unitsLeft: 1, atMs: 5 })).toBe('taken');
    const after = {
      ...seen,
      unitsLeft: 1,
      takenAtMs: 5,
      takenBy: 'Ann',
      winners: { [keyOf(ann)]: { unitsLeft: 1, atMs: 5 } },
    };
    expect(await wilds.take(seen, ben, { unitsLeft: 1, atMs: 6 })).toEqual({ refused: after });
    expect(await wilds.find('two')).toEqual(after);
    expect(await wilds.take(wildOf({ fakemonId: 'none' }), ann, { unitsLeft: 0, atMs: 7 })).toEqual({
      refused: undefined,
    });
    expect(await wilds.find('none')).toBeUndefined();
  });

  it('gives its last unit to one of a hundred at once', async () => {
    const seen = await wilds.appear(wildOf({ fakemonId: 'three' }));
    const crowd = Array.from({ length: 100 }, (_, at) => attemptOf({ fakemonId: 'three', player: `p-${at}` }));

    const taken = await Promise.all(crowd.map((attempt) => wilds.take(seen, attempt, { unitsLeft: 0, atMs: 5 })));

    expect(taken.filter((outcome) => outcome === 'taken')).toHaveLength(1);
    expect((await wilds.find('three'))?.unitsLeft).toBe(0);
  });
});

describe('how an attempt went', () => {
  it('stands as it was kept first', async () => {
    const first = { player: 'ann', attemptId: 'a', fakemonId: 'f', outcome: 'dodged', decidedAtMs: NOW_MS } as const;

    expect(await attempts.begin(first)).toEqual(first);
    expect(await attempts.begin({ ...first, outcome: 'gone', lateMs: 3 })).toEqual(first);
    expect(await attempts.finish({ ...first, outcome: 'gone', lateMs: 3 })).toEqual(first);
    expect(await attempts.begin({ ...first, player: 'ben' })).toEqual({ ...first, player: 'ben' });
    expect(await game.itemsOf('attempts')).toContainEqual({ ...first, expiresAt: KEPT_UNTIL });
  });

  it('is open as it was claimed first, until it is decided for the first time', async () => {
    const whose = { player: 'ann', attemptId: 'claimed', fakemonId: 'f' };
    const claim = { ...whose, outcome: 'open', thrownAtMs: NOW_MS } as const;
    const decided = { ...whose, outcome: 'captured', species: 'pebblo', unitsLeft: 1, decidedAtMs: NOW_MS } as const;

    expect(await attempts.begin(claim)).toEqual(claim);
    expect(await game.itemsOf('attempts')).toContainEqual({ ...claim, expiresAt: KEPT_UNTIL });
    expect(await attempts.begin({ ...claim, fakemonId: 'g', thrownAtMs: 1 })).toEqual(claim);
    expect(await attempts.begin(decided)).toEqual(claim);
    expect(await attempts.finish(decided)).toEqual(decided);
    expect(await attempts.finish({ ...whose, outcome: 'gone', decidedAtMs: 2 })).toEqual(decided);
    expect(await attempts.begin(claim)).toEqual(decided);
    expect(await game.itemsOf('attempts')).toContainEqual({ ...decided, expiresAt: KEPT_UNTIL });
  });
});

describe('what was captured', () => {
  it('is collected once', async () => {
    await collection.add(captureOf('c'));
    await collection.add(captureOf('c'));

    const { name: _name, unitsLeft: _units, ...kept } = captureOf('c');
    expect(await game.itemsOf('collection')).toEqual([kept]);
  });

  it('is counted once, for all and for its species, under the latest name', async () => {
    expect(await ranking.count(captureOf('one'))).toBe('counted');
    expect(await ranking.count(captureOf('one'))).toBe('counted-before');
    expect(await ranking.count(captureOf('two', { species: 'zaplet', name: 'Anna' }))).toBe('counted');
    expect(await ranking.count(captureOf('one', { player: 'ben', name: 'Ben' }))).toBe('counted');

    const boards = (await game.itemsOf('ranking')).filter(({ captures }) => captures !== undefined);
    const rows = boards.map(({ board, name, captures }) => `${board} ${name} ${captures}`);
    expect(rows.sort()).toEqual(['all Anna 2', 'all Ben 1', 'pebblo Ann 1', 'pebblo Ben 1', 'zaplet Anna 1']);
  });
});

describe('connections', () => {
  it('are known by their player, all of them together too, until they are closed', async () => {
    const [one, two, other] = [
      { player: 'ann', connectionId: '1' },
      { player: 'ann', connectionId: '2' },
      { player: 'ben', connectionId: '3' },
    ];
    for (const connection of [one, two, other]) await connections.open(connection, NOW_MS);

    expect(await connections.of('ann')).toEqual([one, two]);
    expect(await connections.of('cid')).toEqual([]);
    expect((await connections.all()).map(({ connectionId }) => connectionId).sort()).toEqual(['1', '2', '3']);
    await connections.close(two);
    expect(await connections.of('ann')).toEqual([one]);
    const item = (await game.itemsOf('connections')).find(({ connectionId }) => connectionId === '1');
    expect(item?.expiresAt).toBe(NOW_MS / 1000 + 2 * 3600 + 600);
  });
});
