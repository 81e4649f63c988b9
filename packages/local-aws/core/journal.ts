import { beginningOf, type Carried, charactersOf, KeptMessages } from './carried.ts';
import type { Clock } from './clock.ts';
import { masked } from './masked.ts';
import { NO_TRACE } from './trace.ts';

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
  /** Of an invocation its own; of what a function does, that of the invocation that did it. */
  requestId?: string;
  /** Calls and invocations are written twice: when they begin, and when they have ended. All else is written once. */
  outcome: 'begun' | 'ok' | 'error';
  /** Of what has ended: the number of the entry with its begin. */
  began?: number;
  error?: { code: string; message: string };
  /** How long it took, in milliseconds. */
  durationMs?: number;
  /** What else is worth knowing; small (a few hundred bytes). */
  detail?: Record<string, unknown>;
}

/** How a hop that had begun has ended. */
export type Ending = Pick<Hop, 'error' | 'durationMs' | 'detail'> & { outcome: 'ok' | 'error' };

/** What ends by a defect of local-aws itself, whose words go to its log alone. */
export const DEFECT: Ending = {
  outcome: 'error',
  error: { code: 'InternalFailure', message: 'local-aws failed; its log says how.' },
};

/** A hop in the journal. */
export interface JournalEntry extends Hop {
  /** Counts up by one from 1. */
  seq: number;
  /** Milliseconds since the epoch, by local-aws's clock. */
  atMs: number;
}

/** How many of the latest entries are kept. */
const DEFAULT_CAPACITY = 20_000;

/** How many characters all entries may have together: one has about 400. */
const MOST_CHARACTERS = 20_000_000;

/** The longest text that is kept, in characters: what a client calls a thing, or a function throws, may be megabytes. */
const LONGEST_TEXT = 2000;

/** What a hop's detail may come to, in characters. */
const LARGEST_DETAIL = 8000;

/** Everything that happened, in order. Keeps the latest entries only, and of each only so much, so that memory stays flat. */
export class Journal {
  readonly #clock: Clock;
  readonly #capacity: number;
  /** A ring: the entry with number n stands at (n - 1) % capacity. */
  readonly #ring: (Kept | undefined)[] = [];
  readonly #listeners = new Set<(entry: JournalEntry) => void>();
  /** What went over with the latest hops: for the owner alone, who may send it again. */
  readonly messages = new KeptMessages<JournalEntry>();
  #lastSeq = 0;
  /** The number of the oldest entry that is kept. */
  #firstSeq = 1;
  /** Of all that are kept. */
  #characters = 0;

  constructor(clock: Clock, capacity = DEFAULT_CAPACITY) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  /** The number of the newest entry, 0 when there is none. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /**
   * Writes a hop down, what is very long in it only in part and tokens not at all, and tells whoever follows. What it has `carried` is no
   * part of the entry.
   */
  record(hop: Hop, carried?: Carried): JournalEntry {
    const entry = this.#write(withinBounds(hop));
    if (carried) this.messages.keep(entry, carried);
    return entry;
  }

  /**
   * Writes down that a hop begins. The function given back writes down, as an entry of its own, that it has ended; what it says in
   * `detail` comes to what was said at the begin.
   */
  begin(hop: Omit<Hop, 'outcome' | 'began'>, carried?: Carried): (ending: Ending) => JournalEntry {
    const { seq, atMs: _at, ...begun } = this.record({ ...hop, outcome: 'begun' }, carried);
    return ({ detail, ...ending }) => {
      const whole = { ...begun, ...(shortened(ending) as typeof ending), began: seq };
      // What was said at the begin is within bounds already.
      const entry = this.#write(detail ? withinBounds({ ...whole, detail: { ...begun.detail, ...detail } }) : whole);
      if (carried) this.messages.ended(seq, entry);
      return entry;
    };
  }

  /** The entries after number `sinceSeq` that are still kept, at most so many, oldest first. */
  entries(sinceSeq = 0, most = Number.POSITIVE_INFINITY): JournalEntry[] {
    const found: JournalEntry[] = [];
    for (let seq = Math.max(sinceSeq + 1, this.#firstSeq); seq <= this.#lastSeq && found.length < most; seq += 1) {
      const kept = this.#ring[this.#placeOf(seq)];
      if (kept) found.push(kept.entry);
    }
    return found;
  }

  /** The same without the begins: each hop once, as it ended. */
  ended(sinceSeq = 0): JournalEntry[] {
    return this.entries(sinceSeq).filter(({ outcome }) => outcome !== 'begun');
  }

  /**
   * The latest `most` entries of a chain, oldest first: those with its correlation id or its trace id. What has no correlation id
   * (a call of a database, say) belongs to the one that its trace has had.
   */
  chain({ correlationId, traceId }: Pick<Hop, 'correlationId' | 'traceId'>, most: number): JournalEntry[] {
    const entries = this.entries();
    const isIts = (entry: JournalEntry) => correlationId !== undefined && entry.correlationId === correlationId;
    const traces = new Set(entries.filter(isIts).map((entry) => entry.traceId));
    traces.delete(undefined);
    const isOfTrace = (entry: JournalEntry) =>
      entry.traceId !== undefined &&
      (entry.traceId === traceId || (entry.correlationId === undefined && traces.has(entry.traceId)));
    return entries.filter((entry) => isIts(entry) || isOfTrace(entry)).slice(-most);
  }

  /** The chain of the newest entry that is of one, without what was provisioned, and of no page that asks again and again. */
  lastChain(most: number): JournalEntry[] {
    const newest = this.entries().findLast(
      ({ kind, traceId, correlationId }) =>
        kind !== 'provision' && (traceId ?? correlationId) !== undefined && traceId !== NO_TRACE,
    );
    return newest ? this.chain(newest, most).filter(({ kind }) => kind !== 'provision') : [];
  }

  /** Calls `listener` for each new entry, until the returned function is called. */
  follow(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #write(hop: Hop): JournalEntry {
    this.#lastSeq += 1;
    const entry: JournalEntry = { seq: this.#lastSeq, atMs: this.#clock.now(), ...hop };
    if (entry.seq - this.#firstSeq >= this.#capacity) this.#forgetOldest();
    const characters = charactersOf(entry);
    this.#ring[this.#placeOf(entry.seq)] = { entry, characters };
    this.#characters += characters;
    while (this.#characters > MOST_CHARACTERS) this.#forgetOldest();
    for (const listener of this.#listeners) listener(entry);
    return entry;
  }

  #placeOf(seq: number): number {
    return (seq - 1) % this.#capacity;
  }

  #forgetOldest(): void {
    const place = this.#placeOf(this.#firstSeq);
    this.#characters -= this.#ring[place]?.characters ?? 0;
    this.#ring[place] = undefined;
    this.#firstSeq += 1;
  }
}

interface Kept {
  entry: JournalEntry;
  characters: number;
}

/** The hop itself, unless something in it is too long: then a copy that says how long it was. */
function withinBounds(hop: Hop): Hop {
  const bounded = shortened(hop) as Hop;
  const characters = charactersOf(bounded.detail);
  return characters <= LARGEST_DETAIL ? bounded : { ...bounded, detail: { omitted: `${characters} characters` } };
}

/** The value with the beginning only of each text that is too long, and without tokens; the very same value when there are none. */
function shortened(value: unknown): unknown {
  if (typeof value === 'string') return masked(value.length <= LONGEST_TEXT ? value : partOf(value));
  if (typeof value !== 'object' || value === null) return value;
  let copy: Record<string, unknown> | unknown[] | undefined;
  for (const [key, part] of Object.entries(value)) {
    const short = shortened(part);
    if (short === part) continue;
    copy ??= Array.isArray(value) ? [...value] : { ...value };
    (copy as Record<string, unknown>)[key] = short;
  }
  return copy ?? value;
}

/** As much of a text as is kept, and how long it was. */
const partOf = (text: string): string => `${beginningOf(text, LONGEST_TEXT)}... (${text.length} characters)`;
