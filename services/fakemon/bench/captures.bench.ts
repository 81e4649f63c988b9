import type { BenchTable } from '../../../scripts/bench.ts';
import { type Hunt, openHunt } from './hunt.ts';
import type { Heard, Thrown } from './players.ts';

export const name = 'captures';

const CROWD = 1000;
const STEADY = { players: 50, everyMs: 20, throws: 1000 };
/** Captures while nothing can be counted. */
const BROKEN = 20;

const MEMORY_GB = 0.5;
/** Lambda's two retries, after one and two minutes. */
const RETRIES_MS = 200_000;

/** A tenth of what the bus delivers comes twice, and a few functions die, before, during and after their work. */
const FAULTS = {
  seed: 1,
  rules: [
    { match: { service: 'events' }, duplicate: 0.1 },
    { match: { service: 'lambda', target: '*-capture' }, crashBefore: 0.002, crashDuring: 0.002, crashAfter: 0.002 },
  ],
};

const quantiles = (ms: number[]): string[] => {
  const sorted = ms.toSorted((one, other) => one - other);
  return [0.5, 0.99, 1].map((share) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN).toFixed(0),
  );
};
const isOutcome = ({ type }: Heard) => type === 'fakemon.capture_succeeded' || type === 'fakemon.capture_failed';

/** How long the first news of each throw took, from its request on. */
function latencies(thrown: readonly Thrown[], heard: readonly Heard[]): number[] {
  const first = new Map<string, number>();
  for (const { attemptId = '', atMs } of heard) if (!first.has(attemptId)) first.set(attemptId, atMs);
  return thrown.flatMap(({ attemptId, sentMs }) => {
    const atMs = first.get(attemptId);
    return atMs === undefined ? [] : [atMs - sentMs];
  });
}

async function lastUnit({ game, throwAt, listen }: Hunt): Promise<BenchTable> {
  game.aws.cloud.core.faults.change(FAULTS);
  await game.place({ fakemonId: 'last' });
  const thrown = await throwAt(Array(CROWD).fill('last'));
  await game.aws.idle();
  const atOnce = (await listen()).filter(isOutcome);
  await game.aws.advance(RETRIES_MS);
  const outcomes = [...atOnce, ...(await listen()).filter(isOutcome)];
  game.aws.cloud.core.faults.change(undefined);

  const distinct = new Map(outcomes.map((one) => [one.id, one]));
  const ofType = (type: string) => [...distinct.values()].filter((one) => one.type === type).length;
  const perPlayer = Map.groupBy(distinct.values(), ({ player }) => player);
  const once = [...perPlayer.values()].filter(({ length }) => length === 1).length;
  const collected = (await game.itemsOf('collection')).filter(({ fakemonId }) => fakemonId === 'last').length;
  return {
    title: `${CROWD} players at the last unit at once; 10 % of deliveries twice, 0.6 % of captures die`,
    columns: [
      'captured',
      'failed',
      'players told one outcome',
      'collected',
      'told again',
      'told by a retry',
      'p50 ms',
      'p99 ms',
      'max ms',
    ],
    rows: [
      [
        ofType('fakemon.capture_succeeded'),
        ofType('fakemon.capture_failed'),
        once,
        collected,
        outcomes.length - distinct.size,
        distinct.size - new Set(atOnce.map(({ id }) => id)).size,
        ...quantiles(latencies(thrown, atOnce)),
      ],
    ],
    note: `${thrown.filter(({ status }) => status !== 202).length} requests were not taken. From POST to the socket's message; what a crash delays waits for Lambda's retry, a minute, and is not in it.`,
  };
}

/** What was asked of the tables, and what functions did, since it was last asked. */
function meter({ game }: Hunt) {
  const soFar = () => {
    const tables = Object.values(game.aws.cloud.usage());
    const sumOf = (unit: 'readUnits' | 'writeUnits') => tables.reduce((sum, table) => sum + table[unit], 0);
    return { read: sumOf('readUnits'), written: sumOf('writeUnits'), invocations, gbSeconds };
  };
  let [invocations, gbSeconds] = [0, 0];
  // The journal keeps the latest hops only.
  game.aws.cloud.journal.follow(({ kind, outcome, durationMs = 0 }) => {
    if (kind !== 'invocation' || outcome === 'begun') return;
    invocations += 1;
    gbSeconds += (durationMs / 1000) * MEMORY_GB;
  });
  let before = soFar();
  return () => {
    const now = soFar();
    const used = {
      read: now.read - before.read,
      written: now.written - before.written,
      invocations: now.invocations - before.invocations,
      gbSeconds: now.gbSeconds - before.gbSeconds,
    };
    before = now;
    return used;
  };
}

/** A fakémon for each 20 throws, with three units: as in the game, most come too late. */
async function targets({ game }: Hunt, prefix: string): Promise<string[]> {
  const at = Array.from({ length: STEADY.throws }, (_, index) => `${prefix}-${Math.floor(index / 20)}`);
  for (const fakemonId of new Set(at)) await game.place({ fakemonId, units: 3, unitsLeft: 3, expiresAtMs: 4e12 });
  return at;
}

async function steady(hunt: Hunt): Promise<BenchTable> {
  const rows: (string | number)[][] = [];
  const read = meter(hunt);
  for (const [way, path] of [
    ['over the bus', '/captures'],
    ['in line', '/captures/sync'],
  ] as const) {
    // Once without being measured: functions have to start.
    await hunt.throwAt(await targets(hunt, `warm${path.length}`), { everyMs: 5, path });
    await hunt.game.aws.idle();
    await hunt.listen();
    const at = await targets(hunt, `run${path.length}`);
    read();
    const thrown = await hunt.throwAt(at, { everyMs: STEADY.everyMs, path });
    await hunt.game.aws.idle();
    const { read: readUnits, written, invocations, gbSeconds } = read();
    const heard = (await hunt.listen()).filter(isOutcome);
    const each = (amount: number, digits = 1) => (amount / thrown.length).toFixed(digits);
    rows.push([
      way,
      ...quantiles(thrown.map(({ sentMs, answeredMs }) => answeredMs - sentMs)).slice(0, 2),
      ...quantiles(latencies(thrown, heard)),
      each(readUnits),
      each(written),
      each(invocations),
      each(gbSeconds * 1000),
    ]);
  }
  return {
    title: `${1000 / STEADY.everyMs} throws a second by ${STEADY.players} players who are connected, for ${(STEADY.throws * STEADY.everyMs) / 1000} s`,
    columns: [
      '',
      'answer p50 ms',
      'p99 ms',
      'outcome p50 ms',
      'p99 ms',
      'max ms',
      'read units',
      'write units',
      'invocations',
      'MB-s',
    ],
    rows,
    note: 'Units, invocations and megabyte-seconds are of each throw. Players, gateways, functions and tables share the cores of this machine.',
  };
}

/** What is left of captures while the ranking cannot be written. */
async function broken(hunt: Hunt): Promise<BenchTable> {
  const { game } = hunt;
  const rows: (string | number)[][] = [];
  for (const [way, path] of [
    ['over the bus', '/captures'],
    ['in line', '/captures/sync'],
  ] as const) {
    const fakemonId = `broken${path.length}`;
    await game.place({ fakemonId, units: BROKEN, unitsLeft: BROKEN, expiresAtMs: 4e12 });
    const countOf = async (table: string) => (await game.itemsOf(table)).length;
    const before = { collected: await countOf('collection'), counted: await countOf('ranking') };
    game.aws.cloud.core.faults.change({
      seed: 1,
      rules: [{ match: { service: 'dynamodb', target: '*-ranking' }, throttle: 1 }],
    });
    const throwing = hunt.throwAt(Array(BROKEN).fill(fakemonId), { path });
    const thrown = await throwing;
    await game.aws.idle();
    const told = new Set((await hunt.listen()).filter(isOutcome).map(({ id }) => id)).size;
    const failed = thrown.filter(({ status }) => status >= 500).length;
    game.aws.cloud.core.faults.change(undefined);
    await game.aws.advance(RETRIES_MS);
    const unitsGone = BROKEN - ((await game.wilds.find(fakemonId))?.unitsLeft ?? 0);
    const { collected, counted } = before;
    rows.push([
      way,
      failed,
      unitsGone,
      told,
      (await countOf('collection')) - collected,
      (await countOf('ranking')) > counted ? 'yes' : 'no',
    ]);
  }
  return {
    title: `${BROKEN} captures while the ranking's table refuses all, until a minute later`,
    columns: ['', 'answered 5xx', 'units gone', 'players told', 'collected', 'counted in the end'],
    rows,
    note: 'On the bus Lambda tries again, or the letter waits; in line nobody does.',
  };
}

/** Throws at the last unit by a crowd; a steady stream, over the bus and in line; and what a consumer that fails costs. */
export async function run(): Promise<BenchTable[]> {
  const crowd = await openHunt(CROWD);
  const tables: BenchTable[] = [];
  try {
    // Functions have to start once.
    await crowd.game.place({ fakemonId: 'warm', units: 1 });
    await crowd.throwAt(Array(100).fill('warm'));
    await crowd.game.aws.idle();
    await crowd.listen();
    tables.push(await lastUnit(crowd));
  } finally {
    await crowd.stop();
  }
  const few = await openHunt(STEADY.players);
  try {
    tables.push(await steady(few), await broken(few));
  } finally {
    await few.stop();
  }
  return tables;
}
