import { recall } from '@arcade/dynamodb';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Created, GamesTable, TurnRecord } from '../domain/ports.ts';
import { type DealerParts, type GameRequest, type Started, startGame } from '../domain/startGame.ts';

const NAMES = Array.from({ length: 40 }, (_, index) => `Name${index}`);

/** A dealer with a table in memory, which knows requests that come again. */
function setUp({ names = NAMES, kept = new Map<string, TurnRecord>() } = {}) {
  let ids = 0;
  const games: Pick<GamesTable, 'create'> = {
    async create(record) {
      const { request } = record;
      const before = request && kept.get(request.key);
      if (!request || !before) {
        if (request) kept.set(request.key, record);
        return { outcome: 'written' };
      }
      const answered = { fingerprint: before.request?.fingerprint ?? '', answer: before.answer, expiresAt: 1 };
      const told = recall(answered, request.fingerprint, 0);
      return told.outcome === 'new' ? { outcome: 'written' } : told;
    },
  };
  const parts = {
    games,
    names,
    defaults: { players: 8, mafia: 3 },
    random: Math.random,
    now: () => 0,
    newId: () => {
      ids += 1;
      return `id-${names.length}-${ids}`;
    },
    outbox: { settle: async () => {} },
    publish: async () => {},
    warn: () => {},
  } as unknown as DealerParts;
  const start = async (request: GameRequest) => {
    const started = await startGame(parts, request);
    return started.outcome === 'started' ? started.answer : started;
  };
  return { start, kept };
}

const repeatable = { key: 'k'.repeat(64), fingerprint: 'f' };

describe('a game that asks for players alone', () => {
  it('has as many mafia as usual, or as many as fit', async () => {
    const { start } = setUp();

    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 3, max: 32 }), async (players) => {
        const started = await start({ players });

        expect(started).toMatchObject({ players: expect.any(Array) });
        expect('players' in started && started.players).toHaveLength(players);
      }),
    );
  });

  it.each([
    [3, 1],
    [4, 1],
    [5, 2],
    [6, 2],
    [7, 3],
    [32, 3],
  ])('of %i has %i', async (players, mafia) => {
    const { start, kept } = setUp();

    await start({ players, repeatable });

    const [dealt] = kept.values();
    const identities = dealt?.played.game.players.map(({ trueIdentity }) => trueIdentity);
    expect(identities?.filter((identity) => identity === 'Mafia')).toHaveLength(mafia);
  });

  it('is refused for mafia that it asks for and that do not fit', async () => {
    expect(await setUp().start({ players: 4, mafia: 3 })).toMatchObject({ outcome: 'bad-numbers' });
  });
});

describe('the id of a game', () => {
  it('says nothing of the key: the same key makes another one elsewhere', async () => {
    const [one, other] = [
      await setUp().start({ repeatable }),
      await setUp({ names: NAMES.slice(1) }).start({ repeatable }),
    ];

    expect(one).toMatchObject({ gameId: expect.stringMatching(/^[0-9a-f]{20}$/) });
    expect('gameId' in one && 'gameId' in other && one.gameId === other.gameId).toBe(false);
  });
});

describe('a game that is dealt', () => {
  const NOW_MS = Date.parse('2030-01-01T00:00:00Z');

  async function deal(created: Created, request: GameRequest = {}) {
    const done: unknown[] = [];
    const parts = {
      games: {
        async create(record: TurnRecord) {
          done.push(record);
          return created;
        },
      },
      names: ['Ann', 'Ben', 'Cid', 'Dan'],
      defaults: { players: 3, mafia: 1 },
      random: () => 0,
      now: () => NOW_MS,
      newId: () => 'new-id',
      outbox: { settle: async (place: unknown, left: unknown[]) => void done.push({ place, left }) },
      publish: async (events: unknown[]) => void done.push(events),
      warn: () => {},
    } as unknown as DealerParts;
    const started = await startGame(parts, { gameId: 'game-1', correlationId: 'chain', ...request });
    return { started, done };
  }

  it('is written whole, then told, then settled', async () => {
    const { started, done } = await deal({ outcome: 'written' }, { repeatable });

    const names = ['Ann', 'Ben', 'Cid'];
    const answer = {
      gameId: 'game-1',
      message: ['New game started with Ann, Ben, Cid'],
      turn: 'night',
      turnsPlayed: 0,
      players: names.map((name) => ({ name, identity: 'Uncovered' })),
    };
    const event = {
      id: 'new-id',
      time: '2030-01-01T00:00:00.000Z',
      correlationId: 'chain',
      type: 'mafia.game_started',
      source: 'mafia',
      version: 1,
      detail: { gameId: 'game-1', players: names, mafia: 1 },
    };
    expect(started).toStrictEqual({ outcome: 'started', answer });
    expect(done).toEqual([
      expect.objectContaining({ answer, events: [event], request: repeatable, nowMs: NOW_MS }),
      [event],
      { place: { gameId: 'game-1', turnNumber: 0, sinceMs: NOW_MS }, left: [] },
    ]);
  });

  it.each<[string, Created, Started]>([
    [
      'is told as it was when it was dealt before',
      { outcome: 'repeated', answer: { gameId: 'old' } },
      { outcome: 'started', answer: { gameId: 'old' } as never },
    ],
    ['is refused when its key was used otherwise', { outcome: 'key-reused' }, { outcome: 'key-reused' }],
    ['is refused when there is one of its id', { outcome: 'id-taken' }, { outcome: 'id-taken' }],
  ])('%s, and nothing is published', async (_what, created, expected) => {
    const { started, done } = await deal(created);

    expect(started).toEqual(expected);
    expect(done).toHaveLength(1);
  });

  it('has the names, players and mafia that are asked for', async () => {
    const named = await deal({ outcome: 'written' }, { names: ['Zoe', 'Yan', 'Xia', 'Wim', 'Vic'], mafia: 2 });
    const bad = await deal({ outcome: 'written' }, { players: 4, mafia: 2 });

    expect(named.done[0]).toMatchObject({
      played: {
        game: { players: [{ name: 'Zoe' }, { name: 'Yan' }, { name: 'Xia' }, { name: 'Wim' }, { name: 'Vic' }] },
      },
    });
    expect((named.done[0] as TurnRecord).played.facts).toMatchObject([{ type: 'started', mafia: 2 }]);
    expect(bad).toEqual({
      started: {
        outcome: 'bad-numbers',
        problem: 'mafia must be a whole number from 1 to 1 (fewer than half of 4 players), not 2',
      },
      done: [],
    });
  });
});

describe('a request that comes again', () => {
  it('finds its game, although the names to draw from have changed meanwhile', async () => {
    const before = setUp();
    const first = await before.start({ repeatable });

    const again = await setUp({ names: NAMES.slice(10), kept: before.kept }).start({ repeatable });

    expect(again).toEqual(first);
  });
});
