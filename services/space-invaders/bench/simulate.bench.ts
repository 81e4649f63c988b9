import type { BenchTable } from '../../../scripts/table.ts';
import { costOf } from './prices.ts';
import { type Outcome, simulate, type Wish } from './simulation.ts';

export const name = 'space-invaders';
/** With `--simulate` only: two millions take some minutes. */
export const onDemand = true;

/** As in serverless.yml. */
const SHARED = { everyMs: 300, board: { fullSeats: 500, top: 20 }, perShard: 700 } as const;
const BOARD_EVERY_MS = 2_000;
const SIZES = [200, 500, 2_000, 20_000, 2_000_000];
/** The start, which is everybody's, and a minute later. */
const WINDOWS = [
  ['start', 0],
  ['a minute on', 60],
] as const;
/** A window is so many seconds, in which everybody's slot of time changes once; of millions the first of them. */
const secondsOf = (players: number) => (players > 100_000 ? 8 : 15);

const whole = (value: number) => Math.round(value).toLocaleString('en');
const dollars = (value: number) => (value < 10 ? value.toFixed(2) : whole(value));

/** The same code at several sizes: what it asks of AWS, and what that costs. */
export async function run(): Promise<BenchTable[]> {
  if (!process.argv.includes('--simulate')) return [];
  const outcomes: { wish: Wish; when: string; outcome: Outcome }[] = [];
  for (const players of SIZES) {
    for (const [when, from] of WINDOWS) {
      const wish = { ...SHARED, players, from, to: from + secondsOf(players) };
      const outcome = simulate(wish, (share) =>
        tell(`${whole(players)} players, ${when}: ${Math.round(share * 100)} %`),
      );
      outcomes.push({ wish, when, outcome });
    }
  }
  tell('');
  return [load(outcomes), cost(outcomes)];
}

function tell(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

const load = (outcomes: readonly { wish: Wish; when: string; outcome: Outcome }[]): BenchTable => ({
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
    'aside',
    'top ten right',
  ],
  rows: outcomes.map(({ wish, when, outcome: one }) => [
    ...[whole(wish.players), when, whole(one.shards), whole(one.statuses), whole(one.mostStatuses), whole(one.writes)],
    ...[whole(one.boardUnits), whole(one.mostBoardUnits), whole(one.seatedUnits), whole(one.setAside)],
    `${one.topTenRight} of ${one.seconds} s`,
  ]),
  note: `The functions' own rules on bots' games, a status each ${SHARED.everyMs} ms if anything has changed, a batch a second and shard, ${SHARED.perShard} statuses a second planned for a shard. A partition of the index takes 1,000 units a second.`,
});

const cost = (outcomes: readonly { wish: Wish; when: string; outcome: Outcome }[]): BenchTable => ({
  title: 'What an hour costs, in dollars',
  columns: ['players', 'API', 'stream', 'functions', 'table', 'files', 'together', 'a player'],
  rows: outcomes
    .filter(({ when }) => when !== 'start')
    .map(({ wish, outcome: { shards, statuses, writes, boardUnits, seatedUnits } }) => {
      const { players } = wish;
      const indexUnits = boardUnits + seatedUnits;
      const parts = costOf({ players, shards, statuses, writes, indexUnits, boardEveryMs: BOARD_EVERY_MS });
      const { api, stream, functions, table, files } = parts;
      const together = api + stream + functions + table + files;
      return [
        whole(players),
        ...[api, stream, functions, table, files, together].map(dollars),
        (together / players).toFixed(4),
      ];
    }),
  note: 'By the list prices of us-east-1, first tiers, without free ones: bench/prices.ts. Each page asks for the board each two seconds.',
});
