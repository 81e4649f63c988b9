import type { BenchTable } from '../../../scripts/table.ts';
import { costOf, inDollars, PER_SHARD } from './prices.ts';
import { type Outcome, simulate, type Wish } from './simulation.ts';

export const name = 'space-invaders';
/** With `--simulate` only: two millions take some minutes. */
export const onDemand = true;

/** As in serverless.yml. */
const SHARED = { everyMs: 300, board: { fullSeats: 500, top: 20 }, perShard: PER_SHARD } as const;
/** How many players, and how often each page of theirs asks for the board: the param `boardEveryMs` that such a size needs (docs/decisions/board.md). */
const SIZES = [
  { players: 200, boardEveryMs: 2_000 },
  { players: 500, boardEveryMs: 2_000 },
  { players: 2_000, boardEveryMs: 2_000 },
  { players: 20_000, boardEveryMs: 10_000 },
  { players: 2_000_000, boardEveryMs: 10_000 },
];
/** The start, which is everybody's, and a minute later. */
const WINDOWS = [
  ['start', 0],
  ['a minute on', 60],
] as const;
/** A window is so many seconds, in which everybody's slot of time changes once; of millions the first of them. */
const secondsOf = (players: number) => (players > 100_000 ? 8 : 15);

const whole = (value: number) => Math.round(value).toLocaleString('en');

/** A session that was simulated. */
interface Simulated {
  wish: Wish;
  boardEveryMs: number;
  when: string;
  outcome: Outcome;
}

/** The same code at several sizes: what it asks of AWS, and what that costs. */
export async function run(): Promise<BenchTable[]> {
  if (!process.argv.includes('--simulate')) return [];
  const outcomes: Simulated[] = [];
  for (const { players, boardEveryMs } of SIZES) {
    for (const [when, from] of WINDOWS) {
      const wish = { ...SHARED, players, from, to: from + secondsOf(players) };
      const outcome = simulate(wish, (share) =>
        tell(`${whole(players)} players, ${when}: ${Math.round(share * 100)} %`),
      );
      outcomes.push({ wish, boardEveryMs, when, outcome });
    }
  }
  tell('');
  return [load(outcomes), cost(outcomes)];
}

function tell(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

const load = (outcomes: readonly Simulated[]): BenchTable => ({
  title: 'What sessions of several sizes ask for, in a second',
  columns: [
    'players',
    'when',
    'shards',
    'statuses',
    'at most',
    'writes',
    'units Board',
    'at most',
    'units Seated',
    'all units',
    'aside',
    'top ten right',
  ],
  rows: outcomes.map(({ wish, when, outcome: one }) => [
    ...[whole(wish.players), when, whole(one.shards), whole(one.statuses), whole(one.mostStatuses), whole(one.writes)],
    ...[whole(one.boardUnits), whole(one.mostBoardUnits), whole(one.seatedUnits)],
    ...[whole(one.writes + one.boardUnits + one.seatedUnits), whole(one.setAside)],
    `${one.topTenRight} of ${one.seconds} s`,
  ]),
  note: `The functions' own rules on bots' games, a status each ${SHARED.everyMs} ms if anything has changed, a batch a second and shard, ${SHARED.perShard} statuses a second planned for a shard. A partition of the index takes 1,000 units a second.`,
});

const cost = (outcomes: readonly Simulated[]): BenchTable => ({
  title: 'What an hour costs, in dollars',
  columns: ['players', 'board asked for each', 'API', 'stream', 'functions', 'table', 'files', 'together', 'a player'],
  rows: outcomes
    .filter(({ when }) => when !== 'start')
    .map(({ wish: { players }, boardEveryMs, outcome: { shards, statuses, writes, boardUnits, seatedUnits } }) => {
      const indexUnits = boardUnits + seatedUnits;
      const { api, stream, functions, table, files, together } = costOf({
        players,
        shards,
        statuses,
        writes,
        indexUnits,
        boardEveryMs,
      });
      return [
        ...[whole(players), `${boardEveryMs / 1000} s`],
        ...[api, stream, functions, table, files, together].map(inDollars),
        (together / players).toFixed(4),
      ];
    }),
  note: 'bench/prices.ts says where the prices are from, and what is not counted.',
});
