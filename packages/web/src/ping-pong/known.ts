import type { Player, Tally } from './match.ts';
import type { Standing } from './newer.ts';

/** A stroke that was seen. */
export interface Stroke {
  stroke: number;
  by: Player;
  /** When it was struck, milliseconds since the epoch. */
  atMs: number;
}

/** A copy of a ball that was delivered once more. */
export interface Ghost {
  /** Told apart by it: the number of the hop. */
  id: number;
  rally: number;
  stroke: number;
  by: Player;
}

/** How a rally ended; nobody scores in a let. */
export type End = { winner: Player } | { letBecause: string };

/** An invocation that failed and will be tried again. */
export interface Retry {
  requestId: string;
  player: Player;
  /** As Lambda says it: `Runtime.ExitError`. */
  code: string;
  /** Milliseconds since the epoch, by this page's clock. */
  dueAtMs: number;
}

/**
 * What is known of the match, from the wire and from the API, whichever is newer: all that the screen shows comes from
 * here, so that no two parts of it can contradict each other.
 */
export interface Known {
  /** The rally in play, or the last one; 0 before the first. */
  rally: number;
  /** Strokes of it so far. */
  strokes: number;
  /** The latest of them, oldest first. */
  seen: readonly Stroke[];
  end: End | undefined;
  /** Who serves this rally, or the next one when it has ended. */
  server: Player | undefined;
  /** The next serve has been called. */
  isCalled: boolean;
  /** Undefined until somebody tells. */
  standing: Standing | undefined;
  /** Games won. */
  games: Tally | undefined;
  /** The game that was won with the last point: its score stays on the screen until the next rally begins. */
  won: { score: Tally; winner: Player } | undefined;
  /** Those to be drawn. */
  ghosts: readonly Ghost[];
  /** How many were seen since the page opened. */
  ghostsSeen: number;
  /** What crashed and is to come again, oldest first. */
  retries: readonly Retry[];
  /** Who was tried again last, and when: milliseconds since the epoch, by this page's clock. */
  retried: { player: Player; atMs: number } | undefined;
  /** When the page heard of the latest stroke, milliseconds since the epoch by its own clock. */
  movedAtMs: number;
  /** A player failed, and the ball has not moved since. */
  isStuck: boolean;
  /** `event id` and `whom it was for`, of the latest deliveries. */
  delivered: readonly string[];
  /** So many answers in a row told of an earlier rally than what is known. */
  answersBehind: number;
}

export const nothingKnown: Known = {
  rally: 0,
  strokes: 0,
  seen: [],
  end: undefined,
  server: undefined,
  isCalled: false,
  standing: undefined,
  games: undefined,
  won: undefined,
  ghosts: [],
  ghostsSeen: 0,
  retries: [],
  retried: undefined,
  movedAtMs: 0,
  isStuck: false,
  delivered: [],
  answersBehind: 0,
};

/** A ball that nobody has hit for so long, in milliseconds, is waited for. */
const LONG_MS = 3_000;

/** Whether a ball is in play that does not move: a player failed, or takes long. */
export const isWaitedFor = ({ rally, end, isStuck, movedAtMs }: Known, nowMs: number): boolean =>
  rally > 0 && end === undefined && (isStuck || nowMs - movedAtMs > LONG_MS);
