import type { AnyEvent, Outbox, Publish } from '@arcade/events';
import type { Recalled, RepeatableRequest } from '@arcade/lambda';
import type { Game, PlayedTurn, Player } from './game.ts';

/** What is written together with a turn. */
export interface TurnRecord {
  played: PlayedTurn;
  /** What the request is answered with. */
  answer: Record<string, unknown>;
  events: readonly AnyEvent[];
  request?: RepeatableRequest | undefined;
  nowMs: number;
}

/** What became of a turn that was to be written. */
export type Written = 'written' | 'played-by-another' | 'repeated-request';

/** What became of a game that was to be written: a request that came before is told with its answer. */
export type Created = { outcome: 'written' } | Exclude<Recalled, { outcome: 'new' }> | { outcome: 'id-taken' };

/** Where the games are kept, secrets and all. `nowMs` is milliseconds since the epoch, `expiresAt` seconds. */
export interface GamesTable {
  /** Writes a new game whole, or not at all. */
  create(record: TurnRecord): Promise<Created>;
  /** The whole game; undefined when there is none. Throws when its items never fit together. */
  load(gameId: string, nowMs: number): Promise<{ game: Game; expiresAt: number } | undefined>;
  /** Writes a turn: the game's state, the player who left, the story. `before` is the turn that was played. */
  writeTurn(record: TurnRecord, before: Game['turn'], expiresAt: number): Promise<Written>;
  /** Whether a request to play a turn of the game came before, and how it was answered. */
  recall(gameId: string, request: RepeatableRequest, nowMs: number): Promise<Recalled>;
}

/** Where the events of a turn wait to be published. */
export interface TurnPlace {
  gameId: string;
  turnNumber: number;
  /** When the turn was played, milliseconds since the epoch. */
  sinceMs: number;
}

/** What the moderator of the games stands on, to publish what has happened. */
export interface Telling {
  outbox: Pick<Outbox<TurnPlace>, 'settle'>;
  /** Publishes to the topic of games' events. */
  publish: Publish;
  /** Tells of something that went wrong and is mended later. */
  warn(message: string, error: unknown): void;
}

/** A game, as everybody may see it. */
export interface SeenGame {
  id: string;
  turn: Game['turn'];
  turnsPlayed: number;
  outcome?: Game['outcome'];
  startedAt: string;
  mafia: number;
  /** In the order of their seats, which tells nothing. */
  players: { name: string; identity: Player['identity'] }[];
  story: { number: number; turn: 'start' | Game['turn']; at: string; message: string[] }[];
}

/** A line of the list of games. */
export interface ListedGame {
  id: string;
  startedAt: string;
  players: number;
  mafia: number;
  /** Absent as long as it is played. */
  outcome?: Game['outcome'];
}

/** What may be seen of the games, and nothing else. */
export interface SeenGames {
  /** The game as everybody may see it. May lag behind a write by a moment. */
  see(gameId: string): Promise<SeenGame | undefined>;
  /** The latest games, newest first. */
  latest(count: number): Promise<ListedGame[]>;
}
