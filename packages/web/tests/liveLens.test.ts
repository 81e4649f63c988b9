import { describe, expect, it } from '@jest/globals';
import { hitAt } from '../src/live/hit.ts';
import { createLens } from '../src/live/lens.ts';
import { aFloor } from './floorFixtures.ts';

const FLOOR = { width: 2000, height: 1000 };
const middleOf = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }) => ({
  x: x + width / 2,
  y: y + height / 2,
});

describe('the lens', () => {
  const opened = () => {
    const lens = createLens(FLOOR, { isStill: true });
    lens.resize(800, 500);
    return lens;
  };

  it('shows all of the drawing at first, whole numbers before its place is known', () => {
    const early = createLens(FLOOR).at([], 0);
    const { x, y, width, height } = opened().at([], 0);

    expect(Object.values(early).every(Number.isFinite)).toBe(true);
    expect([x < 0, y < 0, x + width > 2000, y + height > 1000]).toEqual([true, true, true, true]);
    expect(width / height).toBeCloseTo(800 / 500);
  });

  it('keeps what is under the pointer there, nearer and farther', () => {
    const lens = opened();
    lens.zoomBy(3, { x: 400, y: 250 });
    const pixel = { x: 120, y: 90 };
    const before = lens.placeAt(pixel);

    lens.zoomBy(1.4, pixel);

    expect(lens.placeAt(pixel).x).toBeCloseTo(before.x);
    expect(lens.placeAt(pixel).y).toBeCloseTo(before.y);
  });

  it('goes no farther than all of it, no nearer than can be read, and never off the drawing', () => {
    const lens = opened();
    const whole = lens.scale();

    lens.zoomBy(0.01, { x: 0, y: 0 });
    expect(lens.scale()).toBe(whole);
    lens.zoomBy(1000, { x: 400, y: 250 });
    expect(lens.scale()).toBe(2.5);
    lens.panBy(-1e6, -1e6);
    expect(middleOf(lens.at([], 0))).toEqual({ x: 2000, y: 1000 });
  });

  it('goes to a part, and back to all of it', () => {
    const lens = opened();
    const whole = lens.at([], 0);
    const room = { x: 1000, y: 500, width: 800, height: 300 };

    lens.show(room, 0);
    const view = lens.at([], 0);
    expect(middleOf(view)).toEqual({ x: 1400, y: 650 });
    expect([view.width >= 800, view.height >= 300]).toEqual([true, true]);
    lens.show(undefined, 0);
    expect(lens.at([], 0)).toEqual(whole);
  });

  it('moves there in a while, and is there then', () => {
    const lens = createLens(FLOOR);
    lens.resize(800, 500);
    const from = lens.at([], 1000);

    lens.show({ x: 0, y: 0, width: 400, height: 250 }, 1000);

    expect(lens.at([], 1000)).toEqual(from);
    expect([lens.isMoving(1100), lens.isMoving(1240)]).toEqual([true, false]);
    expect(middleOf(lens.at([], 1240))).toEqual({ x: 200, y: 125 });
  });

  it('keeps what is looked at when the window changes', () => {
    const lens = opened();
    lens.zoomBy(4, { x: 100, y: 100 });
    const middle = middleOf(lens.at([], 0));

    lens.resize(390, 400);

    expect(middleOf(lens.at([], 0)).x).toBeCloseTo(middle.x);
  });
});

describe('a press on the floor', () => {
  const floor = aFloor();

  it('finds the node that is there, before any line', () => {
    expect(hitAt(floor, { x: 140, y: 105 }, 10)).toMatchObject({ node: { id: 'game/player' } });
  });

  it('finds the line that is nearest, around its corners too, and none that is too far', () => {
    expect(hitAt(floor, { x: 250, y: 104 }, 10)).toMatchObject({ edge: { id: 'publishes' } });
    expect(hitAt(floor, { x: 504, y: 200 }, 10)).toMatchObject({ edge: { id: 'crosses' } });
    expect(hitAt(floor, { x: 250, y: 130 }, 10)).toBeUndefined();
  });
});
