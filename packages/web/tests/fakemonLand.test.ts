import { describe, expect, it } from '@jest/globals';
import { contoursOf, hillsFrom } from '../src/fakemon/land.ts';

/** The lines of a path, each with the points where it begins and ends. */
const linesOf = (path: string) =>
  path
    .split('M')
    .filter((line) => line !== '')
    .map((line) => {
      const numbers = line.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
      return { from: numbers.slice(0, 2), to: numbers.slice(-2) };
    });

const onEdge = ([x = 0, y = 0]: number[]) => [x, y].some((part) => part <= 0 || part >= 1_000);

describe('the land', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(contoursOf(hillsFrom(7))).toEqual(contoursOf(hillsFrom(7)));
    expect(contoursOf(hillsFrom(7))).not.toEqual(contoursOf(hillsFrom(8)));
  });

  it('has lines that close, or lead from edge to edge, at every height', () => {
    const contours = contoursOf(hillsFrom(7));

    expect(contours.map(({ level }) => level)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const { path } of contours) {
      const lines = linesOf(path);
      expect(lines.length).toBeGreaterThan(0);
      for (const { from, to } of lines) expect(`${from}` === `${to}` || (onEdge(from) && onEdge(to))).toBe(true);
    }
  });

  it('has a round hill’s lines as circles', () => {
    const [contour] = contoursOf((x, y) => -Math.hypot(x - 0.5, y - 0.5), 1);
    const numbers = contour?.path.match(/-?\d+\.\d+ -?\d+\.\d+/g) ?? [];
    const radii = numbers.map((point) => {
      const [x = 0, y = 0] = point.split(' ').map(Number);
      return Math.hypot(x - 500, y - 500);
    });

    expect(Math.max(...radii) - Math.min(...radii)).toBeLessThan(4);
  });
});
