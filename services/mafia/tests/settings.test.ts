import { environment } from '@arcade/lambda';
import { describe, expect, it } from '@jest/globals';
import { problemWithNumbers } from '../domain/game.ts';
import { settings } from '../settings.ts';

/** Reads the numbers as newGame does when it starts. */
const numbersOf = (players: number, mafia: number) => {
  const env = environment(settings, { NUMBER_OF_PLAYERS: `${players}`, NUMBER_OF_MAFIA: `${mafia}` });
  return [env.NUMBER_OF_PLAYERS, env.NUMBER_OF_MAFIA];
};

describe('the params of a game that asks for no numbers', () => {
  it.each([
    [8, 4],
    [8, 20],
    [3, 2],
  ])('%i players and %i mafia are refused before any game is', (players, mafia) => {
    expect(() => numbersOf(players, mafia)).toThrow(
      `NUMBER_OF_PLAYERS is '${players}' and NUMBER_OF_MAFIA '${mafia}': numberOfMafia must be fewer than half of numberOfPlayers`,
    );
    expect(problemWithNumbers(players, mafia)).toBeDefined();
  });

  it.each([
    [8, 3],
    [3, 1],
    [32, 15],
  ])('%i players and %i mafia are a game', (players, mafia) => {
    expect(numbersOf(players, mafia)).toEqual([players, mafia]);
    expect(problemWithNumbers(players, mafia)).toBeUndefined();
  });
});
