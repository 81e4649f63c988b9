import { asError } from './errors.ts';

/** A timer that can be called off. */
export interface Timer {
  cancel(): void;
}

/** Where all time in local-aws comes from. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Runs `run` once, when the clock reaches `atMs` (milliseconds since the epoch); a time that is past means "next".
   * `run` may be asynchronous: the clock waits for it before `idle()` resolves.
   */
  at(atMs: number, run: () => void | Promise<void>): Timer;
  /** Starts background work that `idle()` waits for. An error that escapes it is reported, never lost. */
  run(label: string, work: () => Promise<void>): void;
  /** Waits for a promise as background work: `idle()` does not resolve before it. Gives the same result back. */
  track<T>(promise: Promise<T>): Promise<T>;
  /** Resolves when no background work is under way and no timer is due. Timers of the future do not count. */
  idle(): Promise<void>;
  /** Cancels all timers. */
  stop(): void;
}

/** A clock that only moves when told to. */
export interface VirtualClock extends Clock {
  /** Moves time forward by `ms`, stopping at each timer on the way, in order, until its consequences have settled. */
  advance(ms: number): Promise<void>;
}

/** Counts work under way, and wakes those who wait for there to be none. */
class Work {
  #count = 0;
  #waiting: (() => void)[] = [];
  readonly #onError: (label: string, error: Error) => void;

  constructor(onError: (label: string, error: Error) => void) {
    this.#onError = onError;
  }

  run(label: string, work: () => Promise<void>): void {
    this.track(work()).catch((error: unknown) => this.#onError(label, asError(error)));
  }

  async track<T>(promise: Promise<T>): Promise<T> {
    this.#count += 1;
    try {
      return await promise;
    } finally {
      this.#count -= 1;
      if (this.#count === 0) {
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const wake of waiting) wake();
      }
    }
  }

  get busy(): boolean {
    return this.#count > 0;
  }

  /** Resolves when the count has reached zero and stayed there for a turn of the event loop. */
  async settled(): Promise<void> {
    for (;;) {
      if (this.busy) await new Promise<void>((wake) => this.#waiting.push(wake));
      await new Promise<void>((resume) => setImmediate(resume));
      if (!this.busy) return;
    }
  }
}

const reportToConsole = (label: string, error: Error) => console.error(`local-aws: ${label} failed`, error);

/** The longest delay that Node's timers take: 2^31 - 1 milliseconds. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** The laptop's clock: real time. */
export function createRealClock(onError = reportToConsole): Clock {
  const work = new Work(onError);
  const timers = new Set<NodeJS.Timeout>();

  const at: Clock['at'] = (atMs, run) => {
    let handle: NodeJS.Timeout;
    const arm = () => {
      const delayMs = Math.max(0, atMs - Date.now());
      handle = setTimeout(
        () => {
          timers.delete(handle);
          if (delayMs > LONGEST_TIMEOUT_MS) arm();
          else work.run('a timer', async () => run());
        },
        Math.min(delayMs, LONGEST_TIMEOUT_MS),
      );
      timers.add(handle);
    };
    arm();
    return {
      cancel() {
        clearTimeout(handle);
        timers.delete(handle);
      },
    };
  };

  return {
    now: () => Date.now(),
    at,
    run: (label, start) => work.run(label, start),
    track: (promise) => work.track(promise),
    idle: () => work.settled(),
    stop() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

/** The start of virtual time when a test does not say otherwise. */
const DEFAULT_START_MS = Date.parse('2030-01-01T00:00:00Z');

/** A clock for tests: stands still until `advance` is called. Timers of one instant fire in the order they were set. */
export function createVirtualClock(options: { startMs?: number; onError?: typeof reportToConsole } = {}): VirtualClock {
  const work = new Work(options.onError ?? reportToConsole);
  let nowMs = options.startMs ?? DEFAULT_START_MS;
  let nextId = 0;
  let timers: { atMs: number; id: number; run: () => void | Promise<void> }[] = [];

  const takeDue = (untilMs: number) => {
    let first: (typeof timers)[number] | undefined;
    for (const timer of timers) {
      if (
        timer.atMs <= untilMs &&
        (!first || timer.atMs < first.atMs || (timer.atMs === first.atMs && timer.id < first.id))
      ) {
        first = timer;
      }
    }
    if (first) timers = timers.filter((timer) => timer !== first);
    return first;
  };

  const runUntil = async (untilMs: number) => {
    await work.settled();
    for (let due = takeDue(untilMs); due; due = takeDue(untilMs)) {
      const { atMs, run } = due;
      nowMs = Math.max(nowMs, atMs);
      work.run('a timer', async () => run());
      await work.settled();
    }
    nowMs = Math.max(nowMs, untilMs);
  };

  return {
    now: () => nowMs,
    at(atMs, run) {
      nextId += 1;
      const timer = { atMs, id: nextId, run };
      timers.push(timer);
      return {
        cancel() {
          timers = timers.filter((other) => other !== timer);
        },
      };
    },
    run: (label, start) => work.run(label, start),
    track: (promise) => work.track(promise),
    idle: () => runUntil(nowMs),
    advance: (ms) => runUntil(nowMs + ms),
    stop() {
      timers = [];
    },
  };
}
