import * as z from 'zod/mini';
import { TURNS } from '../domain/game.ts';
import type { TurnPlace } from '../domain/ports.ts';

/**
 * One table, one partition a game:
 *
 *   item            what                                            seen   TrueIdentity
 *   game            turn, outcome, numbers                          yes
 *   player#<name>   Name, Identity                                  yes    yes: never projected
 *   request#<key>   a turn's answer already given, for repeated requests
 *   turn#<number>   the story's lines                               yes
 *
 * Beside them are partitions for those who may not reach a game (docs/decisions/mafia-secret.md):
 *
 *   request#<key>   request                      the answer that a new game was told with; it ends with the game
 *   outbox#<0-3>    <since>#<gameId>#<number>    the events of a turn that are not published yet; nearly always empty
 *
 * `seen` is the sort key of the index `Masked`, which projects only what may be seen; items without it are not in it.
 * `listed` makes the sparse index `Latest`: of a game's items it has one, which is written when the game begins and ends.
 */
export const INDEX = { masked: 'Masked', latest: 'Latest' } as const;

/** How long a game is kept after it began, in seconds: a week. Each item carries the same TTL. */
export const KEEP_SECONDS = 7 * 24 * 60 * 60;

const identity = z.enum(['Uncovered', 'Killed by mafia', 'Correctly sentenced', 'Incorrectly sentenced']);
const outcome = z.enum(['mafia', 'innocents']);
/** Keys and TTL of every item; `seen` where the item may be seen. */
const base = { gameId: z.string(), item: z.string(), seen: z.optional(z.string()), expiresAt: z.number() };

export const gameItem = z.object({
  ...base,
  kind: z.literal('game'),
  turn: z.enum(TURNS),
  turnsPlayed: z.int(),
  outcome: z.optional(outcome),
  players: z.int(),
  mafia: z.int(),
  /** How many are still in play: tells whoever reads the game item by item whether all items are of one turn. */
  alive: z.int(),
  startedAt: z.string(),
  listed: z.optional(z.literal('games')),
});

const playerItem = z.object({
  ...base,
  kind: z.literal('player'),
  seat: z.int(),
  Name: z.string(),
  TrueIdentity: z.enum(['Mafia', 'Innocent']),
  Identity: identity,
});

const turnItem = z.object({
  ...base,
  kind: z.literal('turn'),
  turn: z.enum(['start', ...TURNS]),
  number: z.int(),
  message: z.array(z.string()),
  at: z.string(),
});

export const requestItem = z.object({
  ...base,
  kind: z.literal('request'),
  fingerprint: z.string(),
  answer: z.record(z.string(), z.unknown()),
});

/** It has no TTL: what was not published is not deleted. */
export const outboxItem = z.object({
  gameId: z.string(),
  item: z.string(),
  kind: z.literal('outbox'),
  /** How often the relay has tried it. */
  tries: z.int(),
  events: z.array(z.looseObject({ id: z.string(), type: z.string() })),
});

export const storedItem = z.discriminatedUnion('kind', [gameItem, playerItem, turnItem, requestItem, outboxItem]);
export type StoredItem = z.output<typeof storedItem>;

/** What the index `Masked` shows: an item without its secrets. */
export const seenItem = z.discriminatedUnion('kind', [
  z.omit(gameItem, { alive: true }),
  z.omit(playerItem, { TrueIdentity: true }),
  turnItem,
]);

/** The sort keys. */
export const itemKey = {
  game: 'game',
  player: (name: string) => `player#${name}`,
  turn: (number: number) => `turn#${String(number).padStart(4, '0')}`,
  /** Beyond the players of any name: `$` follows `#`. */
  afterPlayers: 'player$',
};

/** The primary key of an item. */
export type ItemKey = { gameId: string; item: string };

/** Where the answer to a turn is kept, and that to a new game. `key` is a digest already. */
export const turnRequestKey = (gameId: string, key: string): ItemKey => ({ gameId, item: `request#${key}` });
export const gameRequestKey = (key: string): ItemKey => ({ gameId: `request#${key}`, item: 'request' });

/** Several, so that the turns of all games do not come to one partition. */
export const OUTBOX_PARTITIONS = ['outbox#0', 'outbox#1', 'outbox#2', 'outbox#3'] as const;

const MS_DIGITS = 15;
const sortableMs = (ms: number) => String(ms).padStart(MS_DIGITS, '0');

/** Where the events of a turn wait. */
export function outboxKey({ gameId, turnNumber, sinceMs }: TurnPlace): ItemKey {
  // An id is random, so that its last digit spreads the games evenly.
  const partition = Number.parseInt(gameId.slice(-1), 16) % OUTBOX_PARTITIONS.length;
  return { gameId: `outbox#${partition || 0}`, item: `${sortableMs(sinceMs)}#${gameId}#${turnNumber}` };
}

/** The range of the outbox's sort keys until a time, in milliseconds since the epoch. */
export const outboxKeysUntil = (beforeMs: number): [low: string, high: string] => [sortableMs(0), sortableMs(beforeMs)];

/** Milliseconds as the whole seconds that a TTL is in. */
export const secondsOf = (ms: number) => Math.floor(ms / 1000);
