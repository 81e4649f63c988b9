import { createEvent } from '@arcade/events';
import { ballHit, gameWon, letCalled, pointScored, serveCalled } from '@arcade/events/contracts/ping-pong';
import type { Announcement, BallHit, Match, Outbox, Rally, ServeCalled } from './match.ts';
import { addOne, type Game, hitterOf, nextGame, opponentOf, type Player, serverOf, winnerOf } from './rules.ts';

/** The params of the game. */
export interface Settings {
  /** In [0, 1]: how likely a player is to miss a ball. */
  missProbability: number;
  /** A ball that nobody has hit for so long is lost. */
  letAfterMs: number;
  /** A rally of so many strokes ends without a point: what an endless rally may cost. */
  maxStrokes: number;
  /** How many rallies follow one another after one call from outside: what one call may cost. */
  maxRalliesPerServe: number;
}

/** All that a decision depends on beside the match and the event. */
export interface Circumstances {
  /** Who decides. */
  player: Player;
  /** The invocation in which the decision is made. */
  requestId: string;
  nowMs: number;
  random(): number;
  newId(): string;
  settings: Settings;
}

/** What is to be done. */
export type Decision =
  /** Write this state, then publish its outbox. */
  | { kind: 'move'; match: Match }
  /** This very event has led to the present state, but perhaps its messages never went out: publish the outbox again. */
  | { kind: 'repeat'; match: Match }
  /** Nothing changes; ask the other player to serve. */
  | { kind: 'call'; match: Match; call: ServeCalled }
  /** A duplicate, late or needless event. */
  | { kind: 'ignore'; reason: string };

type Cause = { id: string; correlationId: string };

const RECENT_STROKES = 10;
const LAST_POINTS = 8;
/**
 * A redelivery that comes so long after its event was accepted, with the match not moved since, means that the message
 * was never published. Longer than a function can run, shorter than Lambda's first retry.
 */
const STALLED_AFTER_MS = 30_000;

/** The ball arrives at a player: hit it, miss it, or leave it when it is not the ball in play. */
export function decideOnBall(match: Match, ball: BallHit, circumstances: Circumstances): Decision {
  if (isRepetition(match, ball, circumstances)) return { kind: 'repeat', match };
  const { rally } = match;
  const { player, settings, random } = circumstances;
  const { detail } = ball;
  const isInPlay =
    rally.inPlay &&
    detail.rally === rally.number &&
    detail.stroke === rally.strokes &&
    hitterOf(rally.server, detail.stroke + 1) === player;
  if (!isInPlay) return { kind: 'ignore', reason: 'this ball is not in play' };

  if (rally.strokes >= settings.maxStrokes)
    return callLet(match, 'stroke-limit', rally.ralliesLeft, ball, circumstances);
  if (random() < settings.missProbability) return score(match, opponentOf(player), ball, circumstances);
  return hit(match, rally, ball, circumstances);
}

/** Whether a ball is in play, but nobody has hit it for so long that nobody will. */
export function isBallLost({ rally }: Match, nowMs: number, letAfterMs: number): boolean {
  return rally.inPlay && nowMs - rally.lastStrokeAtMs >= letAfterMs;
}

/** The umpire calls a serve: serve, unless that rally has begun already. When the ball was lost, a let comes first. */
export function decideOnServeCall(match: Match, call: ServeCalled, circumstances: Circumstances): Decision {
  if (isRepetition(match, call, circumstances)) return { kind: 'repeat', match };
  const { rally, game } = match;
  const { detail } = call;
  const { nowMs, settings } = circumstances;
  const isLost = isBallLost(match, nowMs, settings.letAfterMs);
  const isDue = detail.rally === rally.number + 1 && (isLost || !rally.inPlay);
  if (!isDue) return { kind: 'ignore', reason: 'this call is out of date' };
  if (isLost) return callLet(match, 'ball-lost', detail.ralliesLeft + 1, call, circumstances);
  if (serverOf(game) !== circumstances.player) return { kind: 'ignore', reason: 'the other player serves' };
  return serve(match, detail.ralliesLeft, call, circumstances);
}

/** The schedule: serve when no ball is in play, have the other one serve when it is its turn, call a let when the ball is lost. */
export function decideOnTick(match: Match, tick: { id: string }, circumstances: Circumstances): Decision {
  const cause = { id: tick.id, correlationId: tick.id };
  if (isRepetition(match, cause, circumstances)) return { kind: 'repeat', match };
  const { settings, nowMs, player } = circumstances;
  const ralliesLeft = settings.maxRalliesPerServe - 1;
  if (match.rally.inPlay) {
    if (!isBallLost(match, nowMs, settings.letAfterMs)) return { kind: 'ignore', reason: 'a ball is in play' };
    return callLet(match, 'ball-lost', settings.maxRalliesPerServe, cause, circumstances);
  }
  if (serverOf(match.game) === player) return serve(match, ralliesLeft, cause, circumstances);
  return { kind: 'call', match, call: serveCallFor(match, ralliesLeft, { ...circumstances, cause }) };
}

/** The call for the next serve. */
export function serveCallFor(
  { rally, game }: Pick<Match, 'rally' | 'game'>,
  ralliesLeft: number,
  context: Parameters<typeof createEvent>[2],
): ServeCalled {
  return createEvent(serveCalled, { rally: rally.number + 1, server: serverOf(game), ralliesLeft }, context);
}

function isRepetition({ move, outbox }: Match, cause: Cause, { requestId, nowMs }: Circumstances): boolean {
  if (move.causeId !== cause.id) return false;
  if (!outbox.ball && !outbox.call && outbox.announcements.length === 0) return false;
  return move.requestId === requestId || nowMs - move.atMs >= STALLED_AFTER_MS;
}

function serve(match: Match, ralliesLeft: number, cause: Cause, circumstances: Circumstances): Decision {
  const rally: Rally = {
    number: match.rally.number + 1,
    server: circumstances.player,
    inPlay: true,
    strokes: 0,
    lastStrokeAtMs: 0,
    ralliesLeft,
    recentStrokes: [],
  };
  return hit(match, rally, cause, circumstances);
}

function hit(match: Match, before: Rally, cause: Cause, circumstances: Circumstances): Decision {
  const { player, nowMs } = circumstances;
  const stroke = before.strokes + 1;
  const rally: Rally = {
    ...before,
    strokes: stroke,
    lastStrokeAtMs: nowMs,
    recentStrokes: [...before.recentStrokes, { stroke, by: player, atMs: nowMs }].slice(-RECENT_STROKES),
  };
  const ball = createEvent(ballHit, { rally: rally.number, stroke, by: player }, { ...circumstances, cause });
  return moveTo({ ...match, rally, outbox: { ball, announcements: [] } }, cause, circumstances);
}

function score(match: Match, winner: Player, cause: Cause, circumstances: Circumstances): Decision {
  const { rally, gamesWon } = match;
  const context = { ...circumstances, cause };
  const { number: gameNumber } = match.game;
  const scored: Game = { ...match.game, score: addOne(match.game.score, winner) };
  const point = { rally: rally.number, strokes: rally.strokes, winner, game: gameNumber, score: scored.score };
  const announcements: Announcement[] = [createEvent(pointScored, point, context)];

  const gameWinner = winnerOf(scored.score);
  const games = gameWinner ? addOne(gamesWon, gameWinner) : gamesWon;
  if (gameWinner) {
    const won = { game: gameNumber, winner: gameWinner, score: scored.score, games };
    announcements.push(createEvent(gameWon, won, context));
  }
  const after: Match = {
    ...match,
    game: gameWinner ? nextGame(scored) : scored,
    gamesWon: games,
    lastPoints: [...match.lastPoints, { ...point, atMs: circumstances.nowMs }].slice(-LAST_POINTS),
  };
  return endRally(after, announcements, rally.ralliesLeft, cause, circumstances);
}

function callLet(
  match: Match,
  reason: 'ball-lost' | 'stroke-limit',
  ralliesLeft: number,
  cause: Cause,
  circumstances: Circumstances,
): Decision {
  const { rally } = match;
  const detail = { rally: rally.number, strokes: rally.strokes, reason };
  const announcement = createEvent(letCalled, detail, { ...circumstances, cause });
  return endRally(match, [announcement], ralliesLeft, cause, circumstances);
}

/** Ends the rally; has the next one called when one more may follow. */
function endRally(
  match: Match,
  announcements: Announcement[],
  ralliesLeft: number,
  cause: Cause,
  circumstances: Circumstances,
): Decision {
  const isAnotherToCome = ralliesLeft > 0;
  const outbox: Outbox = {
    announcements,
    ...(isAnotherToCome && { call: serveCallFor(match, ralliesLeft - 1, { ...circumstances, cause }) }),
  };
  return moveTo({ ...match, rally: { ...match.rally, inPlay: false }, outbox }, cause, circumstances);
}

function moveTo(match: Match, cause: Cause, { requestId, nowMs }: Circumstances): Decision {
  return {
    kind: 'move',
    match: { ...match, version: match.version + 1, move: { requestId, causeId: cause.id, atMs: nowMs } },
  };
}
