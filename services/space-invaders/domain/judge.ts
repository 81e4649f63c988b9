import { type AsideReason, PLAY, type Session, type Standing } from '@arcade/events/contracts/space-invaders';
import type { Contender, EarlierTrial } from './contender.ts';
import { endsAtMs, playableSinceMs } from './session.ts';
import { byAge, type Moment, type Status } from './status.ts';

/** So far a client's clock may be ahead of the gateway's. */
const AHEAD_MS = 5_000;
/** So far a page may be wrong about the gateway's time: by half of what its two pings took. */
const EARLY_MS = 500;
/** So long a status may have been under way. A page gives up after less: whoever is slower is taken for one who has fired too fast. */
const UNDER_WAY_MS = 10_000;
const SECOND_MS = 1_000;
/** Of so many trials something may be under way at once: no page begins more of them in that time. */
const MOST_EARLIER = 8;
/** Between two rockets. */
const RELOAD_MS = SECOND_MS / PLAY.rocketsPerSecond;

/** What holds for all players of a session. */
export interface Rules {
  /** Undefined: there is no such session. */
  session: Session | undefined;
  /** How many of a player's statuses count that arrive in one second. */
  perSecond: number;
}

/** What is to be done with a status: it counts; it is no news, for being known already or of an earlier trial that is beaten; or why it does not count. */
export type Verdict = 'counts' | 'no-news' | AsideReason;

/**
 * Judges a status by what is known of the player. Undefined where nothing is known: then there never was a seat.
 *
 * An honest player's statuses count in whatever order they come, and however often: nothing here asks for more than that the trial's
 * statuses fit each other, and that no page needs longer than `UNDER_WAY_MS` to bring one.
 */
export function judge(contender: Contender | undefined, status: Status, { session, perSecond }: Rules): Verdict {
  if (!session) return 'session_unknown';
  if (contender && !isNews(contender, status)) return 'no-news';
  return (
    whyNotInSession(session, status) ??
    whyWithoutSeat(contender, status) ??
    (contender &&
      (whyTooOften(contender, status, perSecond) ??
        whyTrialOver(contender, status) ??
        whyNotAfter(knownOf(contender, status), status) ??
        whyImpossible(sinceMs(contender, session, status), status) ??
        whyNoJump(missedBefore(contender, status), status))) ??
    'counts'
  );
}

/** Whether it would change anything: it is the newest of a trial that is known, or its trial is the one that is shown or to be shown. */
function isNews({ latest, earlier = [], shown }: Contender, status: Status): boolean {
  if (!latest || byAge(latest, status) < 0) return true;
  const known = earlier.find(({ trial }) => trial === status.trial);
  if (known) return status.sequence > known.sequence;
  return status.trial !== latest.trial && (!shown || replaces(status, shown));
}

/**
 * Whether a status is to be shown instead of what is shown: the trial with the highest score is, as it stands now, and the earlier one
 * when two are equal: a record stands until it is beaten. It compares what never falls within a trial, so that the outcome does not depend
 * on the order.
 */
export function replaces(status: Moment & { score: number }, shown: Moment & { score: number }): boolean {
  if (status.trial === shown.trial) return status.sequence > shown.sequence;
  return status.score > shown.score || (status.score === shown.score && status.trial < shown.trial);
}

function whyNotInSession(session: Session, status: Status): AsideReason | undefined {
  const fromMs = playableSinceMs(session);
  if (fromMs === undefined || status.arrivedAtMs < fromMs - EARLY_MS) return 'session_not_started';
  // By when it arrived: what came before a closing counts after it, too.
  const toMs = Math.min(session.closedAtMs ?? Number.POSITIVE_INFINITY, endsAtMs(session) ?? Number.POSITIVE_INFINITY);
  if (status.arrivedAtMs >= toMs) return 'session_over';
  if (status.sentAtMs > status.arrivedAtMs + AHEAD_MS) return 'clock_ahead';
  return session.gameType === 'SINGLE_TRIAL' && status.trial !== 1 ? 'trial_not_allowed' : undefined;
}

/** What arrived while a seat was held counts, however late it is looked at; and who is seated again keeps what came before. */
function whyWithoutSeat(contender: Contender | undefined, { arrivedAtMs }: Status): AsideReason | undefined {
  if (!contender) return 'no_seat';
  return contender.freedAtMs !== undefined && arrivedAtMs > contender.freedAtMs ? 'no_seat' : undefined;
}

/** The second of the clock in which something arrived. */
const secondOf = ({ arrivedAtMs }: Status) => String(Math.floor(arrivedAtMs / SECOND_MS));

/** How many have counted by second, once this one has. */
export const countedWith = ({ counted = {} }: Contender, status: Status): Record<string, number> => ({
  ...counted,
  [secondOf(status)]: (counted[secondOf(status)] ?? 0) + 1,
});

function whyTooOften(contender: Contender, status: Status, perSecond: number): AsideReason | undefined {
  const { latest } = contender;
  if ((countedWith(contender, status)[secondOf(status)] ?? 0) > perSecond) return 'too_often';
  const isNewTrial = latest && latest.trial < status.trial;
  return isNewTrial && underWay(contender, status.arrivedAtMs).length > MOST_EARLIER ? 'too_often' : undefined;
}

/** The trials up to the latest, the oldest first. */
function trialsOf({ latest, trialFromMs, trialSinceMs, missed, earlier = [] }: Contender): readonly EarlierTrial[] {
  if (!latest) return earlier;
  const { trial, sequence, score, lives, shots, level, arrivedAtMs } = latest;
  const standing = { trial, sequence, score, lives, shots, level };
  const known = { fromMs: trialFromMs ?? arrivedAtMs, sinceMs: trialSinceMs ?? 0, missed: missed ?? 0 };
  return [...earlier, { ...standing, ...known }];
}

/** Until when statuses of a trial may arrive: no page is at an earlier one for longer than its last status is under way. */
const untilMs = (contender: Contender, { trial }: Pick<Status, 'trial'>): number =>
  (trialsOf(contender).find((other) => other.trial > trial)?.fromMs ?? Number.POSITIVE_INFINITY) + UNDER_WAY_MS;

/** The trials up to the latest of which something may be under way at that time. */
const underWay = (contender: Contender, atMs: number): EarlierTrial[] =>
  trialsOf(contender).filter((one) => atMs <= untilMs(contender, one));

/** The earlier trials, once a status of a trial has counted: those of which something may still be under way when a new trial begins. */
export function earlierWith(
  contender: Contender,
  session: Session,
  status: Status,
): readonly EarlierTrial[] | undefined {
  const { latest, earlier = [] } = contender;
  if (!latest || latest.trial === status.trial) return contender.earlier;
  if (latest.trial < status.trial) return underWay(contender, status.arrivedAtMs);
  const { trial, sequence, score, lives, shots, level, arrivedAtMs } = status;
  const before = earlier.find((one) => one.trial === trial);
  const told = {
    ...{ trial, sequence, score, lives, shots, level },
    fromMs: Math.min(before?.fromMs ?? arrivedAtMs, arrivedAtMs),
    sinceMs: trialSinceOf(contender, session, status),
    missed: missedAfter(contender, status),
  };
  return [...earlier.filter((one) => one !== before), told].sort((one, other) => one.trial - other.trial);
}

const whyTrialOver = (contender: Contender, status: Status): AsideReason | undefined =>
  status.arrivedAtMs > untilMs(contender, status) ? 'trial_over' : undefined;

/** What is known of the same trial before it. */
const knownOf = (contender: Contender, { trial }: Status): (Standing & Partial<EarlierTrial>) | undefined =>
  [...trialsOf(contender), contender.shown].find((known) => known?.trial === trial);

function whyNotAfter(before: ReturnType<typeof knownOf>, status: Status): AsideReason | undefined {
  if (!before) return undefined;
  if (before.lives === 0) return 'trial_over';
  if (status.score < before.score) return 'score_fell';
  if (status.lives > before.lives) return 'lives_rose';
  if (status.shots < before.shots) return 'shots_fell';
  return status.level < before.level ? 'level_fell' : undefined;
}

/** A moment before which the status's trial cannot have begun. */
function sinceMs(contender: Contender, session: Session, status: Status): number {
  const { latest, seatedAtMs } = contender;
  const known = trialsOf(contender).find(({ trial }) => trial === status.trial);
  if (known) return known.sinceMs;
  // What came before the seat, which is counted late, is of an earlier seat, of which nothing more is known.
  const seated = status.arrivedAtMs >= seatedAtMs ? [seatedAtMs] : [];
  const before = latest && latest.trial < status.trial ? [latest.arrivedAtMs] : [];
  return Math.max(playableSinceMs(session) ?? 0, ...seated, ...before);
}

/**
 * The same after the status has counted: who had fired without a pause would have begun then, and whoever began earlier has fired more slowly.
 * So a jump is seen that comes after a rest, too, and what each status may be late by does not add up.
 */
export const trialSinceOf = (contender: Contender, session: Session, status: Status): number =>
  Math.max(sinceMs(contender, session, status), status.arrivedAtMs - status.shots * RELOAD_MS);

function whyImpossible(fromMs: number, { shots, score, level, arrivedAtMs }: Status): AsideReason | undefined {
  if (shots * RELOAD_MS > Math.max(0, arrivedAtMs - fromMs) + UNDER_WAY_MS) return 'too_many_shots';
  return score > mostPoints(shots, level) ? 'too_many_points' : undefined;
}

/** Who has missed cannot have hit all the same, but with what was on its way: neither points nor levels come without shots. */
const whyNoJump = (missed: number, status: Status): AsideReason | undefined =>
  missedOf(status) < missed - PLAY.rocketsInFlight ? 'too_many_points' : undefined;

/** How many of the trial's rockets had hit nothing, as far as it is known: the most that any of its statuses told. */
function missedBefore(contender: Contender, status: Status): number {
  const before = knownOf(contender, status);
  return before?.missed ?? (before ? missedOf(before) : 0);
}

/** The same after the status has counted. That it is the most of all, and not the last, is why many small jumps do not add up. */
export const missedAfter = (contender: Contender, status: Status): number =>
  Math.max(missedBefore(contender, status), missedOf(status));

/** How many rockets have hit nothing, or not yet: points and level say how many have. */
function missedOf({ score, shots, level }: Standing): number {
  const [atFirst, atLast] = [PLAY.invaders * (level - 1), PLAY.invaders * level];
  const hits = Math.floor((score - PLAY.levelBonus * levelsUpTo(level - 1)) / PLAY.points);
  // Beyond the last there is only the bonus of a level that is done.
  return shots - Math.min(Math.max(hits, atFirst), atLast);
}

/** The sum of the levels' numbers. */
const levelsUpTo = (level: number): number => (level * (level + 1)) / 2;

/** What so many shots can have given at a level; nothing, if they cannot have led to it. */
function mostPoints(shots: number, level: number): number {
  const before = PLAY.invaders * (level - 1);
  if (shots < before) return -1;
  // The level itself may be done, and the next not begun.
  const isDone = shots >= before + PLAY.invaders;
  const bonuses = levelsUpTo(isDone ? level : level - 1);
  return PLAY.points * Math.min(shots, before + PLAY.invaders) + PLAY.levelBonus * bonuses;
}
