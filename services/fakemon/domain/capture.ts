import type { World } from '@arcade/lambda/world';
import type { Attempt, Decided, Outcome } from './attempt.ts';
import { attemptOf, type CaptureAttempt, type CaptureOutcome, outcomeOf } from './events.ts';
import { captured, judge } from './judge.ts';
import type { AttemptsTable, WildTable } from './ports.ts';
import { keyOf, type Win } from './wild.ts';

/** What is needed to decide an attempt. */
export interface DecideParts extends Pick<World, 'now'> {
  wilds: Pick<WildTable, 'find' | 'take'>;
  attempts: AttemptsTable;
}

export interface CaptureParts extends DecideParts {
  publish(events: readonly CaptureOutcome[]): Promise<void>;
}

/**
 * Decides an attempt, once: however often and in whatever order it comes, after a crash at any point, it gets what it got.
 * The unit goes by one conditional write on the fakémon, which remembers who got it until the outcome is kept for good.
 */
export async function decide(parts: DecideParts, attempt: Attempt): Promise<Decided> {
  const { attempts, wilds, now } = parts;
  const { player, attemptId, fakemonId } = attempt;
  let wild = await wilds.find(fakemonId);
  let outcome: Outcome | 'open' = judge(wild, attempt, now());
  if (outcome === 'open') {
    // Nothing of this fakémon says that the attempt was decided: it may have been at another one, under the same id.
    const before = await attempts.find(attempt);
    if (before) return before;
  }
  // Each turn finds fewer units left than the one before.
  while (wild && outcome === 'open') {
    const win: Win = { unitsLeft: wild.unitsLeft - 1, atMs: now() };
    const taken = await wilds.take(wild, attempt, win);
    if (taken === 'taken') outcome = captured(wild, win);
    else {
      wild = taken.refused;
      outcome = judge(wild, attempt, now());
    }
  }
  if (outcome === 'open') throw new Error(`${keyOf(attempt)} is open at no fakémon`);
  return attempts.settle({ player, attemptId, fakemonId, ...outcome });
}

/** Decides the attempt that an event tells of, and publishes what came of it. All of it may be done again at any time. */
export async function capture(parts: CaptureParts, event: CaptureAttempt): Promise<CaptureOutcome> {
  const outcome = outcomeOf(await decide(parts, attemptOf(event)), event);
  await parts.publish([outcome]);
  return outcome;
}
