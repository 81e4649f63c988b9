import type { Attempt, Claim, Decided } from '../domain/attempt.ts';
import type { AttemptsTable, CaptureSucceeded, WildTable } from '../domain/ports.ts';
import { keyOf, type Wild } from '../domain/wild.ts';

/** 2030-01-01T00:00:00.000Z */
export const NOW_MS = Date.parse('2030-01-01T00:00:00Z');

/** A pebblo, which never dodges: there since a second, for a minute. */
export const wildOf = (overrides: Partial<Wild> = {}): Wild => ({
  fakemonId: 'f-1',
  species: 'pebblo',
  x: 500,
  y: 500,
  units: 1,
  unitsLeft: 1,
  appearsAtMs: NOW_MS - 1000,
  expiresAtMs: NOW_MS + 60_000,
  salt: 'salt',
  winners: {},
  ...overrides,
});

export const attemptOf = (overrides: Partial<Attempt> = {}): Attempt => ({
  player: 'ann',
  name: 'Ann',
  attemptId: 'a-1',
  fakemonId: 'f-1',
  thrownAtMs: NOW_MS,
  ...overrides,
});

/** What DynamoDB makes of a take: in one step, or not at all. */
export function afterTake(wild: Wild, attempt: Attempt, win: { unitsLeft: number; atMs: number }): Wild {
  const winners = { ...wild.winners, [keyOf(attempt)]: win };
  return { ...wild, unitsLeft: wild.unitsLeft - 1, winners, takenAtMs: win.atMs, takenBy: attempt.name };
}

/** The tables in memory. `step` comes before each request: there a test lets others go first, or has whoever asks die. */
export function tablesInMemory(wilds: readonly Wild[], step: () => Promise<void> = async () => {}) {
  const world = new Map(wilds.map((wild) => [wild.fakemonId, wild]));
  const attempts = new Map<string, Claim | Decided>();
  const collection = new Map<string, CaptureSucceeded['detail']>();
  const counted = new Set<string>();
  const captures = new Map<string, number>();
  return {
    world,
    attempts,
    collection,
    captures,
    wildTable: {
      async find(fakemonId) {
        await step();
        return world.get(fakemonId);
      },
      async take(seen, attempt, win) {
        await step();
        const wild = world.get(seen.fakemonId);
        if (!wild || wild.unitsLeft !== seen.unitsLeft) return { refused: wild };
        world.set(wild.fakemonId, afterTake(wild, attempt, win));
        return 'taken';
      },
      async appear(wild) {
        await step();
        const standing = world.get(wild.fakemonId);
        if (!standing) world.set(wild.fakemonId, wild);
        return standing ?? wild;
      },
    } satisfies WildTable,
    attemptsTable: {
      async begin(attempt) {
        await step();
        const standing = attempts.get(keyOf(attempt));
        if (!standing) attempts.set(keyOf(attempt), attempt);
        return standing ?? attempt;
      },
      async finish(decided) {
        await step();
        const standing = attempts.get(keyOf(decided));
        if (standing?.outcome === 'open') attempts.set(keyOf(decided), decided);
        return standing && standing.outcome !== 'open' ? standing : decided;
      },
    } satisfies AttemptsTable,
    collectionTable: {
      async add(captured: CaptureSucceeded['detail']) {
        await step();
        collection.set(keyOf(captured), captured);
      },
    },
    rankingTable: {
      async count(captured: CaptureSucceeded['detail']) {
        await step();
        if (counted.has(keyOf(captured))) return 'counted-before' as const;
        counted.add(keyOf(captured));
        captures.set(captured.player, (captures.get(captured.player) ?? 0) + 1);
        return 'counted' as const;
      },
    },
  };
}
