import { describe, expect, it } from '@jest/globals';
import { type Game, newGame, step } from '../src/space-invaders/game/engine.ts';
import { pilot } from '../src/space-invaders/manager/pilot.ts';

/** A random number generator of a seed: mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A whole game by a pilot, fifty frames a second, ten minutes at the most. */
function flown(seed: number, press: typeof pilot): Game {
  const random = randomOf(seed);
  let game = newGame();
  for (let ms = 0; ms < 600_000 && game.phase !== 'over'; ms += 20) game = step(game, press(game), 20, random);
  return game;
}

const SEEDS = [1, 2, 3];
/** They take a while. */
const games = SEEDS.map((seed) => flown(seed, pilot));
const totalOf = (all: readonly Game[]) => all.reduce((sum, { score }) => sum + score, 0);

describe('a machine that plays', () => {
  it('clears levels and loses in the end, as somebody who plays well does', () => {
    expect(games.map(({ phase }) => phase)).toEqual(SEEDS.map(() => 'over'));
    expect(Math.min(...games.map(({ level }) => level))).toBeGreaterThan(1);
  });

  it('plays better than a ship that stands and fires', () => {
    const standing = SEEDS.map((seed) => flown(seed, () => ({ left: false, right: false, fire: true })));

    expect(totalOf(games)).toBeGreaterThan(2 * totalOf(standing));
  });

  it('presses nothing before a level begins, nor when the game is over', () => {
    const game = newGame();

    expect(pilot(game)).toEqual({ left: false, right: false, fire: false });
    expect(pilot({ ...game, phase: 'over' })).toEqual({ left: false, right: false, fire: false });
  });

  it.each([
    ['to the right of one that comes down on its left', 195, 200, 'right'],
    ['to the left of one that comes down on its right', 205, 200, 'left'],
    ['away from the edge', 12, 15, 'right'],
  ] as const)('goes %s', (_, bombX, shipX, way) => {
    const game: Game = { ...newGame(), phase: 'play', shipX, bombs: [{ x: bombX, y: 230 }] };

    expect(pilot(game)).toMatchObject({ [way]: true, [way === 'left' ? 'right' : 'left']: false });
  });
});
