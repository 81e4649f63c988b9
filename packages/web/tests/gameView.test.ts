import { describe, expect, it } from '@jest/globals';
import {
  afterTurn,
  dealt,
  type Game,
  type Identity,
  mafiaLeft,
  newest,
  phaseOf,
  roleOf,
  roundOf,
} from '../src/mafia/gameView.ts';
import { game } from './games.ts';

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

describe('a game that has just been dealt', () => {
  it('shows its table before the index does', () => {
    const { gameId, message, players } = answer;

    const begun = dealt({ gameId, message, players, turn: 'night', turnsPlayed: 0 }, 1, '2030-01-01T00:00:00.000Z');

    expect(begun).toMatchObject({ id: 'g', turn: 'night', turnsPlayed: 0, mafia: 1, players });
    expect(begun.story).toHaveLength(1);
  });
});

describe('several states of one game', () => {
  it('never go back, whichever came last', () => {
    const early = game();
    const late = game({ turnsPlayed: 3 });

    expect(newest('g', early, late)).toBe(late);
    expect(newest('g', late, early)).toBe(late);
    expect(newest('g', undefined, early)).toBe(early);
  });

  it('are none of another game: that is shown when it is there', () => {
    expect(newest('next', game({ turnsPlayed: 9 }), undefined)).toBeUndefined();
    expect(newest('next', game({ turnsPlayed: 9 }), game({ id: 'next' }))?.turnsPlayed).toBe(0);
  });
});

describe('what is proven of a player', () => {
  const role = (identity: Identity, outcome?: Game['outcome']) => roleOf({ name: 'Ann', identity }, outcome);

  it('is nothing while they sit at the table and the game goes on', () => {
    expect(role('Uncovered')).toBeUndefined();
  });

  it('is by the way they left what they were', () => {
    expect(role('Killed by mafia')).toBe('innocent');
    expect(role('Correctly sentenced')).toBe('mafia');
    expect(role('Incorrectly sentenced')).toBe('innocent');
    expect(role('Incorrectly sentenced', 'mafia')).toBe('innocent');
  });

  it('is by the outcome what every survivor is', () => {
    expect(role('Uncovered', 'mafia')).toBe('mafia');
    expect(role('Uncovered', 'innocents')).toBe('innocent');
  });

  it('is of the mafia how many are left', () => {
    const players = [
      { name: 'Ann', identity: 'Correctly sentenced' as const },
      { name: 'Ben', identity: 'Killed by mafia' as const },
      { name: 'Cleo', identity: 'Uncovered' as const },
    ];

    expect(mafiaLeft({ mafia: 2, players })).toBe(1);
  });
});

describe('the room', () => {
  it('turns with the game', () => {
    expect(phaseOf({ turn: 'day' })).toBe('day');
    expect(phaseOf({ turn: 'day', outcome: 'innocents' })).toBe('innocents-won');
  });

  it('counts nights, days and judgements', () => {
    expect([0, 1, 2, 3, 4].map(roundOf)).toEqual([1, 1, 1, 2, 2]);
  });
});
