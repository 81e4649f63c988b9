import { PATIENCE_MS } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Game, Player } from '../domain/game.ts';
import {
  EXPIRES_AT,
  event,
  NOW_MS,
  newRecord,
  nightRecord,
  openStorage,
  PLAYERS,
  request,
  type Storage,
} from './storage.ts';

let storage: Storage;
beforeAll(async () => {
  storage = await openStorage();
}, PATIENCE_MS);
afterAll(() => storage.aws.stop());

describe('a new game', () => {
  it('is written item by item, each with its end, and secrets in no item that may be listed', async () => {
    expect(await storage.games.create(newRecord('game-a', { request }))).toEqual({ outcome: 'written' });

    const base = { gameId: 'game-a', expiresAt: EXPIRES_AT };
    const playerItem = (seat: number, { name, trueIdentity }: Player) => ({
      ...base,
      item: `player#${name}`,
      seen: `player#${name}`,
      kind: 'player',
      seat,
      Name: name,
      TrueIdentity: trueIdentity,
      Identity: 'Uncovered',
    });
    const at = '2030-01-01T00:00:00.500Z';
    expect(await storage.itemsOf('game-a')).toEqual({
      game: {
        ...base,
        item: 'game',
        seen: 'game',
        kind: 'game',
        turn: 'night',
        turnsPlayed: 0,
        players: 3,
        mafia: 1,
        alive: 3,
        startedAt: at,
        listed: 'games',
      },
      ...Object.fromEntries(PLAYERS.map((one, seat) => [`player#${one.name}`, playerItem(seat, one)])),
      'turn#0000': {
        ...base,
        item: 'turn#0000',
        seen: 'turn#0000',
        kind: 'turn',
        turn: 'start',
        number: 0,
        message: ['New game started'],
        at,
      },
      '001893456000500#game-a#0': {
        gameId: 'outbox#2',
        item: '001893456000500#game-a#0',
        kind: 'outbox',
        tries: 0,
        events: [event],
      },
    });
    expect(await storage.raw.get({ gameId: 'request#key-1', item: 'request' })).toEqual({
      gameId: 'request#key-1',
      item: 'request',
      kind: 'request',
      fingerprint: 'print-1',
      answer: { gameId: 'game-a' },
      expiresAt: EXPIRES_AT,
    });
  });

  it('is read as it was dealt, in the order of its seats, as long as it is kept', async () => {
    await storage.games.create(newRecord('game-b'));

    const game = { id: 'game-b', turnsPlayed: 0, turn: 'night', players: PLAYERS };
    expect(await storage.games.load('game-b', NOW_MS)).toEqual({ game, expiresAt: EXPIRES_AT });
    expect(await storage.games.load('game-b', EXPIRES_AT * 1000 - 1)).toBeDefined();
    expect(await storage.games.load('game-b', EXPIRES_AT * 1000)).toBeUndefined();
    expect(await storage.games.load('no-game', NOW_MS)).toBeUndefined();
  });

  it('is not written over another of its id, in no part', async () => {
    await storage.games.create(newRecord('game-c', { events: [] }));
    const before = await storage.itemsOf('game-c');
    const other = newRecord('game-c', { nowMs: NOW_MS + 5000, events: [event] });

    expect(await storage.games.create(other)).toEqual({ outcome: 'id-taken' });
    expect(await storage.itemsOf('game-c')).toEqual(before);
  });

  it('whose request comes again is told as it was, and another request under its key is refused', async () => {
    const asked = { key: 'key-2', fingerprint: 'print-2' };
    await storage.games.create(newRecord('game-d', { request: asked }));

    const again = newRecord('game-e', { request: asked });
    expect(await storage.games.create(again)).toEqual({ outcome: 'repeated', answer: { gameId: 'game-d' } });
    const reused = newRecord('game-e', { request: { ...asked, fingerprint: 'other' } });
    expect(await storage.games.create(reused)).toEqual({ outcome: 'key-reused' });
    expect(await storage.itemsOf('game-e')).toEqual({});
    const afterItsEnd = newRecord('game-e', { request: asked, nowMs: EXPIRES_AT * 1000 });
    expect(await storage.games.create(afterItsEnd)).toEqual({ outcome: 'written' });
  });
});

describe('a turn', () => {
  it('changes the game and the player who left, and adds its story', async () => {
    await storage.games.create(newRecord('game-f'));
    const before = await storage.itemsOf('game-f');

    expect(await storage.games.writeTurn(nightRecord('game-f', { request }), 'night', EXPIRES_AT)).toBe('written');

    const story = { turn: 'night', number: 1, message: ['Mafia kills Bea'], at: '2030-01-01T00:00:01.500Z' };
    const base = { gameId: 'game-f', expiresAt: EXPIRES_AT };
    expect(await storage.itemsOf('game-f')).toEqual({
      ...before,
      game: { ...before.game, turn: 'day', turnsPlayed: 1, alive: 2 },
      'player#Bea': { ...before['player#Bea'], Identity: 'Killed by mafia' },
      'turn#0001': { ...base, item: 'turn#0001', seen: 'turn#0001', kind: 'turn', ...story },
      'request#key-1': {
        ...base,
        item: 'request#key-1',
        kind: 'request',
        fingerprint: 'print-1',
        answer: { turn: 'day' },
      },
    });
    expect((await storage.games.load('game-f', NOW_MS))?.game).toStrictEqual(nightRecord('game-f').played.game);
  });

  it('that ends the game leaves who has won', async () => {
    await storage.games.create(newRecord('game-0'));
    const night = nightRecord('game-0');
    const game: Game = { ...night.played.game, outcome: 'mafia' };

    await storage.games.writeTurn({ ...night, played: { ...night.played, game } }, 'night', EXPIRES_AT);

    expect((await storage.games.load('game-0', NOW_MS))?.game.outcome).toBe('mafia');
  });

  it('of judgement leaves who was sentenced, rightly or not', async () => {
    await storage.games.create(newRecord('game-6'));
    await storage.raw.change({ gameId: 'game-6', item: 'game' }, { set: { alive: 1 } });
    for (const [name, Identity] of [
      ['Ann', 'Correctly sentenced'],
      ['Bea', 'Incorrectly sentenced'],
    ]) {
      await storage.raw.change({ gameId: 'game-6', item: `player#${name}` }, { set: { Identity } });
    }

    expect((await storage.games.load('game-6', NOW_MS))?.game.players.map(({ identity }) => identity)).toEqual([
      'Uncovered',
      'Correctly sentenced',
      'Incorrectly sentenced',
    ]);
  });

  it('is written once: another of the same number changes nothing', async () => {
    await storage.games.create(newRecord('game-1'));
    await storage.games.writeTurn(nightRecord('game-1'), 'night', EXPIRES_AT);
    const before = await storage.itemsOf('game-1');

    const { player: _, ...nobodyLeft } = nightRecord('game-1').played;
    const other = nightRecord('game-1', { played: { ...nobodyLeft, message: ['other'] }, events: [event] });
    expect(await storage.games.writeTurn(other, 'night', EXPIRES_AT)).toBe('played-by-another');
    expect(await storage.itemsOf('game-1')).toEqual(before);
  });

  it('is not written for a player who is out already', async () => {
    await storage.games.create(newRecord('game-2'));
    await storage.raw.change({ gameId: 'game-2', item: 'player#Bea' }, { set: { Identity: 'Killed by mafia' } });

    expect(await storage.games.writeTurn(nightRecord('game-2'), 'night', EXPIRES_AT)).toBe('played-by-another');
  });

  it('whose request comes again is told by it, within the game', async () => {
    await storage.games.create(newRecord('game-3'));
    await storage.games.create(newRecord('game-4'));
    await storage.games.writeTurn(nightRecord('game-3', { request }), 'night', EXPIRES_AT);

    const again = nightRecord('game-3', { request });
    const next = { ...again, played: { ...again.played, game: { ...again.played.game, turnsPlayed: 2 } } };
    const { player: _, ...nobodyLeft } = next.played;
    expect(await storage.games.writeTurn({ ...next, played: nobodyLeft }, 'day', EXPIRES_AT)).toBe('repeated-request');
    expect(await storage.games.recall('game-3', request, NOW_MS)).toEqual({
      outcome: 'repeated',
      answer: { turn: 'day' },
    });
    expect(await storage.games.recall('game-3', { ...request, fingerprint: 'other' }, NOW_MS)).toEqual({
      outcome: 'key-reused',
    });
    expect(await storage.games.recall('game-3', request, EXPIRES_AT * 1000)).toEqual({ outcome: 'new' });
    expect(await storage.games.recall('game-4', request, NOW_MS)).toEqual({ outcome: 'new' });
  });
});
