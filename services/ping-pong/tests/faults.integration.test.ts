import { afterEach, describe, expect, it } from '@jest/globals';
import { type Watched, watch } from './aws.ts';
import { expectOneBall, expectScoreAnnounced, onceEach } from './invariants.ts';

/** What goes wrong: of every hundred deliveries, invocations and calls, twenty. */
const faultsOf = (seed: number) => ({
  seed,
  rules: [
    {
      match: { service: 'lambda' },
      crashBefore: 0.05,
      crashDuring: 0.1,
      crashAfter: 0.05,
    },
    { match: { service: 'sns' }, duplicate: 0.2, delay: { probability: 0.2, maxMs: 3000 } },
    { match: { service: 'events' }, duplicate: 0.2, delay: { probability: 0.2, maxMs: 3000 } },
  ],
});

const STROKES = 1000;
const MINUTE_MS = 60_000;
const running: Watched[] = [];
afterEach(async () => {
  for (const { aws } of running.splice(0)) await aws.stop();
});

describe('with 20 % duplicates, delays and crashes', () => {
  it.each([1, 2, 3])(
    '1,000 strokes keep one ball, and a score that equals the points announced (seed %i)',
    async (seed) => {
      const settings = { MISS_PROBABILITY: '0.05', MAX_RALLIES_PER_SERVE: '50', MAX_STROKES: '100' };
      const watched = await watch({ faults: faultsOf(seed), seed }, { settings });
      running.push(watched);
      const { aws, balls, announcements, match } = watched;

      while (onceEach(balls).length < STROKES) await aws.advance(MINUTE_MS);

      const state = await match();
      expectOneBall(balls);
      expectScoreAnnounced([...announcements, ...state.outbox.announcements], state);
      expect(balls.length).toBeLessThan(1.3 * onceEach(balls).length);
    },
    120_000,
  );
});
