import { describe, expect, it } from '@jest/globals';
import { capture } from '../domain/capture.ts';
import { attempted, type CaptureOutcome, unitTakenBy } from '../domain/events.ts';
import type { CaptureSucceeded } from '../domain/ports.ts';
import { attemptOf, NOW_MS, tablesInMemory, wildOf } from './parts.ts';

function setUp(wilds = [wildOf({ units: 2, unitsLeft: 2 }), wildOf({ fakemonId: 'f-2' })]) {
  const tables = tablesInMemory(wilds);
  const published: CaptureOutcome[] = [];
  const clock = { nowMs: NOW_MS };
  const parts = {
    wilds: tables.wildTable,
    attempts: tables.attemptsTable,
    now: () => clock.nowMs,
    publish: async (events: readonly CaptureOutcome[]) => void published.push(...events),
  };
  return { ...tables, parts, published, clock };
}

describe('an attempt', () => {
  it('that gets a unit is told so, as an event that the attempt caused', async () => {
    const { parts, published } = setUp();

    await capture(parts, attempted(attemptOf()));

    expect(published).toEqual([
      {
        id: 'ann.a-1.outcome',
        time: '2030-01-01T00:00:00.000Z',
        correlationId: 'a-1',
        causationId: 'ann.a-1',
        type: 'fakemon.capture_succeeded',
        source: 'fakemon',
        version: 1,
        detail: {
          ...{ player: 'ann', name: 'Ann', attemptId: 'a-1', fakemonId: 'f-1' },
          ...{ species: 'pebblo', unitsLeft: 1, capturedAtMs: NOW_MS },
        },
      },
    ]);
  });

  it('that gets nothing is told why', async () => {
    const { parts, published, clock } = setUp([wildOf()]);
    await capture(parts, attempted(attemptOf()));
    clock.nowMs += 40;

    await capture(parts, attempted(attemptOf({ player: 'ben', name: 'Ben' })));

    expect(published[1]).toMatchObject({
      id: 'ben.a-1.outcome',
      type: 'fakemon.capture_failed',
      detail: { player: 'ben', reason: 'taken', species: 'pebblo', lateMs: 40, takenBy: 'Ann' },
    });
  });

  it('is judged by when the gateway had it', async () => {
    const { parts, published } = setUp([wildOf({ expiresAtMs: NOW_MS + 60_000 })]);

    await capture(parts, attempted(attemptOf({ thrownAtMs: NOW_MS + 60_040 })));

    expect(published).toMatchObject([{ detail: { reason: 'gone', lateMs: 40 } }]);
  });

  it('is claimed at what and when it was thrown', async () => {
    const { parts, attempts } = setUp();
    const claims: unknown[] = [];
    const begin: typeof parts.attempts.begin = async (claim) => {
      claims.push(claim);
      return parts.attempts.begin(claim);
    };

    await capture({ ...parts, attempts: { ...parts.attempts, begin } }, attempted(attemptOf()));

    expect(claims).toEqual([
      { player: 'ann', attemptId: 'a-1', fakemonId: 'f-1', thrownAtMs: NOW_MS, outcome: 'open' },
    ]);
    expect([...attempts.values()]).toMatchObject([{ outcome: 'captured' }]);
  });

  it('whose id was at another fakémon before gets no second unit: it is told what it was told', async () => {
    const { parts, published, world } = setUp();
    await capture(parts, attempted(attemptOf()));

    await capture(parts, attempted(attemptOf({ fakemonId: 'f-2' })));

    expect(published[1]).toEqual(published[0]);
    expect(world.get('f-2')?.unitsLeft).toBe(1);
  });

  it('at what is open costs a look and three writes, at what is not a look and one', async () => {
    const { parts } = setUp();
    const asked: string[] = [];
    const noted =
      <Args extends unknown[], Answer>(name: string, ask: (...args: Args) => Answer) =>
      (...args: Args) => {
        asked.push(name);
        return ask(...args);
      };
    const wilds = { find: noted('find', parts.wilds.find), take: noted('take', parts.wilds.take) };
    const attempts = { begin: noted('begin', parts.attempts.begin), finish: noted('finish', parts.attempts.finish) };

    await capture({ ...parts, wilds, attempts }, attempted(attemptOf({ fakemonId: 'f-2' })));
    expect(asked.splice(0)).toEqual(['find', 'begin', 'take', 'finish']);

    await capture({ ...parts, wilds, attempts }, attempted(attemptOf({ fakemonId: 'f-2', player: 'ben' })));
    expect(asked).toEqual(['find', 'begin']);
  });
});

it('what everybody is told of a capture names the player by name only', () => {
  const event = {
    ...attempted(attemptOf()),
    id: 'ann.a-1.outcome',
    type: 'fakemon.capture_succeeded',
    detail: { ...attemptOf(), species: 'pebblo', unitsLeft: 0, capturedAtMs: NOW_MS },
  } as unknown as CaptureSucceeded;

  const told = unitTakenBy(event);

  expect(told).toMatchObject({
    id: 'ann.a-1.outcome.told',
    correlationId: 'a-1',
    causationId: 'ann.a-1.outcome',
    detail: { fakemonId: 'f-1', species: 'pebblo', unitsLeft: 0, by: 'Ann', capturedAtMs: NOW_MS },
  });
  expect(told.detail).not.toHaveProperty('player');
});
