import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatTable } from '../../../scripts/table.ts';
import { ROOT } from '../../../scripts/workspace.ts';
import type { Figures } from './figures.ts';
import { joinStorm } from './joins.ts';
import { openParts } from './parts.ts';
import { plotOf } from './plot.ts';
import { progressOn } from './progress.ts';
import { isRight, outcomeOf, playRound, warmUp } from './rounds.ts';
import { AGE_GOAL_MS, growthTable, runTable } from './tables.ts';

export const HELP = `npm run load -- space-invaders [-- options]

Has bots play on a local-aws of its own, through the API and the sockets, and counts what came of every status: on the board, and in S3.

  --players N    how many (200)
  --seconds N    for how long (120)
  --every N      milliseconds between two statuses of a player (300)
  --kill         kill -9 of local-aws in the middle; no growth afterwards
  --no-growth    leave out how far above --players this machine goes
  --joins N      instead: so many join at once for 200 seats, with duplicates and crashes
  --plot FILE    where the plot goes (.cache/load/space-invaders.svg)
  --verbose      show what local-aws says
  --help         this text

It fails when something is lost, doubled, not taken or set aside (after --kill: lost), and, with as many players and statuses as it has by itself,
when the board is older than ${AGE_GOAL_MS / 1000} s (p99).

Ctrl-C ends it and removes what it has started. It needs three minutes, and as much again for the growth.`;

/** The age at which a board is too old, at its 99th percentile. */
const TOO_OLD_MS = 3000;
const GROWTH_SECONDS = 20;
const GROWTH = [1.5, 2, 3, 4, 5, 6, 8, 10];
/** Of what is sent so much may fail before it is too much. */
const MOST_FAILED = 0.01;

/** What the goal for the board's age is meant for. */
const STANDARD = { players: 200, everyMs: 300 };

/** The command line, read. Throws Error in words for whoever wrote it. */
export function optionsFrom(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      players: { type: 'string', default: String(STANDARD.players) },
      seconds: { type: 'string', default: '120' },
      every: { type: 'string', default: String(STANDARD.everyMs) },
      joins: { type: 'string' },
      kill: { type: 'boolean', default: false },
      'no-growth': { type: 'boolean', default: false },
      plot: { type: 'string', default: join(ROOT, '.cache/load/space-invaders.svg') },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const count = (name: 'players' | 'seconds' | 'every' | 'joins') => {
    const text = values[name];
    if (!/^[1-9]\d{0,5}$/.test(text ?? '')) throw new Error(`--${name} is a whole number above 0, not '${text}'`);
    return Number(text);
  };
  return {
    ...values,
    players: count('players'),
    seconds: count('seconds'),
    everyMs: count('every'),
    joins: values.joins === undefined ? undefined : count('joins'),
    grows: !values['no-growth'] && !values.kill,
  };
}

/** The product allows five statuses a second: what is to show is whether that is enough for its own pages. */
const WITHIN_THE_LIMIT = 4;

/** The parameter that lets more of a player's statuses count, for who sends them more often than the product's limit leaves room for. */
export function limitFor(everyMs: number): { maxStatusesPerSecond?: string } {
  const perSecond = 1000 / everyMs;
  return perSecond > WITHIN_THE_LIMIT ? { maxStatusesPerSecond: String(Math.ceil(perSecond) * 2) } : {};
}

/** Runs it until it is done; what it has started ends with `ending`. Gives whether all was as it is to be. */
export async function run(options: ReturnType<typeof optionsFrom>, ending: AsyncDisposableStack): Promise<boolean> {
  const { players, seconds, everyMs, kill: isKilled } = options;
  const progress = progressOn(process.stderr);
  const parts = await openParts(ending, progress, {
    params: { statusEveryMs: String(everyMs), ...limitFor(everyMs) },
    ...(options.verbose && { report: (line) => console.error(line) }),
  });
  if (options.joins !== undefined) {
    const { table, isRight } = await joinStorm(parts, options.joins);
    console.log(formatTable(table));
    return isRight;
  }
  await warmUp(parts);
  await parts.scaleTo(players * (1000 / everyMs));
  const round = await playRound(parts, { what: 'playing', players, seconds, everyMs, isSynchronized: true, isKilled });
  const outcome = await outcomeOf(parts, round);
  const title = `${players} players, a status each ${everyMs} ms, for ${seconds} s${isKilled ? ', killed in the middle' : ''}`;
  console.log(formatTable(runTable(round, outcome, { title })));
  mkdirSync(join(options.plot, '..'), { recursive: true });
  writeFileSync(options.plot, plotOf(title, round.figures.seconds, round.killed && round.killed.atMs / 1000));
  console.log(`\nThe run second by second: ${options.plot}`);

  if (options.grows) console.log(formatTable(growthTable(await grow(parts, round.figures, everyMs), TOO_OLD_MS)));
  return isRight(outcome, round, players === STANDARD.players && everyMs === STANDARD.everyMs);
}

async function grow(parts: Awaited<ReturnType<typeof openParts>>, first: Figures, everyMs: number): Promise<Figures[]> {
  const rounds = [first];
  for (const times of GROWTH) {
    const last = rounds.at(-1) ?? first;
    if (!(last.age.p99 <= TOO_OLD_MS) || last.failures > MOST_FAILED * last.taken) break;
    const players = Math.round(first.players * times);
    await parts.scaleTo(players * (1000 / everyMs));
    const wish = { what: `${players} players`, players, seconds: GROWTH_SECONDS, everyMs };
    rounds.push((await playRound(parts, wish)).figures);
  }
  return rounds;
}
