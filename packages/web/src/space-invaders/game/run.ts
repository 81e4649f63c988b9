import { type Game, type Happening, type Input, newGame, type Standing, standingOf, step } from './engine.ts';

/** What a run stands on. */
export interface RunParts {
  /** Before the first level, in milliseconds: 0 where everybody has counted down already. */
  readyMs: number;
  /** 0 to 1. */
  random(): number;
  /** A clock that never goes back, in milliseconds. */
  nowMs(): number;
  /** Calls once, when the next frame is drawn. Gives what takes it back. */
  onNextFrame(run: () => void): () => void;
}

/** Whoever watches a run. */
export interface Watcher {
  /** At each frame, and when it is paused. */
  onFrame?(game: Game, happened: readonly Happening[]): void;
  /** When something that is told has changed, and at the first frame. */
  onStanding?(standing: Standing, game: Game): void;
}

/** A game that goes on by itself. */
export interface Run {
  readonly game: Game;
  readonly isPaused: boolean;
  /** What is pressed: whoever has the keys changes it. */
  readonly input: Input;
  /** Until the returned function is called. */
  watch(watcher: Watcher): () => void;
  pause(): void;
  resume(): void;
  /** Ends it where it is. */
  stop(): void;
}

/** A frame that comes later than that was held up by something: the game has stood still meanwhile. */
const LONGEST_FRAME_MS = 100;

const isSame = (one: Standing, other: Standing) =>
  one.score === other.score && one.lives === other.lives && one.shots === other.shots && one.level === other.level;

/** Begins a game, and plays it until it is over or stopped. */
export function startRun(parts: RunParts): Run {
  const watchers = new Set<Watcher>();
  const input: Input = { left: false, right: false, fire: false };
  let game = newGame({ readyMs: parts.readyMs });
  let told: Standing | undefined;
  let [isPaused, isStopped] = [false, false];
  let beforeMs = parts.nowMs();
  let takeBack: (() => void) | undefined;

  const tell = () => {
    const standing = standingOf(game);
    if (told && isSame(told, standing) && game.phase !== 'over') return;
    told = standing;
    for (const watcher of watchers) watcher.onStanding?.(standing, game);
  };
  const frame = () => {
    takeBack = undefined;
    const nowMs = parts.nowMs();
    game = step(game, input, Math.min(nowMs - beforeMs, LONGEST_FRAME_MS), parts.random);
    beforeMs = nowMs;
    for (const watcher of watchers) watcher.onFrame?.(game, game.happened);
    tell();
    wake();
  };
  const wake = () => {
    if (!isPaused && !isStopped && game.phase !== 'over') takeBack ??= parts.onNextFrame(frame);
  };
  const rest = () => {
    takeBack?.();
    takeBack = undefined;
    Object.assign(input, { left: false, right: false, fire: false });
  };

  wake();
  return {
    input,
    get game() {
      return game;
    },
    get isPaused() {
      return isPaused;
    },
    watch(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    pause() {
      isPaused = true;
      rest();
      for (const watcher of watchers) watcher.onFrame?.(game, []);
    },
    resume() {
      isPaused = false;
      beforeMs = parts.nowMs();
      wake();
    },
    stop() {
      isStopped = true;
      rest();
    },
  };
}
