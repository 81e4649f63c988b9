import { describe, expect, it } from '@jest/globals';
import { type Figures, figuresOf, usedBetween } from '../load/figures.ts';
import { limitFor } from '../load/load.ts';
import {
  agesOf,
  type BotLog,
  behindOf,
  checkArchive,
  createWatcher,
  quantile,
  type Sent,
  type Shown,
  spreadOf,
} from '../load/measured.ts';
import { plotOf, scaleFor } from '../load/plot.ts';
import { progressOn } from '../load/progress.ts';
import { isRight, type Outcome, type Round } from '../load/rounds.ts';
import { runTable } from '../load/tables.ts';

const sentAt = (sequence: number, sentAtMs: number, more: Partial<Sent> = {}): Sent => ({
  ...{ trial: 1, sequence, score: 0, lives: 3, sentAtMs, tookMs: 10, status: 202 },
  ...more,
});
const logOf = (name: string, sent: Sent[]): BotLog => ({
  player: `sub-${name}`,
  name,
  sent,
  startsAtMs: 0,
  startedAtMs: 0,
});
const shownAt = (seenAtMs: number, arrivedAtMs: number, trial = 1): Shown => ({
  name: 'ann',
  trial,
  arrivedAtMs,
  seenAtMs,
});

describe('the age of the board', () => {
  const sent = [sentAt(1, 1000), sentAt(2, 1300), sentAt(3, 1600), sentAt(4, 1900)];

  it('is that of each status from its answer until a query shows it, or a newer one of the trial', () => {
    const shown = [shownAt(1500, 1005), shownAt(2700, 1605), shownAt(3000, 1905)];

    expect(agesOf([logOf('ann', sent)], shown).map(({ ageMs }) => ageMs)).toEqual([
      2700 - 1310,
      2700 - 1610,
      3000 - 1910,
    ]);
  });

  it.each<[title: string, shown: Shown[]]>([
    ['the first sight of a player', [shownAt(1500, 1605)]],
    [
      'what was not among the top ten in between',
      [shownAt(1500, 1005), { name: 'ann', seenAtMs: 1700, left: true }, shownAt(2700, 1905)],
    ],
    ['a trial that was below an earlier one until then', [shownAt(1500, 1005), shownAt(2700, 1905, 2)]],
    ['an older answer that comes later', [shownAt(1500, 1905), shownAt(1600, 1005), shownAt(1700, 1905)]],
    [
      'a player who is no bot',
      [
        { ...shownAt(1500, 1005), name: 'bob' },
        { ...shownAt(1600, 1905), name: 'bob' },
      ],
    ],
  ])('says nothing of %s', (_title, shown) => {
    const again = [1600, 1700, 1800].map((atMs, at) => sentAt(at + 1, atMs, { trial: 2 }));

    expect(agesOf([logOf('ann', [...sent, ...again])], shown)).toEqual([]);
  });

  it('leaves out what was not taken', () => {
    const failed = [sentAt(1, 1000), sentAt(2, 1300, { status: 429 }), sentAt(3, 1600, { status: 0 })];

    expect(agesOf([logOf('ann', failed)], [shownAt(1500, 1005), shownAt(2700, 1605)])).toEqual([]);
  });

  it('follows answers of the board: what is new in each, and who is gone', () => {
    const { see, shown } = createWatcher();
    const row = (name: string, arrivedAtMs: number) => ({ name, trial: 1, arrivedAtMs });

    see([row('ann', 10), row('bob', 20)], 100);
    see([row('ann', 10), row('bob', 25)], 200);
    see([row('bob', 24)], 300);
    see([row('ann', 10)], 400);

    expect(shown).toEqual([
      { name: 'ann', trial: 1, arrivedAtMs: 10, seenAtMs: 100 },
      { name: 'bob', trial: 1, arrivedAtMs: 20, seenAtMs: 100 },
      { name: 'bob', trial: 1, arrivedAtMs: 25, seenAtMs: 200 },
      { name: 'ann', seenAtMs: 300, left: true },
      { name: 'ann', trial: 1, arrivedAtMs: 10, seenAtMs: 400 },
      { name: 'bob', seenAtMs: 400, left: true },
    ]);
  });
});

describe('the archive', () => {
  const logs = [logOf('ann', [sentAt(1, 0), sentAt(2, 0, { status: 0 }), sentAt(3, 0, { status: 429 })])];
  const id = (sequence: number) => `sub-ann.s.1.${sequence}`;

  it('lacks nothing when it has what was taken, also where the answer was lost on its way', () => {
    expect(checkArchive(logs, 's', [id(1), id(2)])).toEqual({
      ...{ taken: 1, archived: 2, lost: [], doubled: 0, unanswered: 1, strange: [] },
    });
  });

  it('is found out when a status is missing, doubled, or of nobody', () => {
    expect(checkArchive(logs, 's', [id(2), id(2), id(2), id(9)])).toEqual({
      ...{ taken: 1, archived: 2, lost: [id(1)], doubled: 2, unanswered: 1, strange: [id(9)] },
    });
  });
});

describe('the board at the end', () => {
  const log = logOf('ann', [
    sentAt(8, 0, { trial: 1 }),
    sentAt(2, 0, { trial: 2 }),
    sentAt(3, 0, { trial: 2, status: 0 }),
  ]);

  it.each([
    ['the newest that was taken', 2, 2, []],
    ['one that got no answer', 2, 3, []],
    ['an older one', 2, 1, ['ann']],
    ['an earlier trial', 1, 9, ['ann']],
  ])('that knows %s', (_title, trial, sequence, behind) => {
    expect(behindOf([log], [{ player: 'sub-ann', trial, sequence }])).toEqual(behind);
  });

  it('is behind where it does not know a player at all, and not where nothing was taken', () => {
    expect(behindOf([log, logOf('bob', [sentAt(1, 0, { status: 0 })])], [])).toEqual(['ann']);
  });
});

describe('a run', () => {
  const archive = { ...checkArchive([], 's', []), objects: 1 };
  const right: Outcome = { archive, behind: [], setAside: 0 };

  const measured = {
    logs: [],
    shown: [],
    boardMs: [],
    used: { processorMs: 0, tables: {} },
    usedForMs: 1,
    readings: [],
  };
  const young = { count: 1, p50: 700, p99: 1500, max: 2000 };
  const figures: Figures = { ...figuresOf({ ...measured, fromMs: 0, forMs: 1000 }), age: young };
  const killed = { atMs: 1, outMs: 1 };

  it.each<[title: string, outcome: Outcome, isFine: boolean, isFineKilled: boolean]>([
    ['nothing is missing', right, true, true],
    ['something is lost', { ...right, archive: { ...archive, lost: ['a'] } }, false, false],
    ['something is of nobody', { ...right, archive: { ...archive, strange: ['a'] } }, false, false],
    ['the board is behind', { ...right, behind: ['ann'] }, false, false],
    ['something is there twice', { ...right, archive: { ...archive, doubled: 1 } }, false, true],
    ['a status does not count', { ...right, setAside: 1 }, false, true],
  ])('in which %s', (_title, outcome, isFine, isFineKilled) => {
    const found = [{ figures }, { figures, killed }].map((round) => isRight(outcome, round, true));
    expect(found).toEqual([isFine, isFineKilled]);
  });

  it.each<[title: string, figures: Figures, isFine: boolean, isFineWithoutGoal: boolean]>([
    ['a status was not taken', { ...figures, failures: 1 }, false, false],
    ['the board was too old', { ...figures, age: { ...young, p99: 1501 } }, false, true],
    ['no status was seen on the board', { ...figures, age: { ...young, p99: Number.NaN } }, false, true],
  ])(
    'in which %s is not right; how old the board is counts with a goal alone, and neither counts when it was killed',
    (_title, slow, isFine, without) => {
      const found = [true, false].map((hasGoal) => isRight(right, { figures: slow }, hasGoal));
      expect([...found, isRight(right, { figures: slow, killed }, true)]).toEqual([isFine, without, true]);
    },
  );

  it.each([
    [300, {}],
    [250, {}],
    [249, { maxStatusesPerSecond: '10' }],
    [100, { maxStatusesPerSecond: '20' }],
  ])('of a status each %s ms has the limit of the product as long as that is enough', (everyMs, params) => {
    expect(limitFor(everyMs)).toEqual(params);
  });

  it('tells of a goal for the age where nothing was killed, and of what was set aside', () => {
    const slow = { ...figures, age: { ...young, p99: 1501 } };
    const played = { logs: [], shown: [], boardMs: [] };
    const round: Round = { ...{ sessionId: 's', openedAtMs: 0, joined: new Map(), played, figures: slow } };
    const rowsOf = (one: Round) => {
      const { rows } = runTable(one, { ...right, setAside: 2 }, { title: '' });
      return Object.fromEntries(rows.map(([what, said]) => [what, said]));
    };

    expect(rowsOf(round)).toMatchObject({ '  the goal of 1.5 s': 'missed', 'set aside': '2 messages' });
    expect(rowsOf({ ...round, killed })).not.toHaveProperty(['  the goal of 1.5 s']);
  });
});

describe('figures', () => {
  it('have quantiles, the spread of starts, and what was used between two readings', () => {
    expect([quantile([3, 1, 2], 0.5), quantile([3, 1, 2], 0.99), quantile([], 0.5)]).toEqual([2, 3, Number.NaN]);
    expect(spreadOf([{ startedAtMs: 5 }, { startedAtMs: 9 }, { startedAtMs: 7 }])).toBe(4);
    const usage = (PutItem: number, writeUnits: number) => ({
      processorMs: PutItem,
      tables: { players: { requests: { PutItem }, readUnits: 0, writeUnits } },
    });
    expect(usedBetween(usage(2, 5), usage(7, 20))).toEqual(usage(5, 15));
    expect(usedBetween({ processorMs: 0, tables: {} }, usage(7, 20))).toEqual(usage(7, 20));
  });

  it('count what was taken and what failed, in all and second by second, and writes only as writes', () => {
    const sent = [
      sentAt(1, 0),
      sentAt(2, 500, { tookMs: 600 }),
      sentAt(3, 1200, { status: 503 }),
      sentAt(4, 1500, { status: 0 }),
    ];

    const figures = figuresOf({
      ...{
        logs: [logOf('ann', sent)],
        shown: [],
        boardMs: [4, 6],
        fromMs: 0,
        forMs: 2000,
        usedForMs: 2000,
        readings: [],
      },
      used: {
        processorMs: 500,
        tables: { players: { requests: { UpdateItem: 30, Query: 90 }, readUnits: 9, writeUnits: 60 } },
      },
    });

    expect(figures).toMatchObject({ players: 1, taken: 2, failed: { 0: 1, 503: 1 }, failures: 2, takenPerSecond: 1 });
    expect(figures).toMatchObject({ writesPerSecond: 15, writeUnitsPerSecond: 30, processorPerSecondMs: 250 });
    expect(figures.post).toEqual({ count: 2, p50: 600, p99: 600, max: 600 });
    expect(figures.seconds.map(({ taken, failed }) => [taken, failed])).toEqual([
      [1, 0],
      [1, 2],
    ]);
  });
});

describe('writes, second by second', () => {
  const readAt = (atMs: number, UpdateItem: number) => ({
    atMs,
    usage: {
      processorMs: 0,
      tables: { players: { requests: { UpdateItem, Query: atMs }, readUnits: 0, writeUnits: 0 } },
    },
  });

  it('are what came between two readings, but not over a pause, a restart, or where nothing was read', () => {
    const measured = { logs: [], shown: [], boardMs: [], used: { processorMs: 0, tables: {} }, usedForMs: 1 };
    const readings = [readAt(100, 10), readAt(1100, 210), readAt(2350, 460), readAt(4400, 900), readAt(5400, 30)];

    const { seconds } = figuresOf({ ...measured, readings, fromMs: 0, forMs: 7000 });

    expect(seconds.map(({ writes }) => writes)).toEqual([200, 200, ...Array(5).fill(Number.NaN)]);
  });
});

describe('the plot', () => {
  const second = (at: number, ageP99Ms: number) => ({
    ...{ second: at, taken: 600 + at, failed: 0, postP50Ms: 2, postP99Ms: 9, ageP50Ms: 700, ageP99Ms, writes: 200 },
  });

  it('draws each line in pieces where it has values, and none where it has not', () => {
    const svg = plotOf('200 <players>', [second(0, 900), second(1, Number.NaN), second(2, 1100), second(3, 1200)], 1.5);

    expect(svg).toContain('200 &lt;players>');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg.match(/<polyline/g)).toHaveLength(8);
    expect(svg.match(/class="kill"/g)).toHaveLength(4);
    expect(svg).toContain('goal 1.5 s');
  });

  it.each([
    [0, 1],
    [0.03, 0.05],
    [1, 1],
    [1.2, 2],
    [700, 1000],
  ])('has a scale for values up to %s that ends at %s', (most, end) => {
    expect(scaleFor(most)).toBeCloseTo(end);
  });
});

describe('progress', () => {
  const written = (isTTY: boolean) => {
    const lines: string[] = [];
    const progress = progressOn({ isTTY, write: (text: string) => lines.push(text) > 0 });
    for (const part of [0, 0.1, 0.5, 0.55, 1]) progress.at('playing', part, `${part * 100} %`);
    progress.end();
    return lines;
  };

  it('is one line on a terminal, and a few in a file', () => {
    expect(written(true).join('')).toMatch(/^(\r[^\n]*)+\n$/);
    expect(written(false)).toEqual([
      'playing                      [                        ] 0 %\n',
      'playing                      [############            ] 50 %\n',
      'playing                      [########################] 100 %\n',
    ]);
  });
});
