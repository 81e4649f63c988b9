import * as z from 'zod/mini';
import { defineEvent, type EventOf } from '../contract.ts';

const source = 'fakemon';
const id = z.string().check(z.minLength(1), z.maxLength(64));
const count = z.int().check(z.gte(0));
/** The user pool's `sub`. */
const player = id;
/** What others see of a player: the nickname. */
const name = z.string().check(z.minLength(1), z.maxLength(64));
/** Milliseconds since the epoch. */
const instant = z.int().check(z.gte(0));

/** Whose attempt it is, and at what. `attemptId` is the client's own: only together with `player` it is unique. */
const attempt = { player, name, attemptId: id, fakemonId: id };

/**
 * A player has thrown. API Gateway puts it on the bus by a mapping template, no function does: the id is `<player>.<attemptId>`,
 * so that a request that is repeated is the same attempt.
 */
export const captureAttempt = defineEvent({
  type: 'fakemon.capture_attempt',
  version: 1,
  source,
  description: 'A player tries to capture a fakémon.',
  detail: z.object(attempt),
});

/** One unit of it is the player's. */
export const captureSucceeded = defineEvent({
  type: 'fakemon.capture_succeeded',
  version: 1,
  source,
  description: 'An attempt got a unit of a fakémon.',
  detail: z.object({ ...attempt, species: id, unitsLeft: count, capturedAtMs: instant }),
});

/**
 * Why an attempt fails: the last unit was another's, its time was over before, it dodged, or there never was such a fakémon.
 */
export const failureReason = z.enum(['taken', 'gone', 'dodged', 'unknown']);

/** The player got nothing. */
export const captureFailed = defineEvent({
  type: 'fakemon.capture_failed',
  version: 1,
  source,
  description: 'An attempt got nothing, and why.',
  detail: z.object({
    ...attempt,
    reason: failureReason,
    species: z.optional(id),
    /** By how many milliseconds it came too late: after the last unit went, or after its time was over. */
    lateMs: z.optional(count),
    /** Who got the last unit. */
    takenBy: z.optional(name),
  }),
});

/** There is, or will be, another fakémon in the world; it may be caught from `appearsAtMs` until `expiresAtMs`. */
export const fakemonAppeared = defineEvent({
  type: 'fakemon.fakemon_appeared',
  version: 1,
  source,
  description: 'A fakémon appears in the world, now or within the next minute.',
  detail: z.object({
    fakemonId: id,
    species: id,
    /** Where on the map: 0 to 1,000 from its left, and from its top. */
    x: count,
    y: count,
    units: z.int().check(z.gte(1)),
    appearsAtMs: instant,
    expiresAtMs: instant,
  }),
});

/** What everybody who is connected is told of a capture. */
export const unitTaken = defineEvent({
  type: 'fakemon.unit_taken',
  version: 1,
  source,
  description: 'A unit of a fakémon was captured; with the last one it is gone from the world.',
  detail: z.object({ fakemonId: id, species: id, unitsLeft: count, by: name, capturedAtMs: instant }),
});

/** An alarm of the game has changed its state: for those who operate it. */
export const alarmChanged = defineEvent({
  type: 'fakemon.alarm_changed',
  version: 1,
  source,
  description: 'An alarm of the game has gone off, or is over.',
  detail: z.object({
    alarm: z.string().check(z.minLength(1)),
    state: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
    previousState: z.optional(z.string()),
    reason: z.string(),
  }),
});

/** All of the service's contracts. */
export const fakemonEvents = [
  captureAttempt,
  captureSucceeded,
  captureFailed,
  fakemonAppeared,
  unitTaken,
  alarmChanged,
] as const;

export type FakemonEvent = EventOf<(typeof fakemonEvents)[number]>;
export type FailureReason = z.output<typeof failureReason>;
