import { PATIENCE_MS } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXPIRES_AT, NOW_MS, newRecord, nightRecord, openStorage, type Storage } from './storage.ts';

let storage: Storage;
beforeAll(async () => {
  storage = await openStorage();
}, PATIENCE_MS);
afterAll(() => storage.aws.stop());

describe('what may be seen', () => {
  it('is a game with its players in their seats and its story, and nobody’s secret', async () => {
    await storage.games.create(newRecord('game-5'));
    await storage.games.writeTurn(nightRecord('game-5'), 'night', EXPIRES_AT);
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
    expect(await storage.seen.see('game-5')).toEqual(expected);
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
    await storage.games.create(newRecord('late-1', laterBy(10_000)));
    await storage.games.create(newRecord('late-2', laterBy(20_000)));
    await storage.games.create(newRecord('late-3', laterBy(30_000)));
    await storage.games.create(newRecord('late-4', laterBy(40_000)));
    await storage.raw.change({ gameId: 'late-2', item: 'game' }, { set: { outcome: 'innocents' } });
    await storage.raw.change({ gameId: 'late-3', item: 'game' }, { set: { mafia: 'many' } });
    await storage.raw.change({ gameId: 'late-4', item: 'game' }, { set: { expiresAt: NOW_MS / 1000 - 0.5 } });
    await storage.aws.idle();

    expect(await storage.seen.latest(2)).toEqual([
      { id: 'late-2', startedAt: '2030-01-01T00:00:20.500Z', players: 3, mafia: 1, outcome: 'innocents' },
      { id: 'late-1', startedAt: '2030-01-01T00:00:10.500Z', players: 3, mafia: 1 },
    ]);
    expect(storage.warnings).toEqual(['a game is left out of the list']);
  });
});
