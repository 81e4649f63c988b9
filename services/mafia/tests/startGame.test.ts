import { recall } from '@arcade/dynamodb';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { GamesTable, TurnRecord } from '../domain/ports.ts';
import { type DealerParts, type GameRequest, startGame } from '../domain/startGame.ts';

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

describe('a request that comes again', () => {
  it('finds its game, although the names to draw from have changed meanwhile', async () => {
    const before = setUp();
    const first = await before.start({ repeatable });

    const again = await setUp({ names: NAMES.slice(10), kept: before.kept }).start({ repeatable });

    expect(again).toEqual(first);
  });
});
