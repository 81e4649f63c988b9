import { PLAY } from '@arcade/events/space-invaders/play';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  FIELD,
  type Game,
  INVADER,
  type Input,
  newGame,
  READY_MS,
  SHIP,
  standingOf,
  step,
} from '../src/space-invaders/game/engine.ts';

const still: Input = { left: false, right: false, fire: false };
const never = () => 1;
const always = () => 0;

const playing = (overrides: Partial<Game> = {}): Game => ({ ...newGame({ readyMs: 0 }), ...overrides });
/** A game in which nobody comes near the edge or the ship. */
const one = { rank: 0, x: 200, y: 40 };
const whatOf = ({ happened }: Game) => happened.map(({ what }) => what);

/** Numbers that look like chance and are the same each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

describe('a game', () => {
  it('begins with what the contract gives, when it is ready', () => {
    const game = newGame();

    expect(standingOf(game)).toEqual({ score: 0, lives: PLAY.lives, shots: 0, level: 1 });
    expect(game.invaders).toHaveLength(PLAY.invaders);
    expect(step(game, still, READY_MS - 1, never).phase).toBe('ready');
    expect(step(game, still, READY_MS, never).phase).toBe('play');
    expect(newGame({ readyMs: 0 }).phase).toBe('play');
  });

  it('moves the ship by 120 a second, and not out of the field', () => {
    const game = playing();

    expect(step(game, { ...still, right: true }, 500, never).shipX).toBeCloseTo(game.shipX + 60);
    expect(step(game, { ...still, left: true, right: true }, 500, never).shipX).toBe(game.shipX);
    expect(step(game, { ...still, left: true }, 5_000, never).shipX).toBe(SHIP.width / 2);
  });

  it('fires as often as the contract allows, however long fire is pressed', () => {
    const game = step(playing({ invaders: [{ rank: 0, x: 20, y: 20 }] }), { ...still, fire: true }, 5_000, never);

    expect(game.shots).toBe(5 * PLAY.rocketsPerSecond);
    expect(step(newGame(), { ...still, fire: true }, READY_MS - 1, never).shots).toBe(0);
  });

  it('takes a rocket and the one invader that it hits, for five points', () => {
    const two = [one, { ...one, x: one.x + 5 }];
    const game = step(playing({ invaders: two, rockets: [{ x: one.x + 3, y: one.y + 4 }] }), still, 20, never);

    expect([game.invaders.length, game.rockets.length, game.score]).toEqual([1, 0, PLAY.points]);
    expect(whatOf(game)).toEqual(['hit']);
  });

  it('gives a bonus for a level that is done, and a block that is faster', () => {
    const game = step(playing({ level: 3, invaders: [one], rockets: [{ x: one.x, y: one.y }] }), still, 20, never);

    expect(standingOf(game)).toEqual({ score: PLAY.points + 3 * PLAY.levelBonus, lives: 3, shots: 0, level: 4 });
    expect([game.phase, game.invaders.length]).toEqual(['ready', PLAY.invaders]);
    const way = (level: number) => {
      const before = playing({ level });
      return (step(before, still, 100, never).invaders[0]?.x ?? 0) - (before.invaders[0]?.x ?? 0);
    };
    expect(way(4) / way(1)).toBeCloseTo((1 + 4 * 0.2) / (1 + 0.2));
  });

  it('takes a life for a bomb, and none for the next one that comes at once', () => {
    const bombs = [{ x: 200, y: SHIP.y - 12 }];
    const hurt = step(playing({ bombs }), still, 100, never);
    const again = step({ ...hurt, bombs }, still, 100, never);

    expect([hurt.lives, hurt.bombs.length, whatOf(hurt)]).toEqual([2, 0, ['lost']]);
    expect([again.lives, again.bombs.length]).toEqual([2, 0]);
    expect(step({ ...again, bombs: [] }, still, 2_000, never).shieldMs).toBe(0);
  });

  it.each([
    ['the last life is gone', { lives: 1, bombs: [{ x: 200, y: SHIP.y - 12 }] }],
    ['an invader is at the ship', { invaders: [{ rank: 0, x: 195, y: SHIP.y - 4 }] }],
    ['an invader is at the bottom', { invaders: [{ rank: 0, x: 20, y: FIELD.height - INVADER.height / 2 }] }],
  ])('is over, with no life left, when %s', (_when, overrides) => {
    const game = step(playing(overrides), still, 100, never);

    expect([game.phase, game.lives, whatOf(game).at(-1)]).toEqual(['over', 0, 'over']);
    expect(step(game, { ...still, fire: true, left: true }, 1_000, always)).toEqual({ ...game, happened: [] });
  });

  it('lets the block come down at each edge, and then go the other way', () => {
    let game = playing();
    const [first] = game.invaders;
    const seen: number[] = [];
    for (let ms = 0; ms < 20_000 && seen.length < 2; ms += 20) {
      const next = step(game, still, 20, never);
      if (next.heading !== game.heading) seen.push(next.invaders[0]?.y ?? 0);
      for (const { x } of next.invaders) expect(Math.abs(x - FIELD.width / 2)).toBeLessThanOrEqual(200 - 9 + 1e-9);
      game = next;
    }

    expect(seen[0]).toBeCloseTo(first?.y ?? 0);
    expect(seen[1]).toBeCloseTo((first?.y ?? 0) + 20);
  });

  it('lets the lowest of each file drop bombs, and no other', () => {
    const game = step(playing(), still, 20, always);

    expect(game.bombs).toHaveLength(INVADER.files);
    expect(new Set(game.bombs.map(({ y }) => y)).size).toBe(1);
  });

  it('is the same for the same input and chance, and leaves what was alone', () => {
    const game = Object.freeze(newGame());
    const run = () => step(game, { left: false, right: true, fire: true }, 20_000, seeded(7));

    expect(run()).toEqual(run());
    expect(game).toEqual(newGame());
  });

  it('never gives what is set aside as impossible, whatever is pressed and however frames come', () => {
    const frames = fc.array(
      fc.record({
        left: fc.boolean(),
        right: fc.boolean(),
        fire: fc.boolean(),
        dtMs: fc.integer({ min: 1, max: 700 }),
      }),
      { minLength: 20, maxLength: 400 },
    );
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 1e9 }), (all, seed) => {
        let [game, ms] = [newGame(), 0];
        const random = seeded(seed);
        for (const { dtMs, ...input } of all) {
          const before = standingOf(game);
          game = step(game, input, dtMs, random);
          ms += dtMs;
          const now = standingOf(game);
          const bonus = (PLAY.levelBonus * (now.level * (now.level - 1))) / 2;
          expect(now.score).toBeGreaterThanOrEqual(before.score);
          expect(now.shots).toBeGreaterThanOrEqual(before.shots);
          expect(now.level).toBeGreaterThanOrEqual(before.level);
          expect(now.lives).toBeLessThanOrEqual(before.lives);
          expect(now.shots).toBeLessThanOrEqual(1 + (ms / 1_000) * PLAY.rocketsPerSecond);
          expect(now.score).toBeLessThanOrEqual(now.shots * PLAY.points + bonus);
          expect(now.shots).toBeGreaterThanOrEqual(PLAY.invaders * (now.level - 1));
          expect(game.rockets.length).toBeLessThanOrEqual(PLAY.rocketsInFlight);
        }
      }),
      { numRuns: 40 },
    );
  });
});
