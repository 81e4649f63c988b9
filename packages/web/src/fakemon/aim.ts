import type { Place } from './shapes.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** How wide and high the map is on the screen, in pixels: only there are distances what the eye takes them for. */
export interface MapSize {
  width: number;
  height: number;
}

const between = (one: Place, other: Place, { width, height }: MapSize) => ({
  x: ((other.x - one.x) * width) / 1_000,
  y: ((other.y - one.y) * height) / 1_000,
});

/** The one that is nearest to a place, at `reachPx` pixels at the most; undefined when there is none. */
export function nearest<Target extends Place>(
  targets: readonly Target[],
  at: Place,
  size: MapSize,
  reachPx = Number.POSITIVE_INFINITY,
): Target | undefined {
  let found: { target: Target; distance: number } | undefined;
  for (const target of targets) {
    const { x, y } = between(at, target, size);
    const distance = Math.hypot(x, y);
    if (distance <= (found?.distance ?? reachPx)) found = { target, distance };
  }
  return found?.target;
}

/**
 * The next one in a direction, however far above or below it lies: the nearest by eye would leave some that no arrow leads to.
 * Undefined at the last one.
 */
export function towards<Target extends Place>(
  targets: readonly Target[],
  at: Place,
  direction: Direction,
): Target | undefined {
  const sign = direction === 'left' || direction === 'up' ? -1 : 1;
  const isSideways = direction === 'left' || direction === 'right';
  /** Of two that are as far, the other axis says which is farther: so nobody is passed over. */
  const orderOf = ({ x, y }: Place) => sign * (isSideways ? x * 10_000 + y : y * 10_000 + x);
  const beyond = targets.filter((target) => orderOf(target) > orderOf(at));
  return beyond.sort((one, other) => orderOf(one) - orderOf(other))[0];
}

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** Where a key leads. */
export const directionOf = (key: string): Direction | undefined => DIRECTIONS[key];
