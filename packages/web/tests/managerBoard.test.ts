import { describe, expect, it } from '@jest/globals';
import { AgeWatch, ageOf, middleAge, statusKeyIn } from '../src/space-invaders/manager/age.ts';
import { movesBetween, readBoard, SeatCount } from '../src/space-invaders/manager/board.ts';
import type { BoardTable } from '../src/space-invaders/manager/ports.ts';
import { boardRowIn, managerConfigIn } from '../src/space-invaders/manager/shapes.ts';
import { rowOf } from './managerPorts.ts';

/** A board of so many players that is read by pages, of which each may end early, as DynamoDB's do. */
function boardOf(players: number, pageSize = 500) {
  const limits: number[] = [];
  const table: BoardTable = {
    async page(_, { limit, after }) {
      limits.push(limit);
      const from = Number(after?.from ?? 0);
      const to = Math.min(players, from + Math.min(limit, pageSize));
      const entries = Array.from({ length: to - from }, (_, index) => rowOf(`p${from + index}`));
      return { entries, next: to < players ? { from: to } : undefined };
    },
  };
  return { table, limits };
}

describe('the board', () => {
  it.each([
    [0, 0, false],
    [200, 200, false],
    [1_999, 1_999, false],
    [2_000, 2_000, false],
    [2_001, 2_000, true],
  ])(
    'of %i players is read to its end by pages, or to the 2,000th: %i, and whether there are more: %s',
    async (players, read, isCut) => {
      const { table, limits } = boardOf(players, 170);

      const board = await readBoard(table, 's', 2_000);

      expect(board.rows.map(({ player }) => player)).toEqual(Array.from({ length: read }, (_, index) => `p${index}`));
      expect(board.isCut).toBe(isCut);
      expect(Math.max(...limits)).toBeLessThanOrEqual(500);
    },
  );

  it('tells who has gone up by how many places, and who down', () => {
    const [ann, ben, cy, new_] = ['ann', 'ben', 'cy', 'new'].map((name) => rowOf(name)) as [never, never, never, never];

    expect(movesBetween([ann, ben, cy], [cy, ann, ben, new_])).toEqual(
      new Map([
        ['cy', 2],
        ['ann', -1],
        ['ben', -1],
      ]),
    );
    expect(movesBetween([ann, ben], [ann, ben])).toEqual(new Map());
  });
});

describe('the seats that are taken', () => {
  it('are added up over the blocks of a session', async () => {
    const asked: (readonly number[])[] = [];
    const taken = async (_: string, blocks: readonly number[]) => {
      asked.push(blocks);
      return [200, 37];
    };
    const count = new SeatCount({ taken }, 's', 2);

    expect([await count.look(), await count.look()]).toEqual([237, 237]);
    expect(asked).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it('of a huge session are read a hundred blocks at a time, and all are counted after a few looks', async () => {
    const asked: number[] = [];
    const taken = async (_: string, blocks: readonly number[]) => {
      asked.push(blocks.length);
      return blocks.map((block) => block + 1);
    };
    const count = new SeatCount({ taken }, 's', 250);

    const looks = [await count.look(), await count.look(), await count.look(), await count.look()];

    expect(asked).toEqual([100, 100, 100, 100]);
    expect(looks.at(-1)).toBe((250 * 251) / 2);
  });
});

const TIMES = { trial: 1, sequence: 7, sentAtMs: 1_000, arrivedAtMs: 1_020, writtenAtMs: 1_600 };

describe('the age of the board', () => {
  it('adds up the way into the stream, the batch, the wait for the next poll, and the table’s answer', () => {
    const age = ageOf({ ...TIMES, streamedAtMs: 1_025, askedAtMs: 2_300, shownAtMs: 2_310 });

    expect(age).toEqual({ streamMs: 25, batchMs: 575, pollMs: 700, tableMs: 10, totalMs: 1_310 });
  });

  it.each([
    ['that was written while the answer was on its way', { writtenAtMs: 2_305 }, { batchMs: 1_275, pollMs: 0 }],
    ['of which nobody knows when it was written', { writtenAtMs: undefined }, { batchMs: 1_275, pollMs: undefined }],
    ['that the page has not read in the stream', { streamedAtMs: undefined }, { streamMs: 20, batchMs: 580 }],
    ['of a player whose clock is ahead', { sentAtMs: 9_000 }, { streamMs: 5, batchMs: 575 }],
  ])('adds up for a status %s', (_, overrides, parts) => {
    const age = ageOf({ ...TIMES, streamedAtMs: 1_025, askedAtMs: 2_300, shownAtMs: 2_310, ...overrides });

    expect(age).toMatchObject(parts);
    expect(age.totalMs).toBe(age.streamMs + age.batchMs + (age.pollMs ?? 0) + age.tableMs);
  });

  it('is that of the shot in the middle: one player’s wrong clock does not decide', () => {
    const ages = [5, 1, 9_000_000].map((totalMs) => ({ totalMs, streamMs: 0, batchMs: 0, pollMs: 0, tableMs: 0 }));

    expect(middleAge(ages)?.totalMs).toBe(5);
    expect(middleAge([])).toBeUndefined();
  });

  it('is measured once for each status, when it is first seen, and told for ten seconds', () => {
    const watch = new AgeWatch();
    const row = (sequence: number) => rowOf('ann', { latest: { ...TIMES, sequence } });
    watch.shown([row(1)], { askedAtMs: 90_000, shownAtMs: 90_001 });
    expect(watch.now()).toBeUndefined();

    watch.streamed('ann.1.2', 1_030);
    watch.shown([row(2)], { askedAtMs: 2_000, shownAtMs: 2_010 });
    watch.shown([row(2)], { askedAtMs: 3_500, shownAtMs: 3_510 });

    expect(watch.now()).toEqual({ streamMs: 30, batchMs: 570, pollMs: 400, tableMs: 10, totalMs: 1_010 });
    watch.shown([row(2)], { askedAtMs: 12_000, shownAtMs: 12_010 });
    expect(watch.now()).toBeUndefined();
  });
});

describe('what comes from the stream and the tables', () => {
  it('is a status by player, trial and sequence; anything else is none', () => {
    const detail = { sessionId: 's', player: 'p', trial: 2, sequence: 3 };
    const data = (value: unknown) => ({ data: new TextEncoder().encode(`${JSON.stringify(value)}\n`) });

    expect(statusKeyIn(data({ detail }))).toBe('p.2.3');
    expect(
      [{}, { detail: { ...detail, trial: 'x' } }, 'poison', null].map((value) => statusKeyIn(data(value))),
    ).toEqual([...[undefined, undefined, undefined], undefined]);
    expect(statusKeyIn({ data: new Uint8Array([255, 0]) })).toBeUndefined();
  });

  it('is a row only with a player, a name and a standing', () => {
    const shown = { trial: 1, score: 5, lives: 3, shots: 1, level: 1 };

    expect(boardRowIn({ player: 'p', name: 'Ann', shown, board: 's', rank: 'r' })).toEqual(
      rowOf('p', { name: 'Ann', score: 5, shots: 1, latest: undefined }),
    );
    expect([boardRowIn({ player: 'p', name: 'Ann' }), boardRowIn(undefined), boardRowIn({ shown })]).toEqual([
      ...[undefined, undefined],
      undefined,
    ]);
  });

  it('is a config only with all names: the first that is missing is named', () => {
    const manager = {
      ...{ parameter: '/p', playersTable: 't', sessionsTable: 's', seatsTable: 'u', stream: 'k' },
      ...{ seatsPerBlock: 200, managerEveryMs: 1_500 },
    };

    expect(managerConfigIn({ region: 'eu-west-1', manager })).toEqual(manager);
    expect(() => managerConfigIn({ manager: { ...manager, stream: undefined } })).toThrow('no manager.stream');
    expect(() => managerConfigIn({ manager: { ...manager, seatsPerBlock: 0 } })).toThrow('no manager.seatsPerBlock');
  });
});
