import { createEvent, type EventContext } from '@arcade/events';
import { ballHit, gameWon, letCalled, pointScored, serveCalled } from '@arcade/events/contracts/ping-pong';
import type { BallHit, GameWon, LetCalled, Match, Point, PointScored, Rally, ServeCalled } from './match.ts';
import { type Player, serverOf, type Tally } from './rules.ts';

/** The ball of a stroke goes over. */
export const ballHitBy = (by: Player, rally: number, stroke: number, context: EventContext): BallHit =>
  createEvent(ballHit, { rally, stroke, by }, context);

/** The call for the next serve. */
export const serveCallFor = (
  { rally, game }: Pick<Match, 'rally' | 'game'>,
  ralliesLeft: number,
  context: EventContext,
): ServeCalled => createEvent(serveCalled, { rally: rally.number + 1, server: serverOf(game), ralliesLeft }, context);

export const pointScoredIn = (point: Omit<Point, 'atMs'>, context: EventContext): PointScored =>
  createEvent(pointScored, point, context);

/** `point` has won the game; `games` are the games won with it. */
export const gameWonBy = (
  { game, winner, score }: Pick<Point, 'game' | 'winner' | 'score'>,
  games: Tally,
  context: EventContext,
): GameWon => createEvent(gameWon, { game, winner, score, games }, context);

export const letCalledIn = (
  { number: rally, strokes }: Rally,
  reason: 'ball-lost' | 'stroke-limit',
  context: EventContext,
): LetCalled => createEvent(letCalled, { rally, strokes, reason }, context);
