import { onceEach } from '@arcade/events/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectLegalMove, expectOneBall, expectScoreAnnounced } from './invariants.ts';
import { Simulation, type SimulationOptions, seeded } from './simulation.ts';

const simulate = (seed: number, options: Omit<SimulationOptions, 'random'> = {}) => {
  const simulation = new Simulation({ random: seeded(seed), ...options });
  simulation.onWrite.push(expectLegalMove);
  return simulation;
};
const strokes = ({ balls }: Simulation) => onceEach(balls).length;
const hasPlayed = (count: number) => (simulation: Simulation) => strokes(simulation) >= count;

/** What was announced, and what is about to be: the outbox in the item is as good as sent. */
const announced = ({ announcements, match }: Simulation) => [...announcements, ...match.outbox.announcements];

const faults = { duplicate: 0.2, delay: 0.2, crash: 0.2 };

describe('the one-ball protocol, with 20 % duplicates, delays and crashes', () => {
  it('keeps one ball, and a score that equals the points announced, over 1,000 strokes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const simulation = simulate(seed, { faults });

        await simulation.play(hasPlayed(1000));
        await simulation.settle();

        expect(strokes(simulation)).toBeGreaterThanOrEqual(1000);
        expectOneBall(simulation.balls);
        expectScoreAnnounced(announced(simulation), simulation.match);
      }),
      { numRuns: 10 },
    );
  });

  it('does not let duplicates breed: no stroke is sent more often than its own attempts allow', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const simulation = simulate(seed, { faults });

        await simulation.play(hasPlayed(500));

        const copies = [...Map.groupBy(simulation.balls, ({ id }) => id).values()].map(({ length }) => length);
        // Three attempts of the invocation that owns it, and three of a duplicate that came late enough to heal it.
        expect(Math.max(...copies)).toBeLessThanOrEqual(6);
        expect(simulation.balls.length).toBeLessThan(1.3 * strokes(simulation));
      }),
      { numRuns: 5 },
    );
  });

  it('goes on for as long as the schedule fires, whatever was given up', async () => {
    const simulation = simulate(1, { faults: { ...faults, crash: 0.7 } });

    await simulation.play(hasPlayed(100));

    expect(simulation.deadLetters.length).toBeGreaterThan(0);
    expect(strokes(simulation)).toBeGreaterThanOrEqual(100);
    expectScoreAnnounced(announced(simulation), simulation.match);
  });
});

describe('an announcement that the topic refuses', () => {
  it('holds back neither the ball nor other announcements, and waits in the outbox until it is taken', async () => {
    const simulation = simulate(5, { settings: { missProbability: 0.5 } });
    await simulation.play(({ match }) => match.rally.number > 0);
    const refusedRally = simulation.match.rally.number + 1;
    simulation.refuses = ({ detail }) => 'rally' in detail && detail.rally === refusedRally;

    await simulation.play(hasPlayed(100));

    const told = simulation.announcements.map(({ detail }) => 'rally' in detail && detail.rally);
    expect(told).not.toContain(refusedRally);
    expect(told).toContain(refusedRally + 1);
    expect(simulation.match.outbox.announcements).toEqual([
      expect.objectContaining({ detail: expect.objectContaining({ rally: refusedRally }) }),
    ]);
    expectScoreAnnounced(announced(simulation), simulation.match);

    simulation.refuses = () => false;
    await simulation.play(({ match }) => match.outbox.announcements.length === 0);
    expectScoreAnnounced(simulation.announcements, simulation.match);
  });
});

describe('without faults', () => {
  it('every message is sent once', async () => {
    const simulation = simulate(2);

    await simulation.play(hasPlayed(300));
    await simulation.settle();

    expect(simulation.balls).toHaveLength(strokes(simulation));
    expect(onceEach(simulation.announcements)).toHaveLength(simulation.announcements.length);
    expect(simulation.match.outbox.announcements).toEqual([]);
  });

  it('one call is good for so many rallies and no more', async () => {
    const simulation = simulate(3, { settings: { maxRalliesPerServe: 4, missProbability: 1 } });

    await simulation.play(() => simulation.match.rally.number > 0);
    await simulation.settle();

    expect(simulation.match.rally).toMatchObject({ number: 4, inPlay: false });
  });

  it('a rally of players who never miss ends at the limit, as a let: nobody scores', async () => {
    const simulation = simulate(4, { settings: { missProbability: 0, maxStrokes: 30, maxRalliesPerServe: 1 } });

    await simulation.play(() => simulation.match.rally.number > 0);
    await simulation.settle();

    expect(simulation.match).toMatchObject({
      rally: { strokes: 30, inPlay: false },
      game: { number: 1, score: { ping: 0, pong: 0 } },
    });
    expect(simulation.announcements.map(({ detail }) => detail)).toEqual([
      { rally: 1, strokes: 30, reason: 'stroke-limit' },
    ]);
  });
});
