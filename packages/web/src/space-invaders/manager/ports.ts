import type { Standing } from '../game/engine.ts';
import type { GameSession } from '../session.ts';

/** The parameter that says which session is open: what the API gives everybody who plays. */
export interface SessionParameter {
  /** Undefined before the first session. */
  read(): Promise<GameSession | undefined>;
  write(session: GameSession): Promise<void>;
}

/** A part of a list that is read by pages, and where the next one begins; undefined after the last. */
export interface Page<Entry> {
  entries: Entry[];
  next: Cursor | undefined;
}
/** Where a page begins, in the table's own words. */
export type Cursor = Record<string, unknown>;

/** All sessions that there have been. */
export interface SessionsTable {
  /** Gives whether it was put: an id is given once. */
  add(session: GameSession): Promise<boolean>;
  /** Closes it unless it is closed. Gives how it stands then; undefined when there is none. */
  close(sessionId: string, closedAtMs: number): Promise<GameSession | undefined>;
  /** The newest first, as they stand at this moment. */
  list(options: { limit: number; after?: Cursor | undefined }): Promise<Page<GameSession>>;
}

/** What the board shows of one player. */
export interface BoardRow extends Standing {
  player: string;
  name: string;
  isBot: boolean;
  /** The game of the player's that is counted; the first is 1. */
  trial: number;
  /** The newest status of the player's that the board knows of, which may be of another game; undefined while there is none. */
  latest: StatusTimes | undefined;
}

/** One status on its way from a player to the board. All times in milliseconds since the epoch. */
export interface StatusTimes {
  trial: number;
  sequence: number;
  /** By the player's clock. */
  sentAtMs: number;
  /** When API Gateway took it. */
  arrivedAtMs: number;
  /** When the function `scoreboard` wrote it; undefined where that is not known. */
  writtenAtMs: number | undefined;
}

/** The board of a session: the best first. */
export interface BoardTable {
  page(sessionId: string, options: { limit: number; after?: Cursor | undefined }): Promise<Page<BoardRow>>;
}

/** How many seats are taken in blocks of a session, which are counted from 0. */
export interface SeatsTable {
  /** In the order of `blocks`, 100 of them at most; 0 for one that nobody sits in. */
  taken(sessionId: string, blocks: readonly number[]): Promise<number[]>;
}

export interface Shard {
  shardId: string;
  /** Those that it was made of by a split or a merge. */
  parents: readonly string[];
  /** Whether it still takes records. */
  isOpen: boolean;
}

/** Where reading a shard begins. */
export type Start =
  | { from: 'latest' }
  | { from: 'oldest' }
  | { from: 'after'; sequenceNumber: string }
  | { from: 'time'; atMs: number };

export interface StreamRecord {
  sequenceNumber: string;
  data: Uint8Array;
  /** When the stream took it, in milliseconds since the epoch. */
  arrivedAtMs: number;
}

/** The stream as Kinesis gives it. Calls reject with errors of the SDK, `name` is their code. */
export interface StreamPort {
  shards(): Promise<Shard[]>;
  iterator(shardId: string, start: Start): Promise<string>;
  /** `next` is undefined when the shard has ended and all of it was read. */
  records(iterator: string): Promise<{ records: StreamRecord[]; next: string | undefined }>;
}

/** All that the manager's page asks of AWS. */
export interface ManagerPorts {
  parameter: SessionParameter;
  sessions: SessionsTable;
  board: BoardTable;
  seats: SeatsTable;
  stream: StreamPort;
}
