import * as z from 'zod/mini';
import { defineEvent, type EventOf } from '../contract.ts';

const source = 'lobby';
const id = z.string().check(z.minLength(1), z.maxLength(256));
const text = z.string().check(z.minLength(1), z.maxLength(300));
/** Milliseconds since the epoch. */
const instant = z.int().check(z.gte(0));

/** Whose happenings are told. */
export const cabinet = z.enum(['ping-pong', 'mafia', 'fakemon', 'space-invaders', 'smart-home']);

/** Something that has happened in a service, as people are told of it. */
export const happening = z.object({
  /** The id of the event that it tells of: the same event twice is one happening. */
  happeningId: id,
  cabinet,
  /** That event's type, for example `mafia.game_ended`. */
  about: id,
  /** For people: "Ann caught an Emberling: one is left." */
  sentence: text,
  atMs: instant,
  /** Of the chain that the event is of. */
  chain: id,
  /** What small screens show of it: numbers and names of the event's own detail, without what it nests. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

/** Everybody who is connected is told of what has happened. */
export const happened = defineEvent({
  type: 'lobby.happened',
  version: 1,
  source,
  description: 'Something has happened in one of the cabinets, as a sentence.',
  detail: happening,
});

/** What there are records in. */
export const discipline = z.enum(['longest-rally', 'best-score', 'best-hunter', 'shrewdest-town']);

/** A record, as the hall of fame has it. */
export const fame = z.object({
  discipline,
  /** Strokes, points, fakémon, or days; of days the fewest are best. */
  value: z.int().check(z.gte(0)),
  /** Who holds it, by the name that others see. */
  holder: text,
  atMs: instant,
  /** Of the chain in which it was set. */
  chain: id,
});

/** A record has fallen. */
export const recordSet = defineEvent({
  type: 'lobby.record_set',
  version: 1,
  source,
  description: 'The hall of fame has another record.',
  detail: fame,
});

/** All of the service's contracts. */
export const lobbyEvents = [happened, recordSet] as const;

export type LobbyEvent = EventOf<(typeof lobbyEvents)[number]>;
export type Cabinet = z.output<typeof cabinet>;
export type Happening = z.output<typeof happening>;
export type Discipline = z.output<typeof discipline>;
export type Fame = z.output<typeof fame>;
