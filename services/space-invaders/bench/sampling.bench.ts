import { endOnSignals } from '../../../scripts/signals.ts';
import type { BenchTable } from '../../../scripts/table.ts';
import { limitFor } from '../load/load.ts';
import { openParts } from '../load/parts.ts';
import { progressOn } from '../load/progress.ts';
import { playRound, warmUp } from '../load/rounds.ts';
import { samplingTable } from '../load/tables.ts';
import { costOfRate, inDollars } from './prices.ts';

export const name = 'space-invaders';
/** It takes three minutes. */
export const onDemand = true;

const PLAYERS = 200;
const SECONDS = 30;
/** Milliseconds between two statuses of a player. */
const RATES = [1000, 300, 100];

/** The same players at several sampling rates: what a fresher board costs. With `--simulate` only what needs no machine is run. */
export async function run(): Promise<BenchTable[]> {
  if (process.argv.includes('--simulate')) return [];
  await using ending = new AsyncDisposableStack();
  endOnSignals(ending);
  const leastMs = Math.min(...RATES);
  const parts = await openParts(ending, progressOn(process.stderr), {
    // So many count, and for so many `scale` has shards ready: it takes away what the product's own rate does not need.
    params: { statusEveryMs: String(leastMs), ...limitFor(leastMs) },
  });
  await warmUp(parts);
  // All rates on the same shards: one that is divided meanwhile holds its records up.
  await parts.scaleTo(PLAYERS * (1000 / leastMs));
  const rounds = [];
  for (const everyMs of RATES) {
    const wish = { what: `each ${everyMs} ms`, players: PLAYERS, seconds: SECONDS, everyMs };
    rounds.push({ everyMs, figures: (await playRound(parts, wish)).figures });
  }
  const { rows, columns, ...rest } = samplingTable(rounds, SECONDS);
  const dollars = rounds.map(({ everyMs, figures }) => inDollars(costOfRate(everyMs, figures)));
  return [
    { ...rest, columns: [...columns, 'dollars an hour'], rows: rows.map((row, at) => [...row, dollars[at] ?? '']) },
  ];
}
