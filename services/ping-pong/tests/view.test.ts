import { expect, it } from '@jest/globals';
import { viewOf } from '../domain/view.ts';
import { served } from './parts.ts';

const point = { rally: 1, strokes: 4, winner: 'pong', game: 1, score: { ping: 0, pong: 1 } } as const;

it('shows the score, the rally and the last points, and nothing of what the protocol needs', () => {
  const view = viewOf(served({ gamesWon: { ping: 2, pong: 1 }, lastPoints: [{ ...point, atMs: 5000 }] }));

  expect(view).toEqual({
    game: 1,
    score: { ping: 0, pong: 0 },
    games: { ping: 2, pong: 1 },
    server: 'ping',
    rally: {
      number: 1,
      inPlay: true,
      strokes: 1,
      recentStrokes: [{ stroke: 1, by: 'ping', at: '1970-01-01T00:00:01.001Z' }],
    },
    lastPoints: [{ ...point, at: '1970-01-01T00:00:05.000Z' }],
  });
});

it('names who has served while a ball is in play, and who serves next when none is', () => {
  const game = { number: 2, firstServer: 'pong', score: { ping: 0, pong: 0 } } as const;
  const inPlay = served({ game });

  expect(viewOf(inPlay).server).toBe('ping');
  expect(viewOf({ ...inPlay, rally: { ...inPlay.rally, inPlay: false } }).server).toBe('pong');
});
