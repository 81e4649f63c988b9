import { describe, expect, it } from '@jest/globals';
import { crossingsIn } from '../layout/crossings.ts';
import type { Point } from '../layout/plan.ts';

/** A line through these places: `0,0 10,0`. */
const line = (text: string): Point[] =>
  text.split(' ').map((place) => {
    const [x, y] = place.split(',').map(Number) as [number, number];
    return { x, y };
  });

describe('the places where lines cross', () => {
  it.each([
    ['once', ['0,5 10,5', '5,0 5,10'], 1],
    ['not where they only meet', ['0,5 10,5', '5,5 5,10'], 0],
    ['not where they run past each other', ['0,5 4,5', '5,0 5,10'], 0],
    ['not where one runs along the other', ['0,5 10,5', '2,5 8,5'], 0],
    ['at each corner that a line comes by', ['0,5 20,5', '5,0 5,10 15,10 15,0'], 2],
    ['in one place where two that run together cross a third', ['0,5 10,5', '5,0 5,10', '5,0 5,9 9,9'], 1],
  ])('%s', (_what, lines, places) => {
    expect(crossingsIn(lines.map(line))).toHaveLength(places);
  });
});
