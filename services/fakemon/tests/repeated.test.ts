import { describe, expect, it } from '@jest/globals';
import type { Attempt } from '../domain/attempt.ts';
import { capture } from '../domain/capture.ts';
import { attempted, type CaptureOutcome } from '../domain/events.ts';
import { keyOf, type Wild } from '../domain/wild.ts';
import { attemptOf, NOW_MS, tablesInMemory, wildOf } from './parts.ts';

class Crash extends Error {}

/** What an attempt asks for: find, begin, perhaps find, take, finish, publish. One more: it does not die. */
const MOST_REQUESTS = 7;
const turns = Array.from({ length: MOST_REQUESTS }, (_, at) => at);

const wilds = [
  wildOf({ units: 3, unitsLeft: 3, appearsAtMs: NOW_MS - 50, expiresAtMs: NOW_MS + 50 }),
  wildOf({ fakemonId: 'f-2', units: 3, unitsLeft: 3 }),
];

/** When another request with the id comes, and when that one dies: by how many requests went before, of which one. */
interface Course {
  comesAt: number;
  diesAt: number;
  /** Whether the first dies where the other comes. */
  bothDie: boolean;
}

const courses: Course[] = turns.flatMap((comesAt) =>
  turns.flatMap((diesAt) => [true, false].map((bothDie) => ({ comesAt, diesAt, bothDie }))),
);

/** Has a request repeated in the middle, and what died tried again. Gives what was published, and how many units went. */
async function play(other: Attempt, { comesAt, diesAt, bothDie }: Course, world: readonly Wild[]) {
  const published: CaptureOutcome[] = [];
  let step = async () => {};
  const tables = tablesInMemory(world, () => step());
  const parts = {
    wilds: tables.wildTable,
    attempts: tables.attemptsTable,
    now: () => NOW_MS,
    async publish(events: readonly CaptureOutcome[]) {
      await step();
      published.push(...events);
    },
  };
  /** Calls `then` before the request of that number, and goes back to nothing. */
  const before = (turn: number, then: () => Promise<void>) => {
    let asked = 0;
    step = async () => {
      if (asked++ !== turn) return;
      step = async () => {};
      await then();
    };
  };
  const crash = async () => {
    throw new Crash();
  };
  const invoke = async (attempt: Attempt) => {
    try {
      await capture(parts, attempted(attempt));
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  };

  before(comesAt, async () => {
    for (const wild of wilds) await tables.wildTable.appear(wild);
    before(diesAt, crash);
    await invoke(other);
    step = async () => {};
    if (bothDie) await crash();
  });
  await invoke(attemptOf());
  for (const attempt of [attemptOf(), other]) await invoke(attempt);
  const row = tables.attempts.get(keyOf(other));
  const unitsGone = wilds.reduce((sum, { fakemonId }) => sum + 3 - (tables.world.get(fakemonId)?.unitsLeft ?? 3), 0);
  return { published, row, unitsGone };
}

describe('a request that comes while another with its id is under way, wherever both die', () => {
  it.each<[string, Attempt, Wild[]]>([
    ['as the other', attemptOf(), wilds],
    ['when the fakémon is gone', attemptOf({ thrownAtMs: NOW_MS + 100 }), wilds],
    ['from before it was there', attemptOf({ thrownAtMs: NOW_MS - 100 }), wilds],
    ['at another fakémon', attemptOf({ fakemonId: 'f-2' }), wilds],
    ['at one that there is not', attemptOf({ fakemonId: 'f-3' }), wilds],
    ['when the fakémon has come in between', attemptOf(), []],
  ])('%s, is told what the other is told, and has the unit that went, if one did', async (_how, other, world) => {
    const told = new Set<string>();
    for (const course of courses) {
      const { published, row, unitsGone } = await play(other, course, world);

      const [first, ...more] = published;
      told.add(first?.type ?? 'nothing');
      for (const event of more) expect([course, event]).toEqual([course, first]);
      expect([course, unitsGone]).toEqual([course, first?.type === 'fakemon.capture_succeeded' ? 1 : 0]);
      expect(row).toMatchObject({
        outcome: first?.type === 'fakemon.capture_failed' ? first.detail.reason : 'captured',
      });
    }
    expect(told).toContain('fakemon.capture_succeeded');
  });
});
