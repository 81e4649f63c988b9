import type { Usage } from './laptop.ts';
import { type Aged, agesOf, answeredAtMs, type BotLog, isTaken, quantile, type Sent, type Shown } from './measured.ts';

/** A second of a run, for the plot. */
export interface Second {
  /** Counted from the start. */
  second: number;
  taken: number;
  failed: number;
  postP50Ms: number;
  postP99Ms: number;
  ageP50Ms: number;
  ageP99Ms: number;
  /** Requests that write to tables; NaN where it was not asked in time. */
  writes: number;
}

/** What was used until a moment, since local-aws was started. */
export interface Reading {
  atMs: number;
  usage: Usage;
}

/** What a run has shown. Milliseconds, and a second. */
export interface Figures {
  players: number;
  taken: number;
  /** How many were not taken, by the answer's status; 0: there was none. */
  failed: Record<number, number>;
  failures: number;
  takenPerSecond: number;
  post: Quantiles;
  board: Quantiles;
  age: Quantiles;
  /** Requests that write to tables, and the units that they cost. */
  writesPerSecond: number;
  writeUnitsPerSecond: number;
  /** Of local-aws without its functions. */
  processorPerSecondMs: number;
  seconds: Second[];
}

/** Milliseconds. */
export interface Quantiles {
  count: number;
  p50: number;
  p99: number;
  max: number;
}

/** What was measured of a run. */
export interface Measured {
  logs: BotLog[];
  shown: Shown[];
  boardMs: number[];
  /** What was used from the start to the end of it; of a run that was interrupted, since the restart. */
  used: Usage;
  usedForMs: number;
  /** Taken about each second, in order. */
  readings: readonly Reading[];
  fromMs: number;
  forMs: number;
}

const WRITES = /^(Put|Update|Delete|BatchWrite|TransactWrite)Items?$/;

/** What tables and processor did between two readings. */
export function usedBetween(before: Usage, after: Usage): Usage {
  const tables = Object.entries(after.tables).map(([name, now]) => {
    const then = before.tables[name] ?? { requests: {}, readUnits: 0, writeUnits: 0 };
    const requests = Object.entries(now.requests).map(([operation, count]) => [
      operation,
      count - (then.requests[operation] ?? 0),
    ]);
    return [
      name,
      {
        requests: Object.fromEntries(requests),
        readUnits: now.readUnits - then.readUnits,
        writeUnits: now.writeUnits - then.writeUnits,
      },
    ];
  });
  return { processorMs: after.processorMs - before.processorMs, tables: Object.fromEntries(tables) };
}

function quantilesOf(values: readonly number[]): Quantiles {
  return { count: values.length, p50: quantile(values, 0.5), p99: quantile(values, 0.99), max: quantile(values, 1) };
}

export function figuresOf({ logs, shown, boardMs, used, usedForMs, readings, fromMs, forMs }: Measured): Figures {
  const sent = logs.flatMap((log) => log.sent);
  const taken = sent.filter(isTaken);
  const failures = sent.filter((one) => !isTaken(one));
  const ages = agesOf(logs, shown);
  const tables = Object.values(used.tables);
  const usedSeconds = usedForMs / 1000;
  return {
    players: logs.length,
    taken: taken.length,
    failed: Object.fromEntries(
      [...Map.groupBy(failures, ({ status }) => status)].map(([status, all]) => [status, all.length]),
    ),
    failures: failures.length,
    takenPerSecond: taken.length / (forMs / 1000),
    post: quantilesOf(taken.map(({ tookMs }) => tookMs)),
    board: quantilesOf(boardMs),
    age: quantilesOf(ages.map(({ ageMs }) => ageMs)),
    writesPerSecond: writesOf(used) / usedSeconds,
    writeUnitsPerSecond: sum(tables.map(({ writeUnits }) => writeUnits)) / usedSeconds,
    processorPerSecondMs: used.processorMs / usedSeconds,
    seconds: secondsOf(sent, ages, readings, fromMs, forMs),
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

const writesOf = ({ tables }: Usage): number =>
  sum(
    Object.values(tables).flatMap(({ requests }) =>
      Object.entries(requests).flatMap(([operation, count]) => (WRITES.test(operation) ? [count] : [])),
    ),
  );

/** As long as a pause between two readings may be for what lies between them to be of a second. */
const MOST_BETWEEN_MS = 1500;

/** Writes a second between a reading and the next; not over a pause or a restart, after which it is counted anew. */
function rateBetween(first: Reading, next: Reading): number {
  const [written, forMs] = [writesOf(next.usage) - writesOf(first.usage), next.atMs - first.atMs];
  return written < 0 || forMs > MOST_BETWEEN_MS ? Number.NaN : (written * 1000) / forMs;
}

function secondsOf(
  sent: readonly Sent[],
  ages: readonly Aged[],
  readings: readonly Reading[],
  fromMs: number,
  forMs: number,
): Second[] {
  const secondOf = (atMs: number) => Math.floor((atMs - fromMs) / 1000);
  const sentIn = Map.groupBy(sent, (one) => secondOf(answeredAtMs(one)));
  const agesIn = Map.groupBy(ages, (one) => secondOf(one.answeredAtMs));
  const ratesIn = new Map(
    readings
      .slice(1)
      .map((next, at) => [secondOf((readings[at] as Reading).atMs), rateBetween(readings[at] as Reading, next)]),
  );
  return Array.from({ length: Math.ceil(forMs / 1000) }, (_, second) => {
    const all = sentIn.get(second) ?? [];
    const taken = all.filter(isTaken).map(({ tookMs }) => tookMs);
    const aged = (agesIn.get(second) ?? []).map(({ ageMs }) => ageMs);
    return {
      second,
      taken: taken.length,
      failed: all.length - taken.length,
      postP50Ms: quantile(taken, 0.5),
      postP99Ms: quantile(taken, 0.99),
      ageP50Ms: quantile(aged, 0.5),
      ageP99Ms: quantile(aged, 0.99),
      writes: ratesIn.get(second) ?? Number.NaN,
    };
  });
}
