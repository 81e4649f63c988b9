import type { EventOf } from '@arcade/events';
import type { ballHit, gameWon, letCalled, pointScored, serveCalled } from '@arcade/events/contracts/ping-pong';
import type { Game, Player, Tally } from './rules.ts';

export type BallHit = EventOf<typeof ballHit>;
export type ServeCalled = EventOf<typeof serveCalled>;
export type PointScored = EventOf<typeof pointScored>;
export type GameWon = EventOf<typeof gameWon>;
export type LetCalled = EventOf<typeof letCalled>;
/** What others count on: each is published at least once, under one id. */
export type Announcement = PointScored | GameWon | LetCalled;

/** One stroke, as the page shows it. */
export interface Stroke {
  stroke: number;
  by: Player;
  /** Milliseconds since the epoch. */
  atMs: number;
}

/** How many strokes of a rally are kept. */
export const RECENT_STROKES = 10;

/** The rally in play, or the last one. */
export interface Rally {
  /** Counts up from 1 over the whole match; 0 before the first. */
  number: number;
  server: Player;
  inPlay: boolean;
  /** Strokes so far. */
  strokes: number;
  lastStrokeAtMs: number;
  /** How many rallies may follow this one without a new call from outside. */
  ralliesLeft: number;
  /** The latest strokes, oldest first. */
  recentStrokes: Stroke[];
}

/** A point that was scored. */
export interface Point {
  rally: number;
  strokes: number;
  winner: Player;
  game: number;
  score: Tally;
  atMs: number;
}

/**
 * Which event led to the present state, and in which invocation. Only that invocation, when Lambda repeats it, may send
 * the outbox again.
 */
export interface Move {
  requestId: string;
  causeId: string;
  atMs: number;
}

/**
 * The messages that the last move decided on, exactly as they go out. Announcements stay until they are known to be published.
 * Ball and call are replaced by the next move: it shows that they have arrived, or that they no longer matter.
 */
export interface Outbox {
  announcements: Announcement[];
  ball?: BallHit | undefined;
  call?: ServeCalled | undefined;
}

/** Everything about the match: one item, changed by one conditional write at a time. */
export interface Match {
  matchId: string;
  /** Goes up by one with each move; each write is on the condition that it is still the one that was read. */
  version: number;
  game: Game;
  gamesWon: Tally;
  rally: Rally;
  /** The latest points, oldest first. */
  lastPoints: Point[];
  move: Move;
  outbox: Outbox;
}

/** There is one table, and so one match, without end. */
export const MATCH_ID = 'match';

/** The state before the first serve. Ping has won the toss. */
export function newMatch(): Match {
  return {
    matchId: MATCH_ID,
    version: 0,
    game: { number: 1, firstServer: 'ping', score: { ping: 0, pong: 0 } },
    gamesWon: { ping: 0, pong: 0 },
    rally: {
      number: 0,
      server: 'ping',
      inPlay: false,
      strokes: 0,
      lastStrokeAtMs: 0,
      ralliesLeft: 0,
      recentStrokes: [],
    },
    lastPoints: [],
    move: { requestId: '', causeId: '', atMs: 0 },
    outbox: { announcements: [] },
  };
}
