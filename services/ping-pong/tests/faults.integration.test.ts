import { onceEach } from '@arcade/events/testing';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type Watched, watch } from './aws.ts';
import { expectOneBall, expectScoreAnnounced } from './invariants.ts';

/** Twenty of every hundred invocations die, at some point; twenty of every hundred deliveries come twice, twenty late. */
const faultsOf = (seed: number) => ({
  seed,
  rules: [
    { match: { service: 'lambda' }, crashBefore: 0.06, crashDuring: 0.08, crashAfter: 0.06 },
    { duplicate: 0.2, delay: { probability: 0.2, maxMs: 3000 } },
  ],
});

const MINUTE_MS = 60_000;
/** Far more than the strokes need: every crash costs a minute or two of virtual time. */
const MOST_MINUTES = 600;
/** A crash also ends the function's environment, and a new one takes a tenth of a second: three hundred of them add up. */
jest.setTimeout(300_000);

const STROKES = 1000;

const running: Watched[] = [];
afterEach(async () => {
  for (const { aws } of running.splice(0)) await aws.stop();
});

describe('with 20 % duplicates, delays and crashes', () => {
  // The simulation in protocol.test.ts plays ten seeds of 1,000 strokes; here it is the bundles as they deploy.
  it.each([1, 2, 3])(
    '1,000 strokes keep one ball, and a score that equals the points announced (seed %i)',
    async (seed) => {
      const settings = {
        MISS_PROBABILITY: '0.05',
        MAX_RALLIES_PER_SERVE: '50',
        MAX_STROKES: '100',
        LET_AFTER_SECONDS: '90',
      };
      const watched = await watch({ faults: faultsOf(seed), seed }, { settings });
      running.push(watched);
      const { aws, balls, announcements, match } = watched;

      for (let minute = 0; minute < MOST_MINUTES && onceEach(balls).length < STROKES; minute += 1) {
        await aws.advance(MINUTE_MS);
      }

      const state = await match();
      const strokes = onceEach(balls).length;
      expect(strokes).toBeGreaterThanOrEqual(STROKES);
      expectOneBall(balls);
      expectScoreAnnounced([...announcements, ...state.outbox.announcements], state);
      expect(balls.length).toBeLessThan(1.3 * strokes);
    },
  );
});
