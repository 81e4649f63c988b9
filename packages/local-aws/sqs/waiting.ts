import type { Clock, Timer } from '../core/clock.ts';
import type { AwsError } from '../core/errors.ts';

/** What those who wait must know of a queue. */
interface Watched {
  clock: Clock;
  /** Whether a receive would find something now. */
  hasVisible(): boolean;
  /** When the next hidden message becomes visible, in milliseconds since the epoch; infinite when there is none. */
  nextVisibleAtMs(): number;
}

/** A long poll: looks for messages whenever there may be some, until it is ended. */
interface Poll {
  look(): void;
  end(reason?: AwsError): void;
}

/** Those who wait for a queue's messages: long polls, and who reads the queue in process. */
export class Waiting {
  readonly #queue: Watched;
  readonly #polls = new Set<Poll>();
  /** Those who want to know whenever a message can be received. */
  readonly #followers = new Set<() => void>();
  #wakeUp: Timer | undefined;

  constructor(queue: Watched) {
    this.#queue = queue;
  }

  /** Waits up to `waitMs` until `take` finds something; what it has found, nothing when the time is up or `signal` aborts. */
  poll<Found>(take: () => Found[], waitMs: number, signal: AbortSignal | undefined): Promise<Found[]> {
    const { clock } = this.#queue;
    return new Promise((resolve, reject) => {
      const finish = () => {
        timer.cancel();
        this.#polls.delete(poll);
        signal?.removeEventListener('abort', giveUp);
      };
      const giveUp = () => poll.end();
      const poll: Poll = {
        look() {
          const found = take();
          if (found.length === 0) return;
          finish();
          resolve(found);
        },
        end(reason) {
          finish();
          if (reason) reject(reason);
          else resolve([]);
        },
      };
      const timer = clock.at(clock.now() + waitMs, giveUp);
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#polls.add(poll);
      this.wake();
    });
  }

  /** Calls `wake` whenever there may be messages to receive, until the returned function is called. */
  follow(wake: () => void): () => void {
    this.#followers.add(wake);
    this.arm();
    return () => this.#followers.delete(wake);
  }

  /** Lets all look, now and when the next hidden message becomes visible. */
  wake(): void {
    for (const poll of [...this.#polls]) poll.look();
    if (this.#followers.size > 0 && this.#queue.hasVisible()) for (const wake of [...this.#followers]) wake();
    this.arm();
  }

  /** There is a timer only while somebody waits and something is hidden. */
  arm(): void {
    this.#wakeUp?.cancel();
    this.#wakeUp = undefined;
    const nextVisibleAtMs = this.#queue.nextVisibleAtMs();
    if (this.#polls.size + this.#followers.size > 0 && nextVisibleAtMs < Number.POSITIVE_INFINITY) {
      this.#wakeUp = this.#queue.clock.at(nextVisibleAtMs, () => this.wake());
    }
  }

  /** Ends all long polls, with nothing or with an error, and lets nobody look any more. */
  close(reason?: AwsError): void {
    this.#wakeUp?.cancel();
    this.#followers.clear();
    for (const poll of [...this.#polls]) poll.end(reason);
  }
}
