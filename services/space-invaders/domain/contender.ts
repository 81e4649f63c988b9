import type { Standing } from '@arcade/events/contracts/space-invaders';
import type { Moment, Status } from './status.ts';

/** The newest status that was counted. */
export interface Latest extends Moment, Standing, Pick<Status, 'sentAtMs' | 'arrivedAtMs'> {
  /** The how-manieth it is that was counted of the second in which it arrived. */
  nth: number;
}

/** What of a player is on the board: how the best trial stands, as far as it is known. */
export type Shown = Moment & Standing;

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
  /**
   * A moment before which the latest trial cannot have begun: who had fired without a pause would have begun then. So it says how
   * many shots there can be.
   */
  trialSinceMs?: number | undefined;
  /** The most rockets of the latest trial that a status told of and that had hit nothing. So it says how many points there can be. */
  missed?: number | undefined;
  shown?: Shown | undefined;
  /** Where on the board, as `rankOf` sorts; absent for who is not on it. */
  rank?: string | undefined;
}
