import type { Shard, Start, StreamPort, StreamRecord } from './ports.ts';

/** What is known of a shard that is read. */
interface Reading {
  begunAtMs: number;
  /** Where it goes on; undefined when that must be asked for. */
  iterator: string | undefined;
  /** Where it goes on when the iterator is lost. */
  resume: Start;
  /** It has ended, and all of it was read. */
  isOver: boolean;
}

/** What one look at the stream has brought. */
export interface Look {
  records: { shardId: string; record: StreamRecord }[];
  /** How many shards take records. */
  openShards: number;
  /** Shards of which nothing could be read this time; the next look goes on where this one stopped. */
  failed: string[];
}

/** Shards are listed anew so often, in milliseconds: one that ends tells of its children at once. */
const LIST_MS = 30_000;

/** Of errors: the shard is read by too many, or the machine behind it has hiccuped. The iterator is still good. */
const PASSING = ['ProvisionedThroughputExceededException', 'LimitExceededException', 'InternalFailureException'];

/**
 * Reads a stream from now on, shard by shard. An iterator is good for five minutes; one that has expired is made anew *after* the last record
 * that was read, and before the first one from the time at which reading began: nothing is left out, nothing comes twice. When a shard ends,
 * its children are read from their beginning, and only then.
 * https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-after-resharding.html
 */
export class StreamReader {
  readonly #port: StreamPort;
  readonly #nowMs: () => number;
  readonly #readings = new Map<string, Reading>();
  #shards: Shard[] = [];
  #listedAtMs: number | undefined;

  constructor(port: StreamPort, nowMs: () => number) {
    this.#port = port;
    this.#nowMs = nowMs;
  }

  /** Reads each shard once. Throws what AWS throws when the stream itself cannot be looked at. */
  async look(): Promise<Look> {
    const isFirst = this.#listedAtMs === undefined;
    if (isFirst || this.#nowMs() - (this.#listedAtMs ?? 0) >= LIST_MS) await this.#list();
    const look: Look = { records: [], openShards: 0, failed: [] };
    const reading = [...this.#readings].filter(([, { isOver }]) => !isOver);
    const read = await Promise.all(reading.map(([shardId, one]) => this.#read(shardId, one)));
    reading.forEach(([shardId, { isOver }], index) => {
      const records = read[index];
      if (!records && !isOver) look.failed.push(shardId);
      for (const record of records ?? []) look.records.push({ shardId, record });
    });
    if (reading.some(([, { isOver }]) => isOver)) await this.#list();
    look.openShards = this.#shards.filter(({ isOpen }) => isOpen).length;
    return look;
  }

  /** Learns which shards there are, and begins to read those whose time has come. */
  async #list(): Promise<void> {
    const isFirst = this.#listedAtMs === undefined;
    const nowMs = this.#nowMs();
    this.#shards = await this.#port.shards();
    this.#listedAtMs = nowMs;
    for (const { shardId, parents, isOpen } of this.#shards) {
      if (this.#readings.has(shardId)) continue;
      // Not from a time: this clock may be ahead of the stream's, which knows no future.
      if (isFirst)
        this.#readings.set(shardId, {
          begunAtMs: nowMs,
          iterator: undefined,
          resume: { from: 'latest' },
          isOver: !isOpen,
        });
      else if (parents.every((parent) => this.#readings.get(parent)?.isOver ?? true))
        this.#readings.set(shardId, {
          begunAtMs: nowMs,
          iterator: undefined,
          resume: { from: 'oldest' },
          isOver: false,
        });
    }
    const known = new Set(this.#shards.map(({ shardId }) => shardId));
    for (const shardId of this.#readings.keys()) if (!known.has(shardId)) this.#readings.delete(shardId);
  }

  /** The next records of a shard; undefined when none could be had. */
  async #read(shardId: string, reading: Reading): Promise<StreamRecord[] | undefined> {
    try {
      reading.iterator ??= await this.#port.iterator(shardId, reading.resume);
      const { records, next } = await this.#port.records(reading.iterator);
      reading.iterator = next;
      reading.isOver = next === undefined;
      const last = records.at(-1);
      if (last) reading.resume = { from: 'after', sequenceNumber: last.sequenceNumber };
      else if (reading.resume.from === 'latest') reading.resume = { from: 'time', atMs: reading.begunAtMs };
      return records;
    } catch (error) {
      const code = error instanceof Error ? error.name : '';
      if (code === 'AccessDeniedException') throw error;
      // Expired, or of a stream that was made anew: another one is asked for.
      if (!PASSING.includes(code)) reading.iterator = undefined;
      if (code === 'ResourceNotFoundException') this.#forget();
      return undefined;
    }
  }

  #forget(): void {
    this.#readings.clear();
    this.#listedAtMs = undefined;
  }
}
