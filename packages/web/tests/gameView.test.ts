import { describe, expect, it } from '@jest/globals';
import { afterTurn, type Game, newest, promptFor, suspectsOf } from '../src/mafia/gameView.ts';

const game = (overrides: Partial<Game> = {}): Game => ({
  id: 'g',
  turn: 'night',
  turnsPlayed: 0,
  startedAt: '2030-01-01T00:00:00.000Z',
  mafia: 1,
  players: [{ name: 'Ann', identity: 'Uncovered' }],
  story: [{ number: 0, turn: 'start', at: '2030-01-01T00:00:00.000Z', message: ['New game started with Ann'] }],
  ...overrides,
});

const answer = {
  gameId: 'g',
  message: ['Mafia kills Ann'],
  turn: 'day' as const,
  turnsPlayed: 1,
  players: [{ name: 'Ann', identity: 'Killed by mafia' as const }],
};

describe('a turn that this page has played', () => {
  it('shows at once, as a chapter of the story', () => {
    const after = afterTurn(game(), 'night', answer, '2030-01-01T00:00:01.000Z');

    expect(after).toMatchObject({ turn: 'day', turnsPlayed: 1, players: answer.players });
    expect(after.story.map(({ turn }) => turn)).toEqual(['start', 'night']);
  });

  it('is not told twice when its answer comes twice', () => {
    const once = afterTurn(game(), 'night', answer, '2030-01-01T00:00:01.000Z');

    expect(afterTurn(once, 'night', answer, '2030-01-01T00:00:01.000Z').story).toHaveLength(2);
  });
});

describe('two states of one game', () => {
  it('never go back, whichever came last', () => {
    const early = game();
    const late = game({ turnsPlayed: 3 });

    expect(newest(early, late)).toBe(late);
    expect(newest(late, early)).toBe(late);
    expect(newest(undefined, early)).toBe(early);
  });
});

describe('the words', () => {
  it('tell who has won', () => {
    expect(promptFor({ turn: 'day', outcome: 'mafia' })).toMatch(/Mafia have won/);
    expect(promptFor({ turn: 'judgement' })).toMatch(/sentence/);
  });

  it('find the suspects of the last day', () => {
    const day = (number: number, line: string) => ({
      number,
      turn: 'day' as const,
      at: '',
      message: ['Day', line, 'Who is the Mafia?'],
    });

    expect(suspectsOf([day(2, 'Most accused: Zoe'), day(5, 'Most accused: Ann, Bea')])).toEqual(['Ann', 'Bea']);
    expect(suspectsOf([])).toEqual([]);
  });
});
