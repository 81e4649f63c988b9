import { FIELD, type Game, INVADER, type Input, type Invader, invaderSpeed, SHIP, SPEED } from '../game/engine.ts';

/** Bombs are looked at from so far above the ship, in the field's units. */
const SEEN_ABOVE = 90;
/** How far beside it a bomb goes down that does no harm. */
const SAFE = SHIP.width / 2 + 6;
/** So near is near enough to fire. */
const AIMED = INVADER.width / 3;

const STILL: Input = { left: false, right: false, fire: false };

/** Where an invader will be when a rocket that is fired now is as high as it: it turns at the field's edges. */
function meets(game: Game, { x, y }: Invader): number {
  const seconds = (SHIP.y - y) / SPEED.rocket;
  const way = game.heading * invaderSpeed(game) * seconds;
  const edge = game.heading > 0 ? FIELD.width - INVADER.width / 2 : INVADER.width / 2;
  const foremost = game.heading * Math.max(...game.invaders.map((one) => game.heading * one.x));
  const room = Math.abs(edge - foremost);
  return Math.abs(way) <= room ? x + way : x + Math.sign(way) * (2 * room - Math.abs(way));
}

/** Which way is away from the bombs that would hit; 0 where none would. */
function dodge({ bombs, shipX }: Game): number {
  const above = bombs.filter(({ x, y }) => y > SHIP.y - SEEN_ABOVE && y < SHIP.y && Math.abs(x - shipX) < SAFE);
  const [next] = above.toSorted((one, other) => other.y - one.y);
  if (!next) return 0;
  if (shipX < 2 * SHIP.width) return 1;
  if (shipX > FIELD.width - 2 * SHIP.width) return -1;
  return shipX >= next.x ? 1 : -1;
}

/** What a machine presses: it keeps out of the way of bombs, and aims ahead of the invader that is easiest to reach. */
export function pilot(game: Game): Input {
  if (game.phase !== 'play' || game.invaders.length === 0) return STILL;
  const places = game.invaders.map((one) => meets(game, one));
  const nearest = places.reduce((best, x) => (Math.abs(x - game.shipX) < Math.abs(best - game.shipX) ? x : best));
  const fire = Math.abs(nearest - game.shipX) < AIMED;
  const aside = dodge(game) || (fire ? 0 : Math.sign(nearest - game.shipX));
  return { left: aside < 0, right: aside > 0, fire };
}
