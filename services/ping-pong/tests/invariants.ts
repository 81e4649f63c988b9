import { onceEach } from '@arcade/events/testing';
import { expect } from '@jest/globals';
import type { Announcement, BallHit, Match } from '../domain/match.ts';
import { addOne, hitterOf, nextGame, type Player, serverOf, type Tally, winnerOf } from '../domain/rules.ts';

type PointScored = Extract<Announcement, { type: 'ping_pong.point_scored' }>;

/**
 * One ball: whatever was published, duplicates included, strokes of a rally count up by one from the serve, alternate
 * between the players, and each is one event, however often it was sent.
 */
export function expectOneBall(balls: readonly BallHit[]): void {
  const rallies = Map.groupBy(onceEach(balls), ({ detail }) => detail.rally);
  for (const strokes of rallies.values()) {
    const inOrder = strokes.map(({ detail }) => detail).sort((one, other) => one.stroke - other.stroke);
    const [serve] = inOrder;
    const server = serve?.by as Player;
    expect(inOrder.map(({ stroke }) => stroke)).toEqual(inOrder.map((_, at) => at + 1));
    expect(inOrder.map(({ by }) => by)).toEqual(inOrder.map((_, at) => hitterOf(server, at + 1)));
  }
}

/** The score is what was announced: the points, each told once, lead by the rules of the game to the state of the match. */
export function expectScoreAnnounced(announcements: readonly Announcement[], match: Match): void {
  const points = onceEach(announcements)
    .filter((event): event is PointScored => event.type === 'ping_pong.point_scored')
    .sort((one, other) => one.detail.rally - other.detail.rally);
  const rallies = points.map(({ detail }) => detail.rally);
  expect(new Set(rallies).size).toBe(rallies.length);

  let game = { number: 1, firstServer: 'ping' as Player, score: { ping: 0, pong: 0 } };
  let games: Tally = { ping: 0, pong: 0 };
  for (const { detail } of points) {
    game = { ...game, score: addOne(game.score, detail.winner) };
    expect(detail).toMatchObject({ game: game.number, score: game.score });
    const winner = winnerOf(game.score);
    if (!winner) continue;
    games = addOne(games, winner);
    game = nextGame(game);
  }
  expect({ game: match.game, gamesWon: match.gamesWon }).toEqual({ game, gamesWon: games });
}

/** One move: what a single write may change. */
export function expectLegalMove(before: Match, after: Match): void {
  expect(after.version).toBe(before.version + 1);
  if (!after.rally.inPlay) {
    expect(before.rally).toMatchObject({ inPlay: true, number: after.rally.number, strokes: after.rally.strokes });
  } else if (before.rally.inPlay) {
    expect(after.rally).toMatchObject({ number: before.rally.number, strokes: before.rally.strokes + 1 });
    expect(after.game).toEqual(before.game);
  } else {
    expect(after.rally).toMatchObject({ number: before.rally.number + 1, strokes: 1, server: serverOf(before.game) });
  }
}
