import type { World } from '@arcade/lambda/world';
import type { Attempt, Decided, Outcome } from './attempt.ts';
import { attemptOf, type CaptureAttempt, type CaptureOutcome, outcomeOf } from './events.ts';
import { captured, judge } from './judge.ts';
import type { AttemptsTable, WildTable } from './ports.ts';
import { keyOf, type Wild, type Win } from './wild.ts';

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
 *
 * Before it takes a unit it is claimed, and the first claim says at what and when it was thrown, for a request that is repeated
 * later or at another fakémon as well. So no copy can be told anything else than the one that has the unit. An attempt that
 * gets nothing at first sight needs no claim: to be decided keeps others from claiming it, too.
 */
export async function decide(parts: DecideParts, attempt: Attempt): Promise<Decided> {
  const { attempts, wilds, now } = parts;
  const { player, attemptId, fakemonId, thrownAtMs } = attempt;
  const seen = await wilds.find(fakemonId);
  const atSight = judge(seen, attempt, now());
  const whose = { player, attemptId, fakemonId };
  const mine = atSight === 'open' ? { ...whose, thrownAtMs, outcome: atSight } : { ...whose, ...atSight };

  const standing = await attempts.begin(mine);
  if (standing.outcome !== 'open') return standing;
  const claimed = { ...attempt, fakemonId: standing.fakemonId, thrownAtMs: standing.thrownAtMs };
  // What was open at sight has at most lost units since, which `take` finds out. What was not may not have been there yet.
  const isKnown = atSight === 'open' && claimed.fakemonId === fakemonId;
  const outcome = await take(parts, claimed, isKnown ? seen : await wilds.find(claimed.fakemonId));
  return attempts.finish({ ...whose, fakemonId: claimed.fakemonId, ...outcome });
}

/** A unit for an attempt that is claimed, by one conditional write on the fakémon, which remembers who got it. */
async function take({ wilds, now }: DecideParts, attempt: Attempt, seen: Wild | undefined): Promise<Outcome> {
  let wild = seen;
  // Each turn finds fewer units left than the one before.
  for (;;) {
    const outcome = judge(wild, attempt, now());
    if (outcome !== 'open') return outcome;
    if (!wild) throw new Error(`${keyOf(attempt)} is open at no fakémon`);
    const win: Win = { unitsLeft: wild.unitsLeft - 1, atMs: now() };
    const taken = await wilds.take(wild, attempt, win);
    if (taken === 'taken') return captured(wild, win);
    wild = taken.refused;
  }
}

/** Decides the attempt that an event tells of, and publishes what came of it. All of it may be done again at any time. */
export async function capture(parts: CaptureParts, event: CaptureAttempt): Promise<CaptureOutcome> {
  const outcome = outcomeOf(await decide(parts, attemptOf(event)), event);
  await parts.publish([outcome]);
  return outcome;
}
