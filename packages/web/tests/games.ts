import type { Chapter, Game } from '../src/mafia/gameView.ts';

/** A game to test with: two players of whom one is mafia, about to play the first night. */
export const game = (overrides: Partial<Game> = {}): Game => ({
  id: 'g',
  turn: 'night',
  turnsPlayed: 0,
  startedAt: '2030-01-01T00:00:00.000Z',
  mafia: 1,
  players: [
    { name: 'Ann', identity: 'Uncovered' },
    { name: 'Ben', identity: 'Uncovered' },
  ],
  story: [{ number: 0, turn: 'start', at: '2030-01-01T00:00:00.000Z', message: ['New game started with Ann, Ben'] }],
  ...overrides,
});

/** A turn of its story. */
export const chapter = (turn: Chapter['turn'], number: number, ...message: string[]): Chapter => ({
  number,
  turn,
  at: '2030-01-01T00:00:00.000Z',
  message,
});
