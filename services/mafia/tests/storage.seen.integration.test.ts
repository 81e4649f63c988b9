import { PATIENCE_MS } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSeenGames } from '../storage/seenGames.ts';
import { EXPIRES_AT, NOW_MS, newRecord, nightRecord, openStorage, request, type Storage } from './storage.ts';

let storage: Storage;
beforeAll(async () => {
  storage = await openStorage();
}, PATIENCE_MS);
afterAll(() => storage.aws.stop());

describe('what may be seen', () => {
  it('is a game with its players in their seats and its story, and nobody’s secret', async () => {
    await storage.games.create(newRecord('game-5'));
    // What a request was answered with is not in the index.
    await storage.games.writeTurn(nightRecord('game-5', { request }), 'night', EXPIRES_AT);
    await storage.aws.idle();

    const expected = {
      id: 'game-5',
      turn: 'day',
      turnsPlayed: 1,
      startedAt: '2030-01-01T00:00:00.500Z',
      mafia: 1,
      players: [
        { name: 'Cid', identity: 'Uncovered' },
        { name: 'Ann', identity: 'Uncovered' },
        { name: 'Bea', identity: 'Killed by mafia' },
      ],
      story: [
        { number: 0, turn: 'start', at: '2030-01-01T00:00:00.500Z', message: ['New game started'] },
        { number: 1, turn: 'night', at: '2030-01-01T00:00:01.500Z', message: ['Mafia kills Bea'] },
      ],
    };
    expect(await storage.seen.see('game-5')).toStrictEqual(expected);
    await storage.raw.change({ gameId: 'game-5', item: 'game' }, { set: { outcome: 'mafia' } });
    await storage.aws.idle();
    expect(await storage.seen.see('game-5')).toEqual({ ...expected, outcome: 'mafia' });
    expect(await storage.seen.see('no-game')).toBeUndefined();
    storage.clock.nowMs = EXPIRES_AT * 1000;
    expect(await storage.seen.see('game-5')).toBeUndefined();
    storage.clock.nowMs = NOW_MS;
  });

  it('are the latest games, newest first, so many, without those that are over their time or spoilt', async () => {
    const laterBy = (ms: number) => ({ nowMs: NOW_MS + ms });
    for (const at of [1, 2, 3, 4]) await storage.games.create(newRecord(`late-${at}`, laterBy(at * 10_000)));
    await storage.raw.change({ gameId: 'late-2', item: 'game' }, { set: { outcome: 'innocents' } });
    await storage.raw.change({ gameId: 'late-3', item: 'game' }, { set: { mafia: 'many' } });
    await storage.raw.change({ gameId: 'late-4', item: 'game' }, { set: { expiresAt: EXPIRES_AT - 1 } });
    await storage.aws.idle();

    const listed = [
      { id: 'late-2', startedAt: '2030-01-01T00:00:20.500Z', players: 3, mafia: 1, outcome: 'innocents' },
      { id: 'late-1', startedAt: '2030-01-01T00:00:10.500Z', players: 3, mafia: 1 },
    ];
    storage.clock.nowMs = (EXPIRES_AT - 1) * 1000;
    expect(await storage.seen.latest(2)).toStrictEqual(listed);
    storage.clock.nowMs = NOW_MS;
    expect((await storage.seen.latest(2)).map(({ id }) => id)).toEqual(['late-4', 'late-2']);
    expect(storage.warnings[0]).toMatch(/^a game is left out of the list: item {"gameId":"late-3","item":"game"}/);
  });

  it('cannot be shown when an item of it is spoilt, which is named', async () => {
    await storage.games.create(newRecord('game-7'));
    await storage.raw.change({ gameId: 'game-7', item: 'player#Ann' }, { set: { Identity: 'unknown' } });
    await storage.aws.idle();

    await expect(storage.seen.see('game-7')).rejects.toThrow('item {"gameId":"game-7","item":"player#Ann"}');
  });

  it('are asked for in pages of as many as are wanted', async () => {
    const asked: object[] = [];
    const send = async ({ input }: { input: object }) => {
      asked.push(input);
      return { Items: [] };
    };
    const seen = createSeenGames({ client: { send } as never, name: 'games', now: () => 0, warn: () => {} });

    await seen.latest(7);

    expect(asked).toMatchObject([{ IndexName: 'Latest', Limit: 7, ScanIndexForward: false }]);
  });
});
