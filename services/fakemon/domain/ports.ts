import type { EventOf } from '@arcade/events';
import type { captureSucceeded, unitTaken } from '@arcade/events/contracts/fakemon';
import type { Attempt, Claim, Decided } from './attempt.ts';
import type { Wild, Win } from './wild.ts';

export type { Connection, ConnectionsTable } from '@arcade/lambda/connections';

export type CaptureSucceeded = EventOf<typeof captureSucceeded>;
export type UnitTaken = EventOf<typeof unitTaken>;

/** Where the fakémon are. */
export interface WildTable {
  /** As it is at this moment; undefined when there is none of this id. */
  find(fakemonId: string): Promise<Wild | undefined>;
  /**
   * Takes a unit, provided that the fakémon is still as it was seen: that no unit went in between. Gives it as it is where one
   * did.
   */
  take(seen: Wild, attempt: Attempt, win: Win): Promise<'taken' | { refused: Wild | undefined }>;
  /** Puts it into the world, unless there is one of its id: gives the one that is there then. */
  appear(wild: Wild): Promise<Wild>;
}

/** Where is kept how attempts went, and what those are at that are not decided. */
export interface AttemptsTable {
  /** Keeps an attempt for the first time, claimed or decided at once. Gives what stands: an earlier claim or decision, if any. */
  begin(attempt: Claim | Decided): Promise<Claim | Decided>;
  /** Keeps how an attempt that was claimed went, unless it is decided already. Gives what stands. */
  finish(decided: Decided): Promise<Decided>;
}

/** What the players have. */
export interface CollectionTable {
  /** Once for each attempt, however often it comes. */
  add(captured: CaptureSucceeded['detail']): Promise<void>;
}

/** Who has captured most. */
export interface RankingTable {
  /** Counts a capture, unless it is counted already. */
  count(captured: CaptureSucceeded['detail']): Promise<'counted' | 'counted-before'>;
}
