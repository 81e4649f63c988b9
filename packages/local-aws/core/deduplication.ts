import { createHash } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { Collection } from './store/index.ts';

/** What a sender is told of a message: that it was taken, or which one before was the same. */
export interface Accepted {
  id: string;
  sequenceNumber?: string;
}

/** A message that was taken, as it is remembered for deduplication. */
export interface Remembered extends Accepted {
  atMs: number;
}

/**
 * The same for queues and topics: docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html,
 * docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html
 */
const DEDUPLICATION_MS = 300_000;

/** Remembers for five minutes what was sent, under keys that say what counts as the same, whatever has become of it since. */
export class Deduplication {
  readonly #clock: Clock;
  readonly #kept: Collection<Remembered>;
  /** In the order in which they expire. */
  readonly #byKey: Map<string, Remembered>;

  constructor(clock: Clock, kept: Collection<Remembered>) {
    this.#clock = clock;
    this.#kept = kept;
    this.#byKey = new Map(kept.entries().sort(([, a], [, b]) => a.atMs - b.atMs));
  }

  /** The same message, if it was sent in the last five minutes. */
  find(key: string): Accepted | undefined {
    for (const [oldKey, { atMs }] of this.#byKey) {
      if (atMs + DEDUPLICATION_MS > this.#clock.now()) break;
      this.#forget(oldKey);
    }
    return this.#byKey.get(key);
  }

  remember(key: string, accepted: Accepted): void {
    const remembered = { ...accepted, atMs: this.#clock.now() };
    this.#byKey.set(key, remembered);
    this.#kept.put(key, remembered);
  }

  /** The same, kept elsewhere. */
  movedTo(kept: Collection<Remembered>): Deduplication {
    for (const [key, remembered] of this.#byKey) kept.put(key, remembered);
    return new Deduplication(this.#clock, kept);
  }

  /** Forgets all, or that of which `which` says so. */
  clear(which: (key: string) => boolean = () => true): void {
    for (const key of [...this.#byKey.keys()]) if (which(key)) this.#forget(key);
  }

  #forget(key: string): void {
    this.#byKey.delete(key);
    this.#kept.delete(key);
  }
}

/** The deduplication id of what has none of its own, where that is wanted: of the text alone, not of its attributes. */
export const contentId = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Sequence numbers have twenty digits; those of one millisecond differ in the lowest ones. */
const FIRST_SEQUENCE_NUMBER = 18_000_000_000_000_000_000n;
const NUMBERS_PER_MS = 1_000_000n;

/** Makes sequence numbers that only go up, over restarts too. */
export function sequenceNumbers(clock: Clock): () => string {
  let last = 0n;
  return () => {
    const now = FIRST_SEQUENCE_NUMBER + BigInt(clock.now()) * NUMBERS_PER_MS;
    last = now > last ? now : last + 256n;
    return String(last);
  };
}
