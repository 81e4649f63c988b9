import type { Attempt } from '../domain/attempt.ts';
import { capture } from '../domain/capture.ts';
import { attempted, type CaptureAttempt, type CaptureOutcome } from '../domain/events.ts';
import type { WildTable } from '../domain/ports.ts';
import { rememberingTaken } from '../domain/takenWilds.ts';
import type { Wild } from '../domain/wild.ts';
import { NOW_MS, tablesInMemory } from './parts.ts';

/** A random number in [0, 1). */
type Random = () => number;

/** What goes wrong, and how often. */
export interface SimulatedFaults {
  duplicate: number;
  /** An invocation dies before a request of its; drawn for each invocation. */
  crash: number;
}

class Crash extends Error {}

/** One attempt of a function. */
interface Invocation {
  /** Steps until it dies. */
  stepsToLive: number;
  /** Called when it waits for its next step, or is over. */
  rests(): void;
}

/** After the first attempt of an asynchronous invocation. */
const RETRIES = 2;
/** Steps until an invocation that dies does so: none of those here has more. */
const MOST_STEPS = 9;
/** What goes by between two steps, whosever. */
const LONGEST_STEP_MS = 40;

/**
 * The bus, its functions and tables in memory, at-least-once like the real ones: an event may be delivered twice, the requests of
 * all invocations that are under way come in any order, and an invocation may die before any of them and is tried again, at any
 * time later.
 */
export class Simulation {
  nowMs = NOW_MS;
  /** Every outcome that was published, repeated ones too. */
  readonly published: CaptureOutcome[] = [];
  /** Attempts that were given up, by their events. */
  readonly deadLetters: CaptureAttempt[] = [];
  readonly tables: ReturnType<typeof tablesInMemory>;

  /** As one environment knows them. */
  readonly #wilds: Pick<WildTable, 'find' | 'take'>;
  readonly #random: Random;
  readonly #faults: SimulatedFaults;
  /** What may happen next: each goes on with an invocation until that rests again. */
  readonly #ready: (() => Promise<void>)[] = [];
  /** Whose step it is. */
  #now: Invocation | undefined;

  constructor(wilds: readonly Wild[], random: Random, faults: SimulatedFaults) {
    this.#random = random;
    this.#faults = faults;
    this.tables = tablesInMemory(wilds, () => this.#step());
    this.#wilds = rememberingTaken(this.tables.wildTable);
  }

  /** Puts a throw on the bus. */
  throw(attempt: Attempt): void {
    this.deliver(attempted(attempt));
  }

  deliver(event: CaptureAttempt): void {
    this.#invoke(
      async () => {
        await capture(this.#parts(), event);
      },
      () => this.deadLetters.push(event),
    );
  }

  /** Until nothing is under way. */
  async settle(): Promise<void> {
    for (;;) {
      const [next] = this.#ready.splice(Math.floor(this.#random() * this.#ready.length), 1);
      if (!next) return;
      this.nowMs += Math.floor(this.#random() * LONGEST_STEP_MS);
      await next();
    }
  }

  #parts() {
    const { attemptsTable: attempts } = this.tables;
    const wilds = this.#wilds;
    const publish = async (events: readonly CaptureOutcome[]) => {
      await this.#step();
      this.published.push(...events);
      for (const event of events) this.#fanOut(event);
    };
    return { wilds, attempts, publish, now: () => this.nowMs };
  }

  #fanOut(event: CaptureOutcome): void {
    if (event.type !== 'fakemon.capture_succeeded') return;
    const { collectionTable, rankingTable } = this.tables;
    const givenUp = () => {
      throw new Error('a consumer was given up');
    };
    this.#invoke(() => collectionTable.add(event.detail), givenUp, { survives: true });
    this.#invoke(async () => void (await rankingTable.count(event.detail)), givenUp, { survives: true });
  }

  #invoke(work: () => Promise<void>, giveUp: () => void, { survives = false } = {}): void {
    const copies = this.#random() < this.#faults.duplicate ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) this.#attempt(work, giveUp, survives, 0);
  }

  #attempt(work: () => Promise<void>, giveUp: () => void, survives: boolean, retry: number): void {
    const dies = this.#random() < this.#faults.crash && !(survives && retry === RETRIES);
    const invocation: Invocation = {
      stepsToLive: dies ? Math.floor(this.#random() * MOST_STEPS) : Number.POSITIVE_INFINITY,
      rests: () => {},
    };
    const run = async () => {
      try {
        await work();
        // It may die when all is done, too: then it is done again.
        await this.#step();
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        if (retry === RETRIES) giveUp();
        else this.#attempt(work, giveUp, survives, retry + 1);
      }
      invocation.rests();
    };
    this.#ready.push(() => this.#go(invocation, (failed) => void run().catch(failed)));
  }

  /** Has `go` set an invocation off, until it waits for its next step or is over. */
  #go(invocation: Invocation, go: (failed: (error: unknown) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      invocation.rests = resolve;
      this.#now = invocation;
      go(reject);
    });
  }

  async #step(): Promise<void> {
    const invocation = this.#now;
    if (!invocation) throw new Error('a step of no invocation');
    if (invocation.stepsToLive <= 0) throw new Crash();
    invocation.stepsToLive -= 1;
    await new Promise<void>((resolve) => {
      this.#ready.push(() => this.#go(invocation, () => resolve()));
      invocation.rests();
    });
  }
}

/** Repeatable random numbers (the linear congruential generator of Numerical Recipes). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
