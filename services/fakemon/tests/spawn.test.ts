import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planMinute, spawn } from '../domain/spawn.ts';
import { SPECIES, speciesBy } from '../domain/species.ts';
import { NOW_MS, tablesInMemory } from './parts.ts';
import { seeded } from './simulation.ts';

const worldOf = (seed: number, nowMs = NOW_MS) => {
  let ids = 0;
  return { now: () => nowMs, random: seeded(seed), newId: () => `salt-${seed}-${++ids}` };
};

describe('the plan of a minute', () => {
  it('has as many as are asked for, each as its species says, spread over the minute that begins soon', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, perMinute) => {
        const planned = planMinute(NOW_MS, perMinute, worldOf(seed));

        expect(planned).toHaveLength(perMinute);
        expect(new Set(planned.map(({ fakemonId }) => fakemonId)).size).toBe(perMinute);
        for (const [at, wild] of planned.entries()) {
          const { units, lifetimeMs } = SPECIES[wild.species] ?? { units: [], lifetimeMs: 0 };
          const from = NOW_MS + 2000 + (at * 60_000) / perMinute;
          expect(wild.appearsAtMs).toBeGreaterThanOrEqual(Math.round(from));
          expect(wild.appearsAtMs).toBeLessThanOrEqual(Math.round(from + 60_000 / perMinute));
          expect(wild.expiresAtMs - wild.appearsAtMs).toBe(lifetimeMs);
          expect(wild.units).toBeGreaterThanOrEqual(units[0] ?? 0);
          expect(wild.units).toBeLessThanOrEqual(units[1] ?? 0);
          expect(wild).toMatchObject({ unitsLeft: wild.units, winners: {} });
          for (const place of [wild.x, wild.y]) {
            expect(place).toBeGreaterThanOrEqual(60);
            expect(place).toBeLessThanOrEqual(940);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('begins when the tick is heard, should it be late: nothing appears before it is written', () => {
    const [first] = planMinute(NOW_MS, 1, { ...worldOf(1, NOW_MS + 45_000), random: () => 0 });

    expect(first?.appearsAtMs).toBe(NOW_MS + 47_000);
  });

  it('is named after the minute that was due, and goes from edge to edge', () => {
    const due = (chance: number) => planMinute(90_000, 2, { now: () => 0, random: () => chance, newId: () => 'salt' });

    expect(due(0)).toMatchObject([
      { fakemonId: '1-0', species: 'cindle', x: 60, y: 60, appearsAtMs: 92_000 },
      { fakemonId: '1-1', units: SPECIES.cindle?.units[0], appearsAtMs: 122_000 },
    ]);
    expect(due(0.9999)).toMatchObject([{ species: 'glimmoth', x: 940, y: 940 }, {}]);
  });

  it('salts each anew', () => {
    expect(new Set(planMinute(NOW_MS, 8, worldOf(1)).map(({ salt }) => salt)).size).toBe(8);
  });
});

describe('a tick', () => {
  it('fills the world once and tells of the same when it comes twice', async () => {
    const { wildTable, world } = tablesInMemory([]);
    const told: unknown[][] = [];
    const publish = async (events: readonly unknown[]) => void told.push([...events]);
    const tick = { id: 'tick-1', dueMs: NOW_MS };

    await spawn({ ...worldOf(1), wilds: wildTable, publish, perMinute: 6 }, tick);
    const before = [...world.values()];
    await spawn({ ...worldOf(2, NOW_MS + 20_000), wilds: wildTable, publish, perMinute: 6 }, tick);

    expect([...world.values()]).toEqual(before);
    expect(told[0]).toHaveLength(6);
    expect(told[1]).toEqual(told[0]);
    expect(told[0]?.[0]).toMatchObject({
      type: 'fakemon.fakemon_appeared',
      id: `${before[0]?.fakemonId}.appeared`,
      correlationId: 'tick-1',
    });
    expect(JSON.stringify(told)).not.toContain('salt');
  });
});

describe('species by chance', () => {
  it('come as often as their rarity says', () => {
    const counts = new Map<string, number>();
    const draws = 39_000;
    for (let at = 0; at < draws; at += 1) {
      const [id] = speciesBy((at + 0.5) / draws);
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const share = (id: string) => (counts.get(id) ?? 0) / 1000;

    // Three common ones, three uncommon, one rare, one very rare: 3 * 8 + 3 * 4 + 2 + 1 = 39 of these.
    expect(['cindle', 'gustrel', 'noctail', 'glimmoth'].map(share)).toEqual([8, 4, 2, 1]);
    expect(counts.size).toBe(Object.keys(SPECIES).length);
  });

  it('are none beyond 1', () => {
    expect(() => speciesBy(1)).toThrow(new RangeError('no chance in [0, 1): 1'));
  });
});
