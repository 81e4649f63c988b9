import { describe, expect, it } from '@jest/globals';
import { directionOf, nearest, towards } from '../src/fakemon/aim.ts';

const SQUARE = { width: 1_000, height: 1_000 };
const WIDE = { width: 2_000, height: 500 };
const at = (id: string, x: number, y: number) => ({ id, x, y });

describe('the reticle', () => {
  it('finds the nearest one within reach, as the eye measures it', () => {
    const [left, below] = [at('left', 400, 500), at('below', 500, 650)];

    expect(nearest([left, below], { x: 500, y: 500 }, SQUARE)?.id).toBe('left');
    expect(nearest([left, below], { x: 500, y: 500 }, WIDE)?.id).toBe('below');
    expect(nearest([left, below], { x: 500, y: 500 }, SQUARE, 99)).toBeUndefined();
    expect(nearest([], { x: 0, y: 0 }, SQUARE)).toBeUndefined();
  });

  it.each([
    ['ArrowRight', 'east'],
    ['ArrowLeft', 'west'],
    ['ArrowUp', 'north'],
    ['ArrowDown', 'south'],
  ])('goes by %s to whoever is there: %s', (key, id) => {
    const all = [
      at('here', 500, 500),
      at('east', 520, 100),
      at('west', 480, 900),
      at('north', 900, 480),
      at('south', 100, 520),
    ];

    expect(towards(all, { x: 500, y: 500 }, directionOf(key) ?? 'left')?.id).toBe(id);
  });

  it('goes to the next in that direction, also of those that are as far, and stays at the last', () => {
    const all = [at('b', 500, 900), at('a', 500, 100), at('c', 700, 500)];
    const from = { x: 400, y: 500 };

    expect(towards(all, from, 'right')?.id).toBe('a');
    expect(towards(all, at('a', 500, 100), 'right')?.id).toBe('b');
    expect(towards(all, at('b', 500, 900), 'right')?.id).toBe('c');
    expect(towards(all, at('c', 700, 500), 'right')).toBeUndefined();
    expect(towards(all, from, 'left')).toBeUndefined();
    expect(directionOf('a')).toBeUndefined();
  });

  it('reaches every one of them from every other by arrows', () => {
    const all = [
      at('a', 100, 100),
      at('b', 900, 120),
      at('c', 450, 500),
      at('d', 470, 520),
      at('e', 120, 880),
      at('f', 880, 890),
    ];
    const reached = new Set(['a']);
    for (const id of reached) {
      const from = all.find((one) => one.id === id);
      for (const direction of ['left', 'right', 'up', 'down'] as const) {
        const next = from && towards(all, from, direction);
        if (next) reached.add(next.id);
      }
    }

    expect([...reached].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });
});
