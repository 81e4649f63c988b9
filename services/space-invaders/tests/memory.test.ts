import { describe, expect, it, jest } from '@jest/globals';
import { rememberingContenders, rememberingSessions } from '../domain/memory.ts';
import { contenderOf, contendersInMemory, NOW_MS, sessionOf } from './players.ts';

const ben = contenderOf({ player: 'ben', name: 'Ben' });

describe('what an environment remembers', () => {
  function remembering(contenders = [contenderOf()]) {
    const world = { nowMs: NOW_MS };
    const table = contendersInMemory(contenders);
    return { world, table, remembered: rememberingContenders(table, { now: () => world.nowMs }) };
  }

  it('reads a player once who has a seat', async () => {
    const { table, remembered } = remembering();
    const [ann] = await remembered.findAll([contenderOf()]);

    expect(await remembered.findAll([contenderOf(), ben])).toEqual([ann]);
    expect(table.asked).toEqual([['s-1 ann'], ['s-1 ben']]);
  });

  it('knows a player as written last, and as another has left them', async () => {
    const { table, remembered } = remembering();
    const seen = contenderOf();
    const next = contenderOf({ seenAtMs: NOW_MS });
    expect(await remembered.keep(seen, next)).toBe('kept');
    expect(await remembered.findAll([seen])).toEqual([next]);

    table.set(contenderOf({ seenAtMs: NOW_MS + 5 }));
    expect(await remembered.keep(next, contenderOf({ seenAtMs: NOW_MS + 1 }))).toMatchObject({ refused: {} });

    expect(await remembered.findAll([seen])).toEqual([contenderOf({ seenAtMs: NOW_MS + 5 })]);
    expect(table.asked).toEqual([]);
  });

  it('knows a player in each session apart, and no longer who is gone', async () => {
    const elsewhere = contenderOf({ sessionId: 's-2', seenAtMs: NOW_MS });
    const { table, remembered } = remembering([contenderOf(), elsewhere]);
    await remembered.findAll([contenderOf(), elsewhere]);
    expect(await remembered.findAll([elsewhere])).toEqual([elsewhere]);
    expect(await remembered.findAll([contenderOf()])).toEqual([contenderOf()]);

    const ghost = contenderOf({ player: 'ghost' });
    expect(await remembered.keep(ghost, ghost)).toEqual({ refused: undefined });
    await remembered.findAll([ghost]);

    expect(table.asked).toEqual([['s-1 ann', 's-2 ann'], ['s-1 ghost']]);
  });

  it('asks each time for who has no seat', async () => {
    const { table, remembered } = remembering([contenderOf({ freedAtMs: NOW_MS })]);
    await remembered.findAll([contenderOf()]);
    await remembered.findAll([contenderOf()]);

    expect(table.asked).toHaveLength(2);
  });

  it('forgets who has lost his seat meanwhile', async () => {
    const { table, remembered } = remembering();
    await remembered.findAll([contenderOf()]);
    table.set(contenderOf({ freedAtMs: NOW_MS }));
    await remembered.keep(contenderOf(), contenderOf({ seenAtMs: NOW_MS }));

    expect(await remembered.findAll([contenderOf()])).toEqual([contenderOf({ freedAtMs: NOW_MS })]);
    expect(table.asked).toHaveLength(2);
  });

  it('forgets who is no more', async () => {
    const { table } = remembering();
    const gone = { ...table, keep: async () => ({ refused: undefined }) };
    const remembered = rememberingContenders(gone, { now: () => NOW_MS });
    await remembered.findAll([contenderOf()]);

    await remembered.keep(contenderOf(), contenderOf());
    await remembered.findAll([contenderOf()]);

    expect(table.asked).toHaveLength(2);
  });

  it('knows twenty thousand players, and forgets the first of more', async () => {
    const [first, second, ...others] = Array.from({ length: 20_001 }, (_, at) => contenderOf({ player: `p${at}` }));
    if (!first || !second) throw new Error('there are more');
    const { table, remembered } = remembering([first, second, ...others]);
    await remembered.findAll([first, second, ...others]);

    await remembered.findAll([second]);
    await remembered.findAll([first]);

    expect(table.asked.slice(1)).toEqual([['s-1 p0']]);
  });

  it('knows the last place of each board apart', async () => {
    const { remembered } = remembering([
      contenderOf({ rank: 'a' }),
      contenderOf({ ...ben, rank: 'b' }),
      contenderOf({ sessionId: 's-2', rank: 'c' }),
    ]);

    expect(await remembered.rankAt('s-1', 1)).toBe('a');
    expect(await remembered.rankAt('s-1', 2)).toBe('b');
    expect(await remembered.rankAt('s-2', 1)).toBe('c');
  });

  it('knows a hundred sessions, and forgets the first of more', async () => {
    const asked: string[] = [];
    const find = async (sessionId: string) => {
      asked.push(sessionId);
      return sessionOf({ sessionId });
    };
    const sessions = rememberingSessions({ find }, { now: () => NOW_MS, ageMs: 0 });
    for (let at = 0; at < 101; at += 1) await sessions.find(`s-${at}`, NOW_MS);

    expect(await sessions.find('s-1', NOW_MS)).toEqual(sessionOf({ sessionId: 's-1' }));
    expect(asked).toHaveLength(101);
    await sessions.find('s-0', NOW_MS);
    expect(asked.at(-1)).toBe('s-0');
  });

  it('forgets of a hundred sessions the one that it has not read for longest', async () => {
    const find = jest.fn(async (sessionId: string) => sessionOf({ sessionId }));
    let nowMs = NOW_MS;
    const sessions = rememberingSessions({ find }, { now: () => nowMs, ageMs: 0 });
    for (let at = 0; at < 100; at += 1) await sessions.find(`s-${at}`, NOW_MS);
    nowMs += 1;
    for (const again of ['s-0', 's-100']) await sessions.find(again, nowMs);
    find.mockClear();

    await sessions.find('s-0', NOW_MS);
    await sessions.find('s-1', NOW_MS);

    expect(find.mock.calls).toEqual([['s-1']]);
  });

  it('asks for the board’s last place every three seconds', async () => {
    const { world, table, remembered } = remembering([contenderOf({ rank: 'a' }), contenderOf({ ...ben, rank: 'b' })]);
    const ranks = [await remembered.rankAt('s-1', 2)];
    table.set(contenderOf({ ...ben, rank: 'c' }));
    for (const passed of [2_999, 1]) {
      world.nowMs += passed;
      ranks.push(await remembered.rankAt('s-1', 2));
    }

    expect(ranks).toEqual(['b', 'b', 'c']);
  });

  it('asks for it each time while the board has room', async () => {
    const { table, remembered } = remembering([contenderOf({ rank: 'a' })]);
    expect(await remembered.rankAt('s-1', 2)).toBeUndefined();
    table.set(contenderOf({ ...ben, rank: 'b' }));

    expect(await remembered.rankAt('s-1', 2)).toBe('b');
  });

  it.each([
    ['for what arrived after it was read', 0, [0, 900, 900, 1_000], 3],
    ['when it is older than it may be', 1_000, [0, 900, 999, 1_000], 2],
  ])('reads a session again %s', async (_what, ageMs, arrivals, reads) => {
    let count = 0;
    const world = { nowMs: 0 };
    const find = async () => ({ ...sessionOf(), seats: ++count });
    const sessions = rememberingSessions({ find }, { now: () => world.nowMs, ageMs });

    for (const arrivedAtMs of arrivals) {
      world.nowMs = NOW_MS + arrivedAtMs;
      await sessions.find('s-1', world.nowMs);
    }

    expect(count).toBe(reads);
  });
});
