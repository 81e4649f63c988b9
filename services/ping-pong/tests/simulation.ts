import { PublishError } from '@arcade/events';
import { afterStroke, isPlayable, type Settings } from '../domain/decide.ts';
import { type Announcement, type BallHit, type Match, newMatch, type ServeCalled } from '../domain/match.ts';
import { createPlayer, type PlayerActions } from '../domain/player.ts';
import type { Player } from '../domain/rules.ts';
import { ContendedMatchError } from '../domain/takeTurn.ts';

/** A random number in [0, 1). */
type Random = () => number;

/** What goes wrong, and how often. */
export interface SimulatedFaults {
  duplicate: number;
  delay: number;
  /** An invocation dies after a step: a read, a write, a publish; drawn for each step. */
  crash: number;
}

export interface SimulationOptions {
  random: Random;
  faults?: Partial<SimulatedFaults>;
  settings?: Partial<Settings>;
}

/** What happens next: an invocation begins, or goes on with its next step. Resolves when that step is done. */
interface Happening {
  atMs: number;
  order: number;
  run: () => Promise<void>;
}

class Crash extends Error {}

/** One attempt of a function, between two of its steps or at its end. */
interface Invocation {
  /** Steps until it dies. */
  stepsToLive: number;
  /** Called when it waits for its next step, or has ended. */
  rests: () => void;
}

const LONGEST_DELAY_MS = 5000;
/** What a step takes at most: several deliveries, so that invocations that are under way at once overlap in every way. */
const LONGEST_STEP_MS = 4;
/** Lambda's waits before the two retries of an asynchronous invocation. */
const RETRY_WAITS_MS = [60_000, 120_000];
const TICK_MS = 60_000;

/**
 * Both players, a table and three topics in memory, at-least-once like the real ones: deliveries are duplicated and delayed,
 * the steps of invocations that run at once come in any order, and an invocation may die after any step and is tried again
 * under the same request id.
 */
export class Simulation {
  nowMs = Date.parse('2030-01-01T00:00:00Z');
  match: Match = newMatch();
  /** Every ball that was published, duplicates too. */
  readonly balls: BallHit[] = [];
  /** Every announcement that was published, duplicates too. */
  readonly announcements: Announcement[] = [];
  /** Events that were given up after three attempts. */
  readonly deadLetters: string[] = [];
  /** Which announcements the topic does not take. */
  refuses: (announcement: Announcement) => boolean = () => false;
  /** Calls after each write, with the state before and after. */
  readonly onWrite: ((before: Match, after: Match) => void)[] = [];

  readonly #random: Random;
  readonly #faults: SimulatedFaults;
  readonly #settings: Settings;
  readonly #queue: Happening[] = [];
  #ids = 0;
  /** What an invocation has thrown that no function may throw. */
  #failure: unknown;

  constructor({ random, faults, settings }: SimulationOptions) {
    this.#random = random;
    this.#faults = { duplicate: 0, delay: 0, crash: 0, ...faults };
    this.#settings = { missProbability: 0.1, letAfterMs: 90_000, maxStrokes: 50, maxRalliesPerServe: 3, ...settings };
  }

  /** Lets the schedule fire each minute until `done`, and everything that follows from it. */
  async play(done: (simulation: Simulation) => boolean, limitMinutes = 20_000): Promise<void> {
    for (let minute = 0; minute < limitMinutes && !done(this); minute += 1) {
      const id = `tick-${minute}`;
      this.#deliver('ping', id, (player, requestId) => player.onTick({ id }, requestId));
      await this.#runUntil(this.nowMs + TICK_MS);
    }
  }

  /** Runs what is still on its way, without the schedule. */
  async settle(): Promise<void> {
    await this.#runUntil(Number.POSITIVE_INFINITY);
  }

  /** Delivers a message to a player, as a topic would. */
  send(to: Player, event: BallHit | ServeCalled): void {
    this.#deliver(to, event.id, (player, requestId) => player.onMessage(event, requestId));
  }

  #deliver(to: Player, cause: string, act: (player: PlayerActions, requestId: string) => Promise<unknown>): void {
    const copies = this.#random() < this.#faults.duplicate ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const delayMs = this.#random() < this.#faults.delay ? this.#random() * LONGEST_DELAY_MS : 1;
      this.#invoke(to, cause, `request-${this.#nextId()}`, this.nowMs + delayMs, 0, act);
    }
  }

  #invoke(
    to: Player,
    cause: string,
    requestId: string,
    atMs: number,
    attempt: number,
    act: (player: PlayerActions, requestId: string) => Promise<unknown>,
  ): void {
    const invocation: Invocation = {
      stepsToLive: this.#random() < this.#faults.crash ? Math.floor(this.#random() * 5) : Number.POSITIVE_INFINITY,
      rests: () => {},
    };
    const attemptIt = async () => {
      try {
        await act(this.#player(to, invocation), requestId);
        await this.#step(invocation);
      } catch (error) {
        const waitMs = RETRY_WAITS_MS[attempt];
        if (!(error instanceof Crash || error instanceof ContendedMatchError)) this.#failure ??= error;
        else if (waitMs === undefined) this.deadLetters.push(cause);
        else this.#invoke(to, cause, requestId, this.nowMs + waitMs, attempt + 1, act);
      }
      invocation.rests();
    };
    this.#schedule(atMs, invocation, () => void attemptIt());
  }

  /** Has `go` set an invocation off at a time, until it rests again. */
  #schedule(atMs: number, invocation: Invocation, go: () => void): void {
    const run = () =>
      new Promise<void>((resolve) => {
        invocation.rests = resolve;
        go();
      });
    this.#queue.push({ atMs, order: this.#nextId(), run });
  }

  async #runUntil(untilMs: number): Promise<void> {
    for (;;) {
      this.#queue.sort((one, other) => one.atMs - other.atMs || one.order - other.order);
      const next = this.#queue[0];
      if (!next || next.atMs > untilMs) break;
      this.#queue.shift();
      this.nowMs = Math.max(this.nowMs, next.atMs);
      await next.run();
      if (this.#failure) throw this.#failure;
    }
    if (Number.isFinite(untilMs)) this.nowMs = untilMs;
  }

  #player(player: Player, invocation: Invocation): PlayerActions {
    const step = () => this.#step(invocation);
    return createPlayer({
      player,
      settings: this.#settings,
      pauses: { strokePauseMs: 0, restBetweenRalliesMs: 0 },
      now: () => this.nowMs,
      wait: async () => {},
      random: this.#random,
      newId: () => `id-${this.#nextId()}`,
      store: {
        load: async () => {
          await step();
          return this.match;
        },
        save: async (match) => {
          await step();
          if (this.match.version !== match.version - 1) return false;
          for (const listener of this.onWrite) listener(this.match, match);
          this.match = match;
          return true;
        },
        hit: async (hit) => {
          await step();
          if (!isPlayable(this.match, hit)) return this.match;
          const after = afterStroke(this.match, hit);
          for (const listener of this.onWrite) listener(this.match, after);
          this.match = after;
          return 'done';
        },
        settle: async (match, left) => {
          await step();
          if (this.match.version !== match.version) return;
          this.match = { ...this.match, outbox: { ...this.match.outbox, announcements: [...left] } };
        },
      },
      voice: {
        hitBall: async (ball) => {
          await step();
          this.balls.push(ball);
          this.send(player === 'ping' ? 'pong' : 'ping', ball);
        },
        callServe: async (call) => {
          await step();
          this.send(call.detail.server, call);
        },
        announce: async (announcements) => {
          const refused = announcements.filter((one) => this.refuses(one));
          for (const announcement of announcements) {
            await step();
            if (!refused.includes(announcement)) this.announcements.push(announcement);
          }
          const failed = refused.map(({ id }) => ({ eventId: id, code: 'InvalidParameter', message: 'refused' }));
          if (failed.length > 0) throw new PublishError('announcements', failed);
        },
      },
    });
  }

  /** The step before is done, and the invocation may die here; else its next one comes a little later. */
  async #step(invocation: Invocation): Promise<void> {
    if (invocation.stepsToLive <= 0) throw new Crash();
    invocation.stepsToLive -= 1;
    await new Promise<void>((resolve) => {
      this.#schedule(this.nowMs + this.#random() * LONGEST_STEP_MS, invocation, resolve);
      invocation.rests();
    });
  }

  #nextId(): number {
    this.#ids += 1;
    return this.#ids;
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
