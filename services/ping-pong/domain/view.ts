import type { Match } from './match.ts';
import { serverOf } from './rules.ts';

const iso = (ms: number) => new Date(ms).toISOString();

/** What `GET /match` shows: no version, no outbox. Times are ISO 8601 in UTC. */
export function viewOf({ game, gamesWon, rally, lastPoints }: Match) {
  return {
    game: game.number,
    score: game.score,
    games: gamesWon,
    /** Who serves the rally in play, or the next one. */
    server: rally.inPlay ? rally.server : serverOf(game),
    rally: {
      number: rally.number,
      inPlay: rally.inPlay,
      strokes: rally.strokes,
      recentStrokes: rally.recentStrokes.map(({ stroke, by, atMs }) => ({ stroke, by, at: iso(atMs) })),
    },
    lastPoints: lastPoints.map(({ atMs, ...point }) => ({ ...point, at: iso(atMs) })),
  };
}
