import type { AsideReason, Session } from '@arcade/events/contracts/space-invaders';
import type { Contender } from './contender.ts';
import { countedWith, earlierWith, judge, missedAfter, type Rules, replaces, trialSinceOf } from './judge.ts';
import { isMilestone, isMilestoneAgain } from './milestones.ts';
import { byAge, type Status } from './status.ts';

/** What statuses make of a player. */
export interface Folded {
  /** As they stand after all that counts; the very same object when nothing does. Undefined for who never had a seat. */
  contender: Contender | undefined;
  /** How many counted. */
  counted: number;
  /** How many were no news: duplicates, and what came after something newer. */
  late: number;
  /** What does not count, by the reason. */
  aside: Map<AsideReason, Status[]>;
  /** Those that others are told of, once the player is on the board. */
  milestones: Status[];
}

/** Folds statuses of one player in one session into what is known of the player, from the oldest to the newest. */
export function fold(known: Contender | undefined, statuses: readonly Status[], rules: Rules): Folded {
  const folded: Folded = { contender: known, counted: 0, late: 0, aside: new Map(), milestones: [] };
  for (const status of [...statuses].sort(byAge)) {
    const verdict = judge(folded.contender, status, rules);
    if (verdict === 'no-news') {
      folded.late += 1;
      if (known && isMilestoneAgain(known, status)) folded.milestones.push(status);
    } else if (verdict === 'counts' && folded.contender && rules.session) {
      if (isMilestone(folded.contender, status)) folded.milestones.push(status);
      folded.contender = after(folded.contender, rules.session, status);
      folded.counted += 1;
    } else if (verdict !== 'counts') {
      folded.aside.set(verdict, [...(folded.aside.get(verdict) ?? []), status]);
    }
  }
  const { contender } = folded;
  if (contender?.counted && contender !== known)
    folded.contender = { ...contender, counted: newestOf(contender.counted) };
  return folded;
}

/** Of the newest second alone: what comes in another batch arrived then, or later. */
const newestOf = (counted: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(counted)
      .sort(([one], [other]) => Number(one) - Number(other))
      .slice(-1),
  );

/** The player after a status that counts. */
function after(contender: Contender, session: Session, status: Status): Contender {
  const { latest, shown, seenAtMs } = contender;
  const { trial, sequence, score, lives, shots, level, sentAtMs, arrivedAtMs } = status;
  const standing = { trial, sequence, score, lives, shots, level };
  const next = {
    ...contender,
    seenAtMs: Math.max(seenAtMs, arrivedAtMs),
    shown: shown && !replaces(status, shown) ? shown : standing,
    counted: countedWith(contender, status),
    earlier: earlierWith(contender, session, status),
  };
  if (latest && byAge(latest, status) > 0) return next;
  return {
    ...next,
    latest: { ...standing, sentAtMs, arrivedAtMs },
    trialFromMs: latest?.trial === trial ? Math.min(contender.trialFromMs ?? arrivedAtMs, arrivedAtMs) : arrivedAtMs,
    trialSinceMs: trialSinceOf(contender, session, status),
    missed: missedAfter(contender, status),
  };
}
