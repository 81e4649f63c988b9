import { describe, expect, it } from '@jest/globals';
import type { PlayerCard } from '../src/mafia/gameView.ts';
import {
  accusationsOf,
  headingOf,
  leaverOf,
  mostAccused,
  openAccusations,
  tell,
  tellEnd,
  titleOf,
} from '../src/mafia/story.ts';
import { chapter, game } from './games.ts';

const players: PlayerCard[] = [
  { name: 'Ann', identity: 'Uncovered' },
  { name: 'Anna Lee', identity: 'Killed by mafia' },
  { name: 'Ben', identity: 'Correctly sentenced' },
  { name: 'blames on', identity: 'Incorrectly sentenced' },
];
const day = chapter(
  'day',
  2,
  'Day, time to wake up!',
  'Ann blames on Ben',
  'blames on blames on Ann',
  'Ben blames on Ann',
  'Most accused: Ann',
  'Who is the Mafia?',
);

describe('what happened in a turn', () => {
  it('is looked up by the names, whatever they are', () => {
    expect(accusationsOf(day, players)).toEqual([
      { by: 'Ann', accused: 'Ben' },
      { by: 'blames on', accused: 'Ann' },
      { by: 'Ben', accused: 'Ann' },
    ]);
    expect(leaverOf(chapter('night', 1, 'Mafia kills Anna Lee'), players)?.name).toBe('Anna Lee');
    expect(leaverOf(chapter('judgement', 3, 'Guilty member of mafia Ben has been sentenced!'), players)?.name).toBe(
      'Ben',
    );
    expect(leaverOf(chapter('judgement', 3, 'Innocent blames on has been sentenced unfairly'), players)?.name).toBe(
      'blames on',
    );
    expect(leaverOf(day, players)).toBeUndefined();
  });

  it('counts the fingers, and names all who are level', () => {
    expect(mostAccused(accusationsOf(day, players))).toEqual({ names: ['Ann'], fingers: 2 });
    expect(
      mostAccused([
        { by: 'Ann', accused: 'Zoe' },
        { by: 'Zoe', accused: 'Ann' },
      ]),
    ).toEqual({ names: ['Ann', 'Zoe'], fingers: 1 });
    expect(mostAccused([])).toEqual({ names: [], fingers: 0 });
  });

  it('hangs in the room until somebody is sentenced', () => {
    const accused = { players, story: [chapter('night', 1), day] };

    expect(openAccusations(game({ ...accused, turn: 'judgement' }))).toHaveLength(3);
    expect(openAccusations(game({ ...accused, turn: 'night', story: [day, chapter('judgement', 3)] }))).toEqual([]);
    expect(openAccusations(game({ ...accused, turn: 'judgement', outcome: 'mafia' }))).toEqual([]);
  });
});

describe('the page’s own words', () => {
  it('tell who left and as what, and never a line of the API’s', () => {
    const story = [
      chapter('start', 0, 'New game started with Ann'),
      chapter('night', 1, 'Night, time to sleep', 'Mafia awakes', 'Mafia kills Anna Lee', 'Mafia sleeps'),
      day,
      chapter('judgement', 3, 'Mafia has been uncovered!', 'Guilty member of mafia Ben has been sentenced!'),
    ];

    const told = story.map((one) => tell(one, { players, mafia: 1 }));

    expect(told[0]).toMatch(/4 sit down .* One of them is mafia/);
    expect(told[1]).toContain('Anna Lee');
    expect(told[2]).toBe('2 of 3 fingers point at Ann.');
    expect(told[3]).toMatch(/Ben.*mafia/i);
    for (const line of story.flatMap(({ message }) => message)) expect(told.join('\n')).not.toContain(line);
  });

  it('are the same whenever a turn is told, and others for the next night', () => {
    const night = (number: number) => tell(chapter('night', number, 'Mafia kills Ann'), { players, mafia: 1 });

    expect(night(1)).toBe(night(1));
    expect(night(4)).not.toBe(night(1));
  });

  it('say at the end what is proven of those who still sit there, and before it nothing', () => {
    expect(tellEnd({ players, outcome: 'mafia' })).toMatch(/is mafia: Ann\./);
    expect(tellEnd({ players, outcome: 'innocents' })).toMatch(/is innocent: Ann\./);
    expect(tellEnd({ players })).toBeUndefined();
  });

  it('tell games and rounds apart', () => {
    expect(titleOf({ players, startedAt: '2030-01-02T12:34:56.000Z' })).toMatch(/^4 players, 2 Jan \d\d:34:56$/);
    expect(headingOf({ turn: 'judgement', number: 6 })).toBe('Judgement 2');
  });
});
