import type { Standing } from '@arcade/events/contracts/space-invaders';
import type { Moment, Status } from './status.ts';

/** The newest status that was counted. */
export interface Latest extends Moment, Standing, Pick<Status, 'sentAtMs' | 'arrivedAtMs'> {}

/** What of a player is on the board: how the best trial stands, as far as it is known. */
export type Shown = Moment & Standing;

/** What is kept of a trial, once a later one has begun. */
export interface EarlierTrial extends Moment, Standing {
  /** When the first of its statuses that counted arrived. */
  fromMs: number;
  /** See `trialSinceMs` and `missed` of a contender. */
  sinceMs: number;
  missed: number;
}

/** A player in a session: whether there is a seat, and how they stand. All times in milliseconds since the epoch. */
export interface Contender {
  player: string;
  sessionId: string;
  name: string;
  isBot?: boolean | undefined;
  /** When the latest seat was taken. */
  seatedAtMs: number;
  /** When it was freed; absent while it is held. */
  freedAtMs?: number | undefined;
  /** When they were last seen: by a status that counts, or because they took a seat. */
  seenAtMs: number;
  latest?: Latest | undefined;
  /** How many statuses were counted by the second of the clock in which they arrived; kept of the newest second. */
  counted?: Readonly<Record<string, number>> | undefined;
  /** When the first status of the latest trial that counted arrived. */
  trialFromMs?: number | undefined;
  /**
   * A moment before which the latest trial cannot have begun: who had fired without a pause would have begun then. So it says how
   * many shots there can be.
   */
  trialSinceMs?: number | undefined;
  /** The most rockets of the latest trial that a status told of and that had hit nothing. So it says how many points there can be. */
  missed?: number | undefined;
  /** The trials before the latest of which something may still be under way, the oldest first. */
  earlier?: readonly EarlierTrial[] | undefined;
  shown?: Shown | undefined;
  /** Where on the board, as `rankOf` sorts; absent for who is not on it. */
  rank?: string | undefined;
}
