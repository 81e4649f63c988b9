import * as z from 'zod/mini';
import { TURNS } from '../domain/game.ts';

/**
 * One table, one partition a game:
 *
 *   item            what                                            seen   TrueIdentity
 *   game            turn, outcome, numbers                          yes
 *   player#<name>   Name, Identity                                  yes    yes: never projected
 *   request#<key>   a turn's answer already given, for repeated requests
 *   turn#<number>   the story's lines; the events to be published   yes    (events are not projected)
 *
 * Beside them a partition `request#<key>` for each answer that a new game was told with: it is found before the game is known, and
 * ends with it.
 *
 * `seen` is the sort key of the index `Masked`, which projects only what may be seen; items without it are not in it.
 * `listed` and `outbox` make the sparse indexes `Latest` and `Outbox`.
 */
export const INDEX = { masked: 'Masked', latest: 'Latest', outbox: 'Outbox' } as const;

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
  events: z._default(z.array(z.record(z.string(), z.unknown())), []),
  outbox: z.optional(z.literal('pending')),
  /** Milliseconds since the epoch. */
  pendingSince: z.optional(z.number()),
});

export const requestItem = z.object({
  ...base,
  kind: z.literal('request'),
  fingerprint: z.string(),
  answer: z.record(z.string(), z.unknown()),
});

export const storedItem = z.discriminatedUnion('kind', [gameItem, playerItem, turnItem, requestItem]);
export type StoredItem = z.output<typeof storedItem>;

/** What the index `Masked` shows: an item without its secrets. */
export const seenItem = z.discriminatedUnion('kind', [
  z.omit(gameItem, { alive: true }),
  z.omit(playerItem, { TrueIdentity: true }),
  z.omit(turnItem, { events: true }),
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

/** Milliseconds as the whole seconds that a TTL is in. */
export const secondsOf = (ms: number) => Math.floor(ms / 1000);
