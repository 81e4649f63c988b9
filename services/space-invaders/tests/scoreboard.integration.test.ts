import { PATIENCE_MS, withoutSchedules } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Contender } from '../domain/contender.ts';
import type { ContendersTable, SeatsTable } from '../domain/ports.ts';
import { rankOf } from '../domain/rank.ts';
import { createContendersTable } from '../storage/contendersTable.ts';
import { createSeatsTable } from '../storage/seatsTable.ts';
import { type Invaders, startInvaders } from './aws.ts';
import { NOW_MS } from './players.ts';

let invaders: Invaders;
let contenders: ContendersTable;
let seats: SeatsTable;
beforeAll(async () => {
  invaders = await startInvaders({ transform: withoutSchedules });
  contenders = createContendersTable(invaders.documents, 'space-invaders-local-players');
  seats = createSeatsTable(invaders.documents, {
    players: 'space-invaders-local-players',
    seats: 'space-invaders-local-seats',
  });
}, PATIENCE_MS);
afterAll(() => invaders.stop());

describe('how a player stands', () => {
  /** Takes a seat, and gives the player as they are then. */
  async function seated(player: string, sessionId: string, name = player): Promise<Contender> {
    const block = { block: `${sessionId}#0`, capacity: 100 };
    expect(await seats.take({ player, sessionId, name, isBot: player === 'bot', atMs: NOW_MS }, block)).toBe('taken');
    const [known] = await contenders.findAll([{ player, sessionId }]);
    if (!known) throw new Error(`${player} has no seat`);
    return known;
  }

  /** The player after a status of so many points. */
  function after(known: Contender, score: number, sequence = 1): Contender {
    const shown = { trial: 1, sequence, score, lives: 3, shots: 9, level: 1 };
    const arrivedAtMs = NOW_MS + 20_000 + sequence;
    return {
      ...known,
      ...{ shown, latest: { ...shown, sentAtMs: NOW_MS, arrivedAtMs, nth: 1 } },
      ...{ trialSinceMs: NOW_MS, seenAtMs: arrivedAtMs, rank: rankOf(shown, known.name) },
    };
  }

  const itemOf = async (player: string) => (await invaders.itemsOf('players')).find((item) => item.player === player);

  it('is kept beside the seat, and read as it was written', async () => {
    const known = await seated('ann', 'one', 'Ann');
    expect(known).toEqual({ player: 'ann', sessionId: 'one', name: 'Ann', seatedAtMs: NOW_MS, seenAtMs: NOW_MS });

    const next = after(known, 15);
    expect(await contenders.keep(known, next)).toBe('kept');

    expect(await contenders.findAll([known, { player: 'nobody', sessionId: 'one' }])).toEqual([next]);
    expect(await itemOf('ann')).toMatchObject({ seatBlock: 'one#0', board: 'one', seenSlot: NOW_MS + 15_000 });
  });

  it('is kept by whoever has seen it as it is, and by no other', async () => {
    const known = await seated('ben', 'two');
    const first = after(known, 5);
    expect(await contenders.keep(known, first)).toBe('kept');

    expect(await contenders.keep(known, after(known, 10, 2))).toEqual({ refused: first });
    const unseen = { ...first, latest: first.latest && { ...first.latest, sequence: 9 } };
    expect(await contenders.keep(unseen, after(known, 10, 10))).toEqual({ refused: first });
    const otherShown = { ...first, shown: first.shown && { ...first.shown, trial: 9 } };
    expect(await contenders.keep(otherShown, after(known, 10, 10))).toEqual({ refused: first });
    expect(await contenders.keep({ ...first, seenAtMs: 1 }, after(known, 10, 10))).toEqual({ refused: first });
    expect(await contenders.keep(first, after(first, 10, 2))).toBe('kept');
  });

  it('is not kept when the seat was freed meanwhile, but by whoever knows that it was', async () => {
    const known = await seated('cleo', 'three');
    await seats.free({ player: 'cleo', sessionId: 'three', seatBlock: 'three#0' }, NOW_MS + 30_000);

    const written = await contenders.keep(known, after(known, 5));
    expect(written).toEqual({ refused: { ...known, freedAtMs: NOW_MS + 30_000 } });
    const freed = { ...known, freedAtMs: NOW_MS + 30_000 };
    expect(await contenders.keep(freed, after(freed, 5))).toBe('kept');

    expect(await itemOf('cleo')).not.toHaveProperty('seenSlot');
  });

  it('is on the board in its order, and off it again', async () => {
    for (const [player, points] of Object.entries({ dora: 15, emil: 45, bot: 30 })) {
      const known = await seated(player, 'four');
      expect(await contenders.keep(known, after(known, points))).toBe('kept');
    }
    const [emil] = await contenders.findAll([{ player: 'emil', sessionId: 'four' }]);
    const ranks = await Promise.all([1, 2, 3, 4].map((place) => contenders.rankAt('four', place)));
    expect(ranks.map((rank) => rank?.split('.').at(-1))).toEqual(['emil', 'bot', 'dora', undefined]);
    expect(await itemOf('bot')).toMatchObject({ isBot: true });

    if (!emil) throw new Error('emil is gone');
    expect(await contenders.keep(emil, { ...after(emil, 50, 2), rank: undefined })).toBe('kept');

    expect(await contenders.rankAt('four', 1)).toMatch(/bot$/);
    expect(await itemOf('emil')).not.toHaveProperty('board');
  });

  it('makes no player out of nothing', async () => {
    const ghost = { player: 'ghost', sessionId: 'five', name: 'Ghost', seatedAtMs: NOW_MS, seenAtMs: NOW_MS };

    expect(await contenders.keep(ghost, after(ghost, 5))).toEqual({ refused: undefined });
    expect(await itemOf('ghost')).toBeUndefined();
  });
});
