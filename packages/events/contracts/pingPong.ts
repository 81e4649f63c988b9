import * as z from 'zod/mini';
import { defineEvent, type EventOf } from '../contract.ts';

const source = 'ping-pong';
const player = z.enum(['ping', 'pong']);
const count = z.int().check(z.gte(0));
const number = z.int().check(z.gte(1));
/** A number for each player. */
const tally = z.object({ ping: count, pong: count });

/** The ball goes over. Published by each player on the topic of its own name. */
export const ballHit = defineEvent({
  type: 'ping_pong.ball_hit',
  version: 1,
  source,
  description: 'A player hit the ball; the other one may hit it next.',
  detail: z.object({
    rally: number,
    /** Counts up by one within a rally; the serve is stroke 1. */
    stroke: number,
    by: player,
  }),
  attributes: ({ by }) => ({ by }),
});

/** The umpire's call that starts a rally. */
export const serveCalled = defineEvent({
  type: 'ping_pong.serve_called',
  version: 1,
  source,
  description: 'The named player is to serve the named rally.',
  detail: z.object({
    /** The rally that the serve begins: one more than the last. A call for any other rally is out of date. */
    rally: number,
    server: player,
    /** How many rallies may follow one another from here on without a new call from outside. */
    ralliesLeft: count,
  }),
  attributes: ({ server }) => ({ server }),
});

/** A rally was won. */
export const pointScored = defineEvent({
  type: 'ping_pong.point_scored',
  version: 1,
  source,
  description: 'A player missed the ball, and the other one has scored.',
  detail: z.object({
    rally: number,
    strokes: number,
    winner: player,
    game: number,
    /** The score of the game after this point. */
    score: tally,
  }),
});

/** A game was won. */
export const gameWon = defineEvent({
  type: 'ping_pong.game_won',
  version: 1,
  source,
  description: 'A player has won a game: eleven points, and two ahead.',
  detail: z.object({
    game: number,
    winner: player,
    score: tally,
    /** Games won after this one. */
    games: tally,
  }),
});

/** A rally ended without a point. */
export const letCalled = defineEvent({
  type: 'ping_pong.let_called',
  version: 1,
  source,
  description: 'A rally ended without a point: the ball was lost, or the limit of strokes was reached.',
  detail: z.object({
    rally: number,
    strokes: number,
    reason: z.enum(['ball-lost', 'stroke-limit']),
  }),
});

/** All of the service's contracts. */
export const pingPongEvents = [ballHit, serveCalled, pointScored, gameWon, letCalled] as const;

export type PingPongEvent = EventOf<(typeof pingPongEvents)[number]>;
