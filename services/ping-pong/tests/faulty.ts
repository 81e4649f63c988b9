import { onceEach } from '@arcade/events/testing';
import { expect } from '@jest/globals';
import { watch } from './aws.ts';
import { expectOneBall, expectScoreAnnounced } from './invariants.ts';

/** Twenty of every hundred invocations die, at some point; twenty of every hundred deliveries come twice, twenty late. */
const faultsOf = (seed: number) => ({
  seed,
  rules: [
    { match: { service: 'lambda' }, crashBefore: 0.06, crashDuring: 0.08, crashAfter: 0.06 },
    { duplicate: 0.2, delay: { probability: 0.2, maxMs: 3000 } },
  ],
});

const SETTINGS = {
  MISS_PROBABILITY: '0.05',
  MAX_RALLIES_PER_SERVE: '50',
  MAX_STROKES: '100',
  LET_AFTER_SECONDS: '90',
};

const MINUTE_MS = 60_000;
/** Far more than the strokes need: every crash costs a minute or two of virtual time. */
const MOST_MINUTES = 600;
/**
 * A crash also ends the function's environment, and a new one takes a tenth of a second, on a busy machine much more: three
 * hundred of them add up.
 */
export const FAULTY_STROKES_MS = 600_000;

/** Plays `atLeast` strokes on a local AWS with these faults, and expects of them what holds without any. */
export async function expectFaultyStrokes(atLeast: number, seed: number): Promise<void> {
  const { aws, balls, announcements, match } = await watch({ faults: faultsOf(seed), seed }, { settings: SETTINGS });
  try {
    for (let minute = 0; minute < MOST_MINUTES && onceEach(balls).length < atLeast; minute += 1) {
      await aws.advance(MINUTE_MS);
    }

    const state = await match();
    const strokes = onceEach(balls).length;
    expect(strokes).toBeGreaterThanOrEqual(atLeast);
    expectOneBall(balls);
    expectScoreAnnounced([...announcements, ...state.outbox.announcements], state);
    expect(balls.length).toBeLessThan(1.3 * strokes);
  } finally {
    await aws.stop();
  }
}
