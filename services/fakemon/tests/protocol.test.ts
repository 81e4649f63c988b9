import { onceEach } from '@arcade/events/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Attempt } from '../domain/attempt.ts';
import type { CaptureOutcome } from '../domain/events.ts';
import type { CaptureSucceeded } from '../domain/ports.ts';
import { keyOf, type Wild } from '../domain/wild.ts';
import { attemptOf, NOW_MS, wildOf } from './parts.ts';
import { type SimulatedFaults, Simulation, seeded } from './simulation.ts';

const FAULTS: SimulatedFaults = { duplicate: 0.3, crash: 0.3 };

/** Kinds of fakémon at which throws of the next second come early, late, in vain, or in time. */
const wilds: Wild[] = [
  wildOf({ fakemonId: 'last' }),
  wildOf({ fakemonId: 'many', units: 5, unitsLeft: 5 }),
  wildOf({ fakemonId: 'windy', species: 'gustrel', units: 3, unitsLeft: 3 }),
  wildOf({ fakemonId: 'leaving', units: 3, unitsLeft: 3, expiresAtMs: NOW_MS + 500 }),
  wildOf({ fakemonId: 'coming', units: 3, unitsLeft: 3, appearsAtMs: NOW_MS + 500 }),
];
const targets = [...wilds.map(({ fakemonId }) => fakemonId), 'nowhere'];

const throwsOf = (count: number, random: () => number): Attempt[] =>
  Array.from({ length: count }, (_, at) => {
    const player = `player-${at % 12}`;
    const fakemonId = targets[Math.floor(random() * targets.length)] as string;
    return attemptOf({
      player,
      name: player,
      attemptId: `a-${at}`,
      fakemonId,
      thrownAtMs: NOW_MS + Math.floor(random() * 1000),
    });
  });

/** Some requests come again under their id: taken by the gateway at another time, every other one at another fakémon. */
const withRepeats = (throws: readonly Attempt[], random: () => number): Attempt[] =>
  throws.flatMap((attempt, at) => {
    if (random() < 0.5) return [attempt];
    const [again] = throwsOf(1, random) as [Attempt];
    const fakemonId = at % 2 === 0 ? again.fakemonId : attempt.fakemonId;
    return [attempt, { ...attempt, fakemonId, thrownAtMs: again.thrownAtMs }];
  });

const someThrows = (random: () => number) => withRepeats(throwsOf(60, random), random);

async function simulate(seed: number, faults = FAULTS, attempts = someThrows(seeded(~seed))) {
  const simulation = new Simulation(wilds, seeded(seed), faults);
  for (const attempt of attempts) simulation.throw(attempt);
  await simulation.settle();
  return { simulation, attempts };
}

const captures = (events: readonly CaptureOutcome[]) =>
  onceEach(events).filter((event): event is CaptureSucceeded => event.type === 'fakemon.capture_succeeded');

/** Sends what was given up again, by hand and at leisure, until nothing is. */
async function redrive(simulation: Simulation): Promise<void> {
  while (simulation.deadLetters.length > 0) {
    for (const letter of simulation.deadLetters.splice(0)) simulation.deliver(letter);
    await simulation.settle();
  }
}

/** What must hold when all is over, dead letters sent again included. */
function expectFair({ tables, published }: Simulation, attempts: readonly Attempt[]): void {
  // Whatever is told again is told alike, to the last field.
  for (const copies of Map.groupBy(published, ({ id }) => id).values()) {
    for (const copy of copies) expect(copy).toEqual(copies[0]);
  }
  const outcomes = onceEach(published);
  expect(outcomes.map(({ detail }) => keyOf(detail)).sort()).toEqual([...new Set(attempts.map(keyOf))].sort());

  const won = captures(published);
  for (const wild of tables.world.values()) {
    const units = won.filter(({ detail }) => detail.fakemonId === wild.fakemonId).map(({ detail }) => detail.unitsLeft);
    // Each unit that went went to one attempt: none was given twice, and none is missing.
    expect(units.sort()).toEqual(Array.from({ length: wild.units - wild.unitsLeft }, (_, at) => wild.unitsLeft + at));
  }
  expect([...tables.collection.keys()].sort()).toEqual(won.map(({ detail }) => keyOf(detail)).sort());
  for (const [player, count] of tables.captures) {
    expect([player, count]).toEqual([player, won.filter(({ detail }) => detail.player === player).length]);
  }
  expect([...tables.captures.values()].reduce((sum, count) => sum + count, 0)).toBe(won.length);
}

describe('60 throws at six targets, half of them repeated later or at another, with 30 % duplicates and crashes', () => {
  it('each attempt is told one outcome, each unit goes to one attempt, and is collected and counted once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const { simulation, attempts } = await simulate(seed);

        await redrive(simulation);
        expectFair(simulation, attempts);
      }),
      { numRuns: 150 },
    );
  });

  it('an outcome that was told stays when the attempt comes again a day later', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const { simulation, attempts } = await simulate(seed, { ...FAULTS, crash: 0 });
        simulation.nowMs += 86_400_000;

        for (const attempt of attempts) simulation.throw({ ...attempt, thrownAtMs: simulation.nowMs });
        await simulation.settle();

        expectFair(simulation, attempts);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a thousand throws at the last unit', () => {
  it('one gets it, 999 are told that it is taken, and by whom', async () => {
    const crowd = Array.from({ length: 1000 }, (_, at) =>
      attemptOf({ player: `p-${at}`, name: `P${at}`, attemptId: `a-${at}`, fakemonId: 'last' }),
    );

    const { simulation } = await simulate(7, { duplicate: 0.1, crash: 0.05 }, crowd);
    await redrive(simulation);

    const told = onceEach(simulation.published);
    const [winner] = captures(told);
    const taken = told.filter((event) => event.type === 'fakemon.capture_failed');
    expect(told).toHaveLength(1000);
    expect(captures(told)).toHaveLength(1);
    expect(new Set(taken.map(({ detail }) => `${detail.reason} by ${detail.takenBy}`))).toEqual(
      new Set([`taken by ${winner?.detail.name}`]),
    );
  });
});

describe('without faults', () => {
  it('every outcome is published once', async () => {
    const { simulation, attempts } = await simulate(3, { duplicate: 0, crash: 0 }, throwsOf(60, seeded(~3)));

    expect(simulation.published).toHaveLength(attempts.length);
    expect(new Set(simulation.published.map(({ type }) => type))).toEqual(
      new Set(['fakemon.capture_succeeded', 'fakemon.capture_failed']),
    );
    expectFair(simulation, attempts);
  });
});
