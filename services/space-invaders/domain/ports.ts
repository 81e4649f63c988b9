import type { Session } from '@arcade/events/contracts/space-invaders';
import type { Contender } from './contender.ts';
import type { Block } from './seats.ts';

export type { Connection, ConnectionsTable } from '@arcade/lambda/connections';

/** A player in a session. */
export interface Whose {
  /** The user pool's `sub`. */
  player: string;
  sessionId: string;
}

/** A player's part in a session, as far as seats go. */
export interface Seating extends Whose {
  /** When the player last took a seat, milliseconds since the epoch. */
  seatedAtMs: number;
  /** The block that the seat is of; undefined where the player has none. */
  seatBlock?: string | undefined;
  /** The latest that was heard of the player's game. */
  latest?: { trial: number; lives: number } | undefined;
}

/** Whoever has a seat, and of which block. */
export type Held = Whose & { seatBlock: string };

/** Who has which seat. Each change is one transaction on the player and the block's counter: it is done whole, or not at all. */
export interface SeatsTable {
  find(whose: Whose): Promise<Seating | undefined>;
  /** The first of the blocks that has a seat at this moment; the first hundred are looked at. */
  firstFree(blocks: Iterable<Block>): Promise<Block | undefined>;
  /**
   * Takes a seat. `held`: the player has one already. `full`: the block's last one went in between. `busy`: others are at the
   * counter; nothing was changed.
   */
  take(seat: Whose & { name: string; isBot: boolean; atMs: number }, block: Block): Promise<SeatTaken>;
  /** Keeps that whoever has a seat was seen. `lost`: they have none any more. */
  see(held: Held, atMs: number): Promise<'seen' | 'lost'>;
  /**
   * Frees a seat, provided that it is still held and that its player was not seen after `unseenSinceMs` (where that is given).
   * Waits for its turn at the counter.
   */
  free(held: Held, atMs: number, unseenSinceMs?: number): Promise<'freed' | 'kept'>;
  /** The seats that a player has in all sessions. */
  heldBy(player: string): Promise<Held[]>;
  /**
   * The seats of a block whose players may not have been seen since; all of them where no moment is given. A superset: the index knows
   * times by slots, and comes after.
   */
  maybeIdle(block: string, unseenSinceMs?: number): AsyncIterable<Held>;
}

export type SeatTaken = 'taken' | 'held' | 'full' | 'busy';

/** How the players of sessions stand, beside who has which seat. */
export interface ContendersTable {
  /** Those of them that there are, in no order. */
  findAll(whose: readonly Whose[]): Promise<Contender[]>;
  /**
   * Keeps how a player stands, provided that nothing has changed since they were seen: not how they stand, nor whether they have a
   * seat. Gives the player as they are where something has.
   */
  keep(seen: Contender, next: Contender): Promise<'kept' | { refused: Contender | undefined }>;
  /** Where on the board its entry number `place` (from 1) is; undefined when there are fewer. It may be some moments old. */
  rankAt(sessionId: string, place: number): Promise<string | undefined>;
}

/** Sessions, for whoever may know one from before. */
export interface SessionsAsOf {
  /** The session as it was at the given moment (milliseconds since the epoch), or has been since. */
  find(sessionId: string, asOfMs: number): Promise<Session | undefined>;
}

/** A session that somebody still looks after. */
export type Unsettled = Session & {
  /** Of one that is closed: of how many blocks, from the first on, the seats are free. */
  settledBlocks: number;
};

/** All sessions that there were. */
export interface SessionsTable {
  find(sessionId: string): Promise<Session | undefined>;
  /** Those that are open, and those whose closing has not been seen to the end: by their ids, and some moments old. */
  unsettled(): AsyncIterable<Unsettled>;
  /** Calls its players to start, provided that they wait for it. Gives it as it is then. */
  call(sessionId: string, startsAtMs: number): Promise<{ isCalled: boolean; session: Session | undefined }>;
  /** Closes it, unless it is closed. Gives it as it is then. */
  close(sessionId: string, atMs: number): Promise<Session | undefined>;
  /**
   * Keeps that the seats of so many blocks of a closed session, from the first on, are free; `all`: nothing is left to be done for it, and
   * nobody goes through it any more.
   */
  settle(sessionId: string, blocks: number | 'all'): Promise<void>;
}

/** The session that everybody is told of, open or not. */
export interface SessionParameter {
  /** Undefined where there was none yet; `malformed`: what stands there is no session. */
  read(): Promise<Session | 'malformed' | undefined>;
  /** Undefined: there is none. */
  write(session: Session | undefined): Promise<void>;
}

/** What has come onto the stream of late: of the fullest of the last minutes, by the second. */
export interface Traffic {
  recordsPerSecond: number;
  bytesPerSecond: number;
  /** How many records were refused. */
  refused: number;
}

/** The shards of the stream. */
export interface StreamShards {
  /** How many take records, and whether their number can be set: while it is being changed it cannot. */
  describe(): Promise<{ open: number; isActive: boolean }>;
  /** `refusedSinceMs`: what was refused before does not count. */
  traffic(nowMs: number, refusedSinceMs: number): Promise<Traffic>;
  /** `busy`: it is being changed. `spent`: it was set too often in 24 hours. */
  set(shards: number): Promise<'done' | 'busy' | 'spent'>;
}

/** That the number of shards was set. */
export interface Scaling {
  /** Milliseconds since the epoch. */
  atMs: number;
  from: number;
  to: number;
}

/** When the number of shards was set. */
export interface ScalingsTable {
  since(atMs: number): Promise<number[]>;
  keep(scaling: Scaling): Promise<void>;
}
