import type { FailureReason } from '@arcade/events/contracts/fakemon';

/** A player's throw at a fakémon. */
export interface Attempt {
  /** The user pool's `sub`. */
  player: string;
  /** What others see of the player. */
  name: string;
  /** The client's own: unique with `player` only. */
  attemptId: string;
  fakemonId: string;
  /**
   * When it reached the gateway, by the gateway's clock, in milliseconds since the epoch. All copies of an event share it; a
   * request that is repeated has another.
   */
  thrownAtMs: number;
}

/** How an attempt went; `decidedAtMs` is milliseconds since the epoch. */
export type Outcome =
  | { outcome: 'captured'; species: string; unitsLeft: number; decidedAtMs: number }
  | {
      outcome: FailureReason;
      decidedAtMs: number;
      species?: string | undefined;
      /** By how much it came too late: after the last unit went, or after its time was over. */
      lateMs?: number | undefined;
      /** Who got the last unit. */
      takenBy?: string | undefined;
    };

/** What became of whose attempt, at what. */
export type Decided = Pick<Attempt, 'player' | 'attemptId' | 'fakemonId'> & Outcome;

/** An attempt that may have a unit, while nothing is decided: at what and when it was thrown, for all copies of it. */
export type Claim = Omit<Attempt, 'name'> & { outcome: 'open' };
