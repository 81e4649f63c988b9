import * as z from 'zod/mini';
import { defineEvent, type EventOf } from '../contract.ts';
import { MOST_SEATS, PLAY } from '../spaceInvadersPlay.ts';

export { PLAY };

const source = 'space-invaders';
const id = z.string().check(z.minLength(1), z.maxLength(64));
/** The user pool's `sub`. */
const player = id;
/** What others see of a player: the nickname. */
const name = z.string().check(z.minLength(1), z.maxLength(64));
/** Milliseconds since the epoch. */
const instant = z.int().check(z.gte(0));

/** How a player stands: what is counted on the board. */
export const standing = z.object({
  score: z.int().check(z.gte(0), z.lte(999_999_999)),
  lives: z.int().check(z.gte(0), z.lte(PLAY.lives)),
  shots: z.int().check(z.gte(0), z.lte(999_999)),
  level: z.int().check(z.gte(1), z.lte(999)),
});

/**
 * A player's status at one moment. API Gateway puts it on the stream by a mapping template, no function does: the id is
 * `<player>.<sessionId>.<trial>.<sequence>`, so that a status that is sent again is the same one; `time` is when it arrived.
 */
export const statusUpdated = defineEvent({
  type: 'space_invaders.status_updated',
  version: 1,
  source,
  description: 'How a player stands, a few times a second.',
  detail: z.object({
    sessionId: id,
    player,
    name,
    /** Counts a player's games within the session; the first is 1. */
    trial: z.int().check(z.gte(1), z.lte(9999)),
    /** Counts the statuses of a trial up; the first is 1. */
    sequence: z.int().check(z.gte(1), z.lte(9_999_999)),
    /** By the player's own clock. */
    sentAtMs: instant,
    ...standing.shape,
  }),
});

/**
 * What decides who wins: MULTIPLE_TRIALS the best of a player's trials, SINGLE_TRIAL the only one, TIME_CONSTRAINED the best that is reached
 * before the session's time is over.
 */
export const gameType = z.enum(['MULTIPLE_TRIALS', 'SINGLE_TRIAL', 'TIME_CONSTRAINED']);

/** A session, as it stands in the parameter and in the table. */
export const session = z.object({
  sessionId: id,
  gameType,
  /** How many may play. Each minute somebody goes through them all. */
  seats: z.int().check(z.gte(1), z.lte(MOST_SEATS)),
  /** Everybody starts at `startsAtMs`, which a manager calls; without it, whoever has a seat. */
  isSynchronized: z.boolean(),
  openedAtMs: instant,
  startsAtMs: z.optional(instant),
  /** Of TIME_CONSTRAINED, from the opening, or from the start where it is synchronized. */
  minutes: z.optional(z.int().check(z.gte(1), z.lte(30))),
  closedAtMs: z.optional(instant),
});

/** A session was opened, called to start, or closed: everybody who is connected is told. */
export const sessionChanged = defineEvent({
  type: 'space_invaders.session_changed',
  version: 1,
  source,
  description: 'The session was opened, will start at a moment, or is closed.',
  // Version 1 knew no most of seats, and a version stays what it is.
  detail: z.object({ ...session.shape, seats: z.int().check(z.gte(1)) }),
});

/** Why a status is not counted. */
export const asideReason = z.enum([
  'session_unknown',
  'session_not_started',
  'session_over',
  'no_seat',
  'clock_ahead',
  'too_often',
  'trial_over',
  'trial_not_allowed',
  'score_fell',
  'lives_rose',
  'shots_fell',
  'level_fell',
  'too_many_shots',
  'too_many_points',
]);

/** Statuses of one player that no game can give, of one batch and with one reason: for whoever looks after the game. */
export const statusSetAside = defineEvent({
  type: 'space_invaders.status_set_aside',
  version: 1,
  source,
  description: 'Statuses were not counted, and why.',
  detail: z.object({
    /** Of the first of them. */
    sessionId: id,
    player,
    name,
    reason: asideReason,
    /** How many there were. */
    count: z.int().check(z.gte(1)),
    /** The first of them. */
    statuses: z.array(statusUpdated.detail).check(z.minLength(1), z.maxLength(10)),
  }),
});

/**
 * A player's trial is counted on the board, so far or to its end. The id is `<player>.<sessionId>.<trial>.<level>`, and of a trial that is over
 * `<player>.<sessionId>.<trial>.over`. Statuses themselves are what a browser says: only this is what the service has accepted.
 */
export const trialCounted = defineEvent({
  type: 'space_invaders.trial_counted',
  version: 1,
  source,
  description: 'A trial has been accepted onto the board: it has come to another level, or is over.',
  detail: z.object({
    sessionId: id,
    player,
    name,
    trial: z.int().check(z.gte(1), z.lte(9999)),
    score: standing.shape.score,
    level: standing.shape.level,
    isOver: z.boolean(),
    countedAtMs: instant,
  }),
});

/** All of the service's contracts. */
export const spaceInvadersEvents = [statusUpdated, sessionChanged, statusSetAside, trialCounted] as const;

export type SpaceInvadersEvent = EventOf<(typeof spaceInvadersEvents)[number]>;
export type TrialCounted = EventOf<typeof trialCounted>;
export type StatusUpdated = EventOf<typeof statusUpdated>;
export type Standing = z.output<typeof standing>;
export type Session = z.output<typeof session>;
export type GameType = z.output<typeof gameType>;
export type AsideReason = z.output<typeof asideReason>;
