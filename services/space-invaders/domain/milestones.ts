import { createEvent } from '@arcade/events';
import { type TrialCounted, trialCounted } from '@arcade/events/contracts/space-invaders';
import type { Contender } from './contender.ts';
import { byAge, type Moment, type Status } from './status.ts';

/*
 * Others are told of a trial when it has come to another level, and when it is over: what the board has accepted, and no status besides.
 * Bots are nobody's news.
 */

const knownOf = ({ latest, earlier = [], shown }: Contender) =>
  [latest, ...earlier, shown].filter((one) => one !== undefined);

/** Whether a status that counts, for a player who stood so before it, is one that others are told of. */
export function isMilestone(before: Contender, status: Status): boolean {
  if (before.isBot) return false;
  const levels = knownOf(before).flatMap(({ trial, level }) => (trial === status.trial ? [level] : []));
  return status.lives === 0 || status.level > Math.max(1, ...levels);
}

const NUMBERS = ['score', 'lives', 'shots', 'level'] as const;

/**
 * Whether a status that is no news is the very one by which the player stands as they do: it was counted by a run that may have ended
 * before it told anybody.
 */
export function isMilestoneAgain(contender: Contender, status: Status): boolean {
  if (contender.isBot || (status.lives > 0 && status.level === 1)) return false;
  const isSame = (known: Moment & Pick<Status, (typeof NUMBERS)[number]>) =>
    byAge(known, status) === 0 && NUMBERS.every((name) => known[name] === status[name]);
  return knownOf(contender).some(isSame);
}

/** What others are told of a trial by a status of it. Of one level, and of the end, the id is the same whoever tells it. */
export function trialCountedOf(status: Status, nowMs: number): TrialCounted {
  const { sessionId, player, name, trial, sequence, score, level, lives } = status;
  const correlationId = [player, sessionId, trial].join('.');
  const isOver = lives === 0;
  const detail = { sessionId, player, name, trial, score, level, isOver, countedAtMs: nowMs };
  const cause = { id: `${correlationId}.${sequence}`, correlationId };
  return createEvent(trialCounted, detail, {
    newId: () => `${correlationId}.${isOver ? 'over' : level}`,
    nowMs,
    cause,
  });
}
