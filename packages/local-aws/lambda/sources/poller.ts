import type { Clock, Timer } from '../../core/clock.ts';
import { asError } from '../../core/errors.ts';
import type { MatchResult } from '../../patterns/pattern.ts';
import type { InvocationResult } from '../runtime/runtime.ts';
import { type Batch, failedIds, type Outcome, pauseBeforeRetryMs, streamOutcome, tooOld } from './outcome.ts';
import type { MappingSettings, Source, SourceRecord } from './source.ts';

/** What came of a batch. */
export type BatchResult = Pick<InvocationResult, 'payload' | 'functionError'>;

/** What a poller needs of the mapping that it works for. */
export interface PollerParts {
  clock: Clock;
  source: Source;
  kind: 'queue' | 'stream';
  settings: MappingSettings;
  /** Whether there is anything to run the function with: without, records stay in the source. */
  isReady(): boolean;
  /** Runs the function with these records; undefined: Lambda could not run it now. */
  run(batch: Batch): Promise<BatchResult | undefined>;
  /** Some records of a batch were not handled, or all. */
  failed(records: readonly SourceRecord[]): void;
  /** A record fits none of the mapping's filters; the field that decided in the first of them. */
  unwanted(record: SourceRecord, mismatch: Exclude<MatchResult, { matched: true }>): void;
  /** Records of a stream are given up; `result` is the last run's. */
  discarded(what: NonNullable<Outcome['discarded']>, result?: BatchResult): Promise<void>;
  /** How reading went: `OK`, or what is wrong. */
  processed(result: string): void;
}

/** Brings records from a source to a function until it is closed. Does nothing, not even wake up, while there are none. */
export interface Poller {
  /** Looks again: the function is ready now, say. */
  wake(): void;
  /** Ends it; what it has read and not begun stays in the source. */
  close(): void;
}

/** One batch at a time, in order. */
interface Lane {
  /** Received and not yet in a batch. */
  buffer: SourceRecord[];
  /** To be run before anything else. */
  next: Batch[];
  isBusy: boolean;
  /** When the batching window began: what is in the buffer has been there since then. */
  sinceMs: number;
  /** When that ends, while it is waited for. */
  endsMs?: number | undefined;
  /** The end of the batching window, or of the pause before a retry. */
  timer: Timer | undefined;
}

/** Batches of a queue at once when the mapping does not say: what AWS starts with. */
const DEFAULT_CONCURRENCY = 5;
/** The most that a function takes (developer guide, "Lambda quotas"), with room for what stands around the records. */
const MAX_PAYLOAD_BYTES = 6_291_456 - 1024;

const PAUSE_AFTER_PROBLEM_MS = 1000;
/** So long before a window ends a stream is not read any more: its end is a read of its own, and readers have few. */
const SOON_MS = 350;

/** Starts to poll. */
export function startPoller(parts: PollerParts): Poller {
  const poller = new LanePoller(parts);
  poller.start();
  return poller;
}

class LanePoller implements Poller {
  readonly #parts: PollerParts;
  readonly #lanes = new Map<string, Lane>();
  #unfollow: (() => void) | undefined;
  /** Until reading is tried again that has failed. */
  #pause: Timer | undefined;
  #isReading = false;
  #isWoken = false;
  #isClosed = false;

  constructor(parts: PollerParts) {
    this.#parts = parts;
    const { kind, settings } = parts;
    const slots = kind === 'queue' ? (settings.maximumConcurrency ?? DEFAULT_CONCURRENCY) : 0;
    for (let slot = 0; slot < slots; slot += 1) this.#laneOf(String(slot));
  }

  start(): void {
    this.#unfollow = this.#parts.source.follow(() => this.wake());
    this.wake();
  }

  wake(): void {
    this.#isWoken = true;
    if (this.#isReading || this.#isClosed || !this.#parts.isReady()) return;
    this.#isReading = true;
    this.#parts.clock.run('reading an event source', () => this.#read());
  }

  close(): void {
    this.#isClosed = true;
    this.#unfollow?.();
    this.#pause?.cancel();
    for (const { timer } of this.#lanes.values()) timer?.cancel();
    this.#parts.source.close?.();
  }

  async #read(): Promise<void> {
    try {
      while (this.#isWoken && !this.#isClosed) {
        // What is sent together is read together, and its sender is answered first.
        await new Promise<void>((resume) => setImmediate(resume));
        this.#isWoken = false;
        await this.#readAll();
        this.#parts.processed('OK');
      }
    } catch (thrown) {
      // Nobody can be told; the mapping shows it. A queue wakes us again with what comes back; of a stream nothing does.
      this.#parts.processed(`PROBLEM: ${asError(thrown).message}`);
      if (this.#parts.kind === 'stream') {
        for (const lane of this.#lanes.values()) this.#begin(lane);
        this.#tryLater();
      }
    } finally {
      this.#isReading = false;
    }
  }

  #tryLater(): void {
    const { clock } = this.#parts;
    this.#pause?.cancel();
    if (!this.#isClosed) this.#pause = clock.at(clock.now() + PAUSE_AFTER_PROBLEM_MS, () => this.wake());
  }

  /** Receives as long as there are records and room for them. */
  async #readAll(): Promise<void> {
    const { source, settings } = this.#parts;
    const isFull = (name: string) => {
      const lane = this.#lanes.get(name);
      return lane !== undefined && (lane.buffer.length >= settings.batchSize || this.#endsSoon(lane));
    };
    while (!this.#isClosed) {
      const slot = this.#freeSlot();
      const room =
        this.#parts.kind === 'stream' ? settings.batchSize : settings.batchSize - (slot?.buffer.length ?? Infinity);
      if (room <= 0) break;
      const records = await source.receive(room, isFull);
      if (this.#isClosed) return;
      const wanted = await this.#filtered(records);
      for (const record of wanted) this.#buffer(slot ?? this.#laneOf(record.lane ?? ''), record);
      if (slot && slot.buffer.length >= settings.batchSize) this.#begin(slot);
      if (records.length === 0 || (slot && records.length < room)) break;
    }
    for (const lane of this.#lanes.values()) this.#begin(lane);
  }

  #endsSoon({ endsMs }: Lane): boolean {
    if (this.#parts.kind === 'queue' || endsMs === undefined) return false;
    const leftMs = endsMs - this.#parts.clock.now();
    return leftMs > 0 && leftMs < SOON_MS;
  }

  #buffer(lane: Lane, record: SourceRecord): void {
    if (lane.buffer.length === 0) lane.sinceMs = this.#parts.clock.now();
    lane.buffer.push(record);
  }

  /** Those that fit the mapping's filters; the others are done with. */
  async #filtered(records: readonly SourceRecord[]): Promise<readonly SourceRecord[]> {
    const { settings, source } = this.#parts;
    if (settings.filters.length === 0 || records.length === 0) return records;
    const fits = (record: SourceRecord) => {
      const event = record.filterable();
      let first: MatchResult | undefined;
      for (const filter of settings.filters) {
        const result = filter.matches(event);
        if (result.matched) return true;
        first ??= result;
      }
      if (first && !first.matched) this.#parts.unwanted(record, first);
      return false;
    };
    const wanted = records.filter(fits);
    const kept = new Set(wanted);
    if (kept.size < records.length) await source.done(records.filter((record) => !kept.has(record)));
    return wanted;
  }

  /** The slot of a queue that a batch is collected in. */
  #freeSlot(): Lane | undefined {
    if (this.#parts.kind === 'stream') return undefined;
    const free = [...this.#lanes.values()].filter(({ isBusy }) => !isBusy);
    return free.find(({ buffer }) => buffer.length > 0) ?? free[0];
  }

  #laneOf(name: string): Lane {
    let lane = this.#lanes.get(name);
    if (!lane) {
      lane = { buffer: [], next: [], isBusy: false, sinceMs: 0, timer: undefined };
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  /** Runs the lane's next batch, or waits for its window to end. */
  #begin(lane: Lane): void {
    const { clock, settings } = this.#parts;
    if (lane.isBusy || this.#isClosed) return;
    if (lane.next.length === 0) {
      if (lane.buffer.length === 0) return;
      const dueMs = lane.sinceMs + settings.windowMs;
      if (clock.now() < dueMs && lane.buffer.length < settings.batchSize) {
        lane.endsMs = dueMs;
        lane.timer ??= clock.at(dueMs, () => {
          lane.timer = undefined;
          lane.endsMs = undefined;
          // A stream is read once more: what has come since is of this window, too.
          if (this.#parts.kind === 'stream' && this.#parts.isReady()) this.wake();
          else this.#begin(lane);
        });
        return;
      }
      lane.next.push({ records: takeBatch(lane.buffer, settings.batchSize), failures: 0 });
      // What is left over has only come together now.
      lane.sinceMs = clock.now();
    }
    lane.timer?.cancel();
    lane.timer = undefined;
    lane.endsMs = undefined;
    lane.isBusy = true;
    clock.run('an event source mapping', () => this.#run(lane));
  }

  async #run(lane: Lane): Promise<void> {
    const batch = lane.next.shift() as Batch;
    let pauseMs = 0;
    try {
      const outcome = await (this.#parts.kind === 'queue' ? this.#runOfQueue(batch) : this.#runOfStream(batch));
      lane.next.unshift(...outcome.again);
      pauseMs = outcome.pauseMs;
    } catch (thrown) {
      // It could not be taken from the source: a queue brings it again, a stream must.
      this.#parts.processed(`PROBLEM: ${asError(thrown).message}`);
      if (this.#parts.kind === 'stream') lane.next.unshift(batch);
      pauseMs = PAUSE_AFTER_PROBLEM_MS;
    }
    const { clock } = this.#parts;
    const go = () => {
      lane.timer = undefined;
      lane.isBusy = false;
      this.#begin(lane);
      this.wake();
    };
    if (pauseMs > 0 && !this.#isClosed) lane.timer = clock.at(clock.now() + pauseMs, go);
    else go();
  }

  /** What has failed comes back when its visibility timeout is over: there is nothing to do for it. */
  async #runOfQueue(batch: Batch): Promise<Again> {
    const { source, settings, run } = this.#parts;
    const result = await run(batch);
    const failed = result ? failedIds(result, batch.records, settings.reportsFailures) : 'all';
    const done = failed === 'all' ? [] : batch.records.filter(({ id }) => !failed.has(id));
    if (done.length < batch.records.length)
      this.#parts.failed(batch.records.filter((record) => !done.includes(record)));
    if (done.length > 0) await source.done(done);
    return { again: [], pauseMs: 0 };
  }

  async #runOfStream(batch: Batch): Promise<Again> {
    const { clock, source, settings, run } = this.#parts;
    let outcome = tooOld(batch, settings.retries, clock.now());
    let result: BatchResult | undefined;
    if (!outcome) {
      result = await run(batch);
      // A run that Lambda could not make is no retry.
      if (!result) return { again: [batch], pauseMs: pauseBeforeRetryMs(batch.failures + 1) };
      outcome = streamOutcome(batch, failedIds(result, batch.records, settings.reportsFailures), settings.retries);
    }
    const { done, again, discarded } = outcome;
    if (discarded)
      await this.#parts.discarded(discarded, discarded.condition === 'RecordAgeExceeded' ? undefined : result);
    if (discarded || done.length > 0) await source.done([...done, ...(discarded?.records ?? [])]);
    if (again.length > 0 && result) this.#parts.failed(again.flatMap(({ records }) => records));
    return { again, pauseMs: pauseBeforeRetryMs(again[0]?.failures ?? 0) };
  }
}

/** What of a batch is to be tried again, and when. */
interface Again {
  again: readonly Batch[];
  pauseMs: number;
}

/** Takes records from the front, as many as one run may have. */
function takeBatch(buffer: SourceRecord[], batchSize: number): SourceRecord[] {
  let bytes = 0;
  const end = buffer.findIndex(({ json }, index) => {
    bytes += Buffer.byteLength(json) + 1;
    return index > 0 && (index >= batchSize || bytes > MAX_PAYLOAD_BYTES);
  });
  return buffer.splice(0, end < 0 ? buffer.length : end);
}
