import type { BenchTable } from '../../../scripts/table.ts';
import type { Figures, Quantiles } from './figures.ts';
import { answeredAtMs, isTaken, quantile } from './measured.ts';
import type { Outcome, Round } from './rounds.ts';

const number = (value: number) => Math.round(value).toLocaleString('en');
/** A lone number would stand to the right. */
const orNone = (count: number) => (count === 0 ? 'none' : `${number(count)} statuses`);
const seconds = (ms: number) => (ms / 1000).toFixed(2);
const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0);
/** A run's first seconds: what all send at once when they begin together. */
const SPIKE_MS = 2000;

/** The goal for the board's age at its 99th percentile, in milliseconds. */
export const AGE_GOAL_MS = 1500;

/** `429: 12, no answer: 3` */
function failedIn({ failed }: Figures): string {
  const all = Object.entries(failed).map(
    ([status, count]) => `${status === '0' ? 'no answer' : status}: ${number(count)}`,
  );
  return all.join(', ') || 'none';
}

/** The main run: a line for each thing that was measured. */
export function runTable(round: Round, outcome: Outcome, { title }: { title: string }): BenchTable {
  const { figures, start, killed } = round;
  const { archive, behind, setAside } = outcome;
  const { post, board, age } = figures;
  const goal: [string, string] = [`  the goal of ${AGE_GOAL_MS / 1000} s`, age.p99 <= AGE_GOAL_MS ? 'met' : 'missed'];
  const rows: [string, string][] = [
    ['statuses taken', `${number(figures.taken)}, ${number(figures.takenPerSecond)} a second`],
    ['not taken, by status', failedIn(figures)],
    ['POST /updatestatus, p50 and p99', `${ms(post.p50)} and ${ms(post.p99)} ms`],
    ['GET /scoreboard, p50 and p99', `${ms(board.p50)} and ${ms(board.p99)} ms, of ${number(board.count)}`],
    [
      'age of the scoreboard, p50 and p99',
      `${seconds(age.p50)} and ${seconds(age.p99)} s, of ${number(age.count)} statuses`,
    ],
    // The time without a service is in the age.
    ...(killed ? [] : [goal]),
    ['writes to tables', `${number(figures.writesPerSecond)} a second, ${number(figures.writeUnitsPerSecond)} units`],
    ['processor of local-aws', `${number(figures.processorPerSecondMs)} ms a second`],
  ];
  if (start) {
    const first = round.played.logs.flatMap(({ sent, startedAtMs }) =>
      sent.filter((one) => isTaken(one) && answeredAtMs(one) < startedAtMs + SPIKE_MS).map(({ tookMs }) => tookMs),
    );
    rows.push(
      ['start, largest difference', `${ms(start.spreadMs)} ms, the last ${ms(start.latestMs)} ms late`],
      ['POST in the first 2 s, p99', `${ms(quantile(first, 0.99))} ms`],
    );
  }
  if (killed)
    rows.push(['kill -9', `after ${seconds(killed.atMs)} s; it served again after ${seconds(killed.outMs)} s`]);
  rows.push(
    ['in S3', `${number(archive.archived)} in ${archive.objects} objects`],
    ['  lost', orNone(archive.lost.length)],
    ['  doubled', orNone(archive.doubled)],
    ['  taken, the answer lost', orNone(archive.unanswered)],
    ['  of nobody', orNone(archive.strange.length)],
    ['set aside', setAside === 0 ? 'none' : `${number(setAside)} messages`],
    [
      'players of whom the board is behind',
      behind.length === 0 ? 'none' : `${behind.length}: ${behind.slice(0, 5).join(', ')}`,
    ],
  );
  return { title, columns: ['', ''], rows };
}

const GROWTH_COLUMNS = [
  ...['players', 'statuses/s', 'failed', 'POST p50 ms', 'p99', 'age p50 s', 'p99', 'writes/s', 'write units/s'],
  'local-aws ms/s',
];

function growthRow(one: Figures): (string | number)[] {
  const pair = ({ p50, p99 }: Quantiles, shown: (value: number) => string) => [shown(p50), shown(p99)];
  return [
    one.players,
    number(one.takenPerSecond),
    failedIn(one),
    ...pair(one.post, ms),
    ...pair(one.age, seconds),
    number(one.writesPerSecond),
    number(one.writeUnitsPerSecond),
    number(one.processorPerSecondMs),
  ];
}

/** How far above the main run the same machine goes. */
export function growthTable(rounds: readonly Figures[], limitMs: number): BenchTable {
  const enough = rounds.filter(({ age }) => age.p99 <= limitMs).at(-1);
  return {
    title: 'More players on the same machine',
    columns: GROWTH_COLUMNS,
    rows: rounds.map(growthRow),
    note: `The board's age stayed below ${limitMs / 1000} s (p99) up to ${enough?.players ?? 'fewer'} players. Bots, functions and local-aws share the machine's processors.`,
  };
}

/** The same players, who send more or less often. */
export function samplingTable(
  rounds: readonly { everyMs: number; figures: Figures }[],
  secondsPlayed: number,
): BenchTable {
  const [players] = rounds.map(({ figures }) => figures.players);
  return {
    title: `${players} players for ${secondsPlayed} s, by how often each sends a status`,
    columns: ['a status each', ...GROWTH_COLUMNS.slice(1)],
    rows: rounds.map(({ everyMs, figures }) => [`${everyMs} ms`, ...growthRow(figures).slice(1)]),
    note: 'Writes follow players and batches, not statuses: a batch writes once for a player, however often they have sent.',
  };
}
