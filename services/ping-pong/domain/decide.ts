import { ballHitBy, gameWonBy, letCalledIn, pointScoredIn, serveCallFor } from './events.ts';
import {
  type Announcement,
  type BallHit,
  type Match,
  type Move,
  type Outbox,
  type Rally,
  RECENT_STROKES,
  type ServeCalled,
} from './match.ts';
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

/** A stroke that can be written without reading the match before: all that it changes. */
export interface Hit {
  rally: number;
  /** The stroke that is hit; the match must be at the one before. */
  stroke: number;
  by: Player;
  /** Who must have served the rally, for this stroke to be `by`'s. */
  server: Player;
  /** Which event led to it. Its time is that of the stroke. */
  move: Move;
  /** The ball that goes over, to be put into the outbox. */
  ball: BallHit;
}

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

/**
 * The stroke that answers a ball, for a match that is as the ball says (`isPlayable`). Undefined where more is to be
 * decided, for which the match is needed: a miss, the limit of strokes, one's own ball.
 */
export function strokeOn(ball: BallHit, circumstances: Circumstances): Hit | undefined {
  const { player, settings, random, nowMs, requestId } = circumstances;
  const { rally, stroke: before, by } = ball.detail;
  if (by === player || before >= settings.maxStrokes || random() < settings.missProbability) return undefined;
  const stroke = before + 1;
  return {
    rally,
    stroke,
    by: player,
    server: hitterOf(player, stroke),
    move: { requestId, causeId: ball.id, atMs: nowMs },
    ball: ballHitBy(player, rally, stroke, { ...circumstances, cause: ball }),
  };
}

/** Whether the match is as the hit takes it to be; nothing may wait to be announced, because a hit replaces the outbox. */
export function isPlayable({ rally, outbox }: Match, hit: Hit): boolean {
  return (
    rally.inPlay &&
    rally.number === hit.rally &&
    rally.strokes === hit.stroke - 1 &&
    rally.server === hit.server &&
    outbox.announcements.length === 0
  );
}

/** The match after a hit that is playable. */
export function afterStroke(match: Match, { stroke, by, move, ball }: Omit<Hit, 'rally' | 'server'>): Match {
  const { rally } = match;
  const strokes = [...rally.recentStrokes, { stroke, by, atMs: move.atMs }].slice(-RECENT_STROKES);
  return {
    ...match,
    version: match.version + 1,
    rally: { ...rally, strokes: stroke, lastStrokeAtMs: move.atMs, recentStrokes: strokes },
    move,
    outbox: { ball, announcements: match.outbox.announcements },
  };
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

function hit(match: Match, rally: Rally, cause: Cause, circumstances: Circumstances): Decision {
  const { player, nowMs, requestId } = circumstances;
  const stroke = rally.strokes + 1;
  const ball = ballHitBy(player, rally.number, stroke, { ...circumstances, cause });
  const move = { requestId, causeId: cause.id, atMs: nowMs };
  return { kind: 'move', match: afterStroke({ ...match, rally }, { stroke, by: player, move, ball }) };
}

function score(match: Match, winner: Player, cause: Cause, circumstances: Circumstances): Decision {
  const { rally, gamesWon } = match;
  const context = { ...circumstances, cause };
  const { number: gameNumber } = match.game;
  const scored: Game = { ...match.game, score: addOne(match.game.score, winner) };
  const point = { rally: rally.number, strokes: rally.strokes, winner, game: gameNumber, score: scored.score };
  const announcements: Announcement[] = [pointScoredIn(point, context)];

  const gameWinner = winnerOf(scored.score);
  const games = gameWinner ? addOne(gamesWon, gameWinner) : gamesWon;
  if (gameWinner) announcements.push(gameWonBy(point, games, context));
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
  const announcement = letCalledIn(match.rally, reason, { ...circumstances, cause });
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
    // What could not be announced until now goes on with the match.
    announcements: [...match.outbox.announcements, ...announcements],
    ...(isAnotherToCome && { call: serveCallFor(match, ralliesLeft - 1, { ...circumstances, cause }) }),
  };
  return {
    kind: 'move',
    match: {
      ...match,
      version: match.version + 1,
      rally: { ...match.rally, inPlay: false },
      move: { requestId: circumstances.requestId, causeId: cause.id, atMs: circumstances.nowMs },
      outbox,
    },
  };
}
