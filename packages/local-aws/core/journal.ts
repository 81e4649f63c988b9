import type { Clock } from './clock.ts';

/** What a hop was. */
export type HopKind =
  /** A call of an AWS operation (through the front door, or by one local service to another). */
  | 'call'
  /** A message on its way from a topic, queue, rule or schedule to its target. */
  | 'delivery'
  /** A function was run. */
  | 'invocation'
  /** A schedule fell due. */
  | 'schedule'
  /** A rule or filter policy did not match: `detail.field` says which field decided. */
  | 'no-match'
  /** The fault plan did something: duplicated, delayed, reordered, crashed, throttled. */
  | 'fault'
  /** A message went to a dead-letter queue or on-failure destination. */
  | 'dead-letter'
  /** A stack or resource was created, updated or removed. */
  | 'provision';

/** One hop, as it is written down. */
export interface Hop {
  kind: HopKind;
  /** The AWS service: `sns`, `lambda`, `dynamodb`, ... */
  service: string;
  /** The operation or the step: `Publish`, `Invoke`, `retry`, ... */
  action: string;
  /** ARN of who did it: a role, a function, a topic, a rule; `client` when unknown. */
  from?: string;
  /** ARN of what it was done to. */
  to?: string;
  correlationId?: string;
  /** The trace root that all hops of one chain share. */
  traceId?: string;
  outcome: 'ok' | 'error';
  error?: { code: string; message: string };
  /** How long it took, in milliseconds. */
  durationMs?: number;
  /** What else is worth knowing; small (a few hundred bytes). */
  detail?: Record<string, unknown>;
}

/** A hop in the journal. */
export interface JournalEntry extends Hop {
  /** Counts up by one from 1. */
  seq: number;
  /** Milliseconds since the epoch, by local-aws's clock. */
  atMs: number;
}

/** How many of the latest entries are kept. */
const DEFAULT_CAPACITY = 20_000;

/** The longest message of an error that is kept, in characters: what a function throws may be megabytes. */
const LONGEST_MESSAGE = 2000;

/** Everything that happened, in order. Keeps the latest entries only, so that memory stays flat. */
export class Journal {
  readonly #clock: Clock;
  readonly #capacity: number;
  /** A ring: the entry with number n stands at (n - 1) % capacity. */
  readonly #ring: JournalEntry[] = [];
  readonly #listeners = new Set<(entry: JournalEntry) => void>();
  #lastSeq = 0;

  constructor(clock: Clock, capacity = DEFAULT_CAPACITY) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  /** The number of the newest entry, 0 when there is none. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Writes a hop down and tells whoever follows. */
  record(hop: Hop): JournalEntry {
    this.#lastSeq += 1;
    const entry: JournalEntry = { seq: this.#lastSeq, atMs: this.#clock.now(), ...hop };
    if (hop.error) entry.error = shortened(hop.error);
    this.#ring[(entry.seq - 1) % this.#capacity] = entry;
    for (const listener of this.#listeners) listener(entry);
    return entry;
  }

  /** The entries after number `sinceSeq` that are still kept, oldest first. */
  entries(sinceSeq = 0): JournalEntry[] {
    const first = Math.max(sinceSeq, this.#lastSeq - this.#capacity) + 1;
    const found: JournalEntry[] = [];
    for (let seq = first; seq <= this.#lastSeq; seq += 1) {
      const entry = this.#ring[(seq - 1) % this.#capacity];
      if (entry) found.push(entry);
    }
    return found;
  }

  /** Calls `listener` for each new entry, until the returned function is called. */
  follow(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function shortened(error: { code: string; message: string }): { code: string; message: string } {
  if (error.message.length <= LONGEST_MESSAGE) return error;
  return { ...error, message: `${error.message.slice(0, LONGEST_MESSAGE)}... (${error.message.length} characters)` };
}
