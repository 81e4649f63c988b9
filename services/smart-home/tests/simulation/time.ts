import { NOW_MS } from '../parts.ts';

/** A random number in [0, 1). */
export type Random = () => number;

/** Repeatable random numbers (the linear congruential generator of Numerical Recipes). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

interface Due {
  atMs: number;
  /** Those of one instant come in the order in which they were asked for. */
  order: number;
  run(): void;
}

/** Time that goes by when nothing is left to do now: whatever is due happens in order, and as if it took none. */
export class VirtualTime {
  nowMs = NOW_MS;
  readonly #due: Due[] = [];
  #order = 0;

  /** Has it run after so many milliseconds. */
  after(ms: number, run: () => void): void {
    const due = { atMs: this.nowMs + Math.max(0, Math.round(ms)), order: this.#order++, run };
    let at = this.#due.length;
    while (at > 0 && isBefore(due, this.#due[at - 1] as Due)) at -= 1;
    this.#due.splice(at, 0, due);
  }

  /** Goes on until nothing is due any more. */
  async settle(): Promise<void> {
    for (let next = this.#due.shift(); next; next = this.#due.shift()) {
      this.nowMs = next.atMs;
      next.run();
      // All promises that can go on do so, before it gets any later.
      await new Promise<void>((resume) => setImmediate(resume));
    }
  }
}

const isBefore = (one: Due, other: Due) =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);

/**
 * One invocation of a function. It may die at any time: then nothing of it goes on, not even what catches errors; but a request that it has
 * sent arrives.
 */
export class Invocation {
  readonly #time: VirtualTime;
  readonly #random: Random;
  #isAlive = true;

  constructor(time: VirtualTime, random: Random) {
    this.#time = time;
    this.#random = random;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  dies(): void {
    this.#isAlive = false;
  }

  /** A request that leaves now: its effect is there after a while, and its answer a while later. */
  ask<Answer>(effect: () => Answer, mostMs = 20): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (!this.#isAlive) return;
      this.#time.after(this.#random() * mostMs, () => {
        const answer = attempt(effect);
        this.#time.after(this.#random() * mostMs, () => {
          if (this.#isAlive) answer(resolve, reject);
        });
      });
    });
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isAlive) this.#time.after(ms, () => this.#isAlive && resolve());
    });
  }
}

/** Does it, and gives what tells of it. */
function attempt<Answer>(effect: () => Answer) {
  try {
    const answer = effect();
    return (resolve: (answer: Answer) => void, _reject: (error: unknown) => void) => resolve(answer);
  } catch (error) {
    return (_resolve: (answer: Answer) => void, reject: (error: unknown) => void) => reject(error);
  }
}
