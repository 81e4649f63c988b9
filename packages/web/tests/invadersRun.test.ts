import { describe, expect, it } from '@jest/globals';
import type { Standing } from '../src/space-invaders/game/engine.ts';
import { startRun } from '../src/space-invaders/game/run.ts';

/** A run whose frames the test draws. */
function running({ readyMs = 0 } = {}) {
  let [nowMs, next]: [number, (() => void) | undefined] = [0, undefined];
  const run = startRun({
    readyMs,
    random: () => 1,
    nowMs: () => nowMs,
    onNextFrame(frame) {
      next = frame;
      return () => {
        next = undefined;
      };
    },
  });
  const told: Standing[] = [];
  run.watch({ onStanding: (standing) => told.push(standing) });
  return {
    run,
    told,
    frame(ms: number) {
      nowMs += ms;
      const drawn = next;
      next = undefined;
      drawn?.();
    },
    pass(ms: number) {
      nowMs += ms;
    },
    isWaiting: () => next !== undefined,
  };
}

describe('a run', () => {
  it('goes on with each frame, and tells how it stands at first and when that changes', () => {
    const { run, told, frame } = running();
    for (let frames = 0; frames < 10; frames += 1) frame(20);
    run.input.fire = true;
    frame(20);
    frame(20);

    expect(told.map(({ shots }) => shots)).toEqual([0, 1]);
  });

  it('stands still while nobody draws it: what was held up is not made up for', () => {
    const { run, frame } = running();
    run.input.right = true;
    const before = run.game.shipX;
    frame(60_000);

    expect(run.game.shipX - before).toBeCloseTo(12);
  });

  it('stands still while it is paused, with nothing pressed, and goes on from there', () => {
    const { run, frame, pass, isWaiting } = running();
    frame(20);
    run.input.right = true;
    run.pause();
    const { shipX } = run.game;
    expect([isWaiting(), run.input.right]).toEqual([false, false]);
    pass(5_000);
    run.resume();
    run.input.right = true;
    frame(50);

    expect(run.game.shipX - shipX).toBeCloseTo(6);
  });

  it('has no frames any more when it is over, and tells it once', () => {
    const { run, told, frame, isWaiting } = running();
    for (let frames = 0; frames < 2_000 && run.game.phase !== 'over'; frames += 1) frame(100);

    expect([run.game.phase, isWaiting(), told.at(-1)?.lives]).toEqual(['over', false, 0]);
    expect(told.filter(({ lives }) => lives === 0)).toHaveLength(1);
  });

  it('has none when it is stopped', () => {
    const { run, isWaiting } = running();
    run.stop();

    expect(isWaiting()).toBe(false);
  });
});
