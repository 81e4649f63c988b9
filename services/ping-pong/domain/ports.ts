import type { Hit } from './decide.ts';
import type { Announcement, BallHit, Match, ServeCalled } from './match.ts';

/** Where the match is kept. */
export interface MatchStore {
  load(): Promise<Match>;
  /** Writes the match, provided that the stored version is the one before. Tells whether it was. */
  save(match: Match): Promise<boolean>;
  /**
   * Writes a stroke without a read before it, provided that the match is as the hit takes it to be (`isPlayable`). Gives
   * the match as it is where it is not.
   */
  hit(hit: Hit): Promise<'done' | Match>;
  /** Leaves these announcements in the outbox of this version of the match; does nothing when the match has moved on. */
  settle(match: Match, left: readonly Announcement[]): Promise<void>;
}

/** How messages leave. Done when they are published. */
export interface Voice {
  hitBall(ball: BallHit): Promise<void>;
  callServe(call: ServeCalled): Promise<void>;
  /** Throws PublishError for those that are refused. */
  announce(announcements: readonly Announcement[]): Promise<void>;
}
