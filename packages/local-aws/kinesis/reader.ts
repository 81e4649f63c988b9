import { z } from 'zod';
import type { Timer } from '../core/clock.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import type { Principal } from '../core/principal.ts';
import { kind, type Owner } from '../core/store/index.ts';
import { ITERATOR_MS, readIterator } from './iterators.ts';
import type { ShardLog } from './log.ts';
import { StreamRecord } from './record.ts';
import { readSequence, sequenceNumber } from './sequence.ts';
import type { Shard } from './shard.ts';
import type { Streams } from './streams.ts';

/** Where a reader begins that has not read before. */
export type StreamStart = { at: 'LATEST' | 'TRIM_HORIZON' } | { at: 'AT_TIMESTAMP'; timestampMs: number };

/** Who reads what. */
export interface ReaderPlace {
  streamArn: string;
  start: StreamStart;
  /** Whose state its positions are part of, and the name that they have there. */
  owner: Owner;
  id: string;
  /** How often it reads a shard in a second, at most: all readers of a shard have five times together. */
  readsASecond?: number;
  /** Who must be allowed to read; asked before each call, and may throw AwsError. */
  principal(): Principal;
}

/**
 * Reads a whole stream in process, by the calls that any reader makes: each shard in its order, and one that came of others by splitting
 * or merging when all of theirs is done. How far it is, it keeps: what was read and is not done comes again after a restart.
 */
export interface StreamReader {
  /** Calls `wake` when there may be something to receive, as often as a shard may be read, until the returned function is called. */
  follow(wake: () => void): () => void;
  /** The records that are next, up to `max`, without waiting; none of shards that `isFull`. Throws AwsError. */
  receive(max: number, isFull?: (shardId: string) => boolean): Promise<StreamRecord[]>;
  /** These are done with, in whatever order. */
  done(records: readonly StreamRecord[]): void;
}

/** How far a reader is in a shard. */
interface Position {
  /** When the shard was made, in seconds: another of that number is another shard. */
  createdSeconds: number;
  /** The index of the first record that is not done. */
  next: number;
  /** All is done, and no more will come. */
  isEnded: boolean;
}

const POSITIONS = kind<Position>(
  'kinesis/positions',
  z.looseObject({ createdSeconds: z.number(), next: z.number(), isEnded: z.boolean() }),
);
/** The readers that have begun. */
const READERS = kind<object>('kinesis/readers', z.object({}));

/** Lambda reads once a second on AWS. More often keeps what is shown young, and leaves reads for others. */
const READS_A_SECOND = 3;
const SECOND_MS = 1000;
const MOST_RECORDS = 10_000;
/** When a shard that others have read too often is looked at again. */
const AGAIN_MS = 250;

/** What is under way in a shard. */
interface Reading {
  position: Position;
  /** The index of the record that is read next. */
  next: number;
  /** What was read and is not done: indexes by sequence numbers, in order. */
  underWay: Map<string, number>;
  /** What was read and nobody has received yet: one read gives as much as there is. */
  ahead: StreamRecord[];
  /** When it was read within the last second. */
  readsMs: number[];
  iterator?: { text: string; madeAtMs: number };
}

/** Makes a reader, which goes on where one of this name was. It is no work while there is nothing to read. */
export function createReader(core: Core, streams: Streams, place: ReaderPlace): StreamReader {
  return new Reader(core, streams, place);
}

/** Forgets how far a reader was. */
export function forgetReader({ store }: Pick<Core, 'store'>, { owner, id }: Pick<ReaderPlace, 'owner' | 'id'>): void {
  const positions = store.collection(owner, POSITIONS);
  for (const [key] of positions.entries()) if (key.startsWith(`${id}/`)) positions.delete(key);
  store.collection(owner, READERS).delete(id);
}

class Reader implements StreamReader {
  readonly #core: Core;
  readonly #streams: Streams;
  readonly #place: ReaderPlace;
  readonly #readings = new Map<string, Reading>();
  readonly #wakes = new Set<() => void>();
  #again: Timer | undefined;

  constructor(core: Core, streams: Streams, place: ReaderPlace) {
    this.#core = core;
    this.#streams = streams;
    this.#place = place;
    this.#begin();
  }

  follow(wake: () => void): () => void {
    const { clock } = this.#core;
    let timer: Timer | undefined;
    let wokenAtMs = Number.NEGATIVE_INFINITY;
    const go = () => {
      timer = undefined;
      wokenAtMs = clock.now();
      wake();
    };
    const unfollow = this.#streams.follow(this.#place.streamArn, () => {
      if (timer) return;
      const dueMs = wokenAtMs + SECOND_MS / this.#readsASecond;
      if (clock.now() >= dueMs) go();
      else timer = clock.at(dueMs, go);
    });
    this.#wakes.add(wake);
    return () => {
      this.#wakes.delete(wake);
      if (this.#wakes.size === 0) this.#again?.cancel();
      unfollow();
      timer?.cancel();
    };
  }

  async receive(max: number, isFull: (shardId: string) => boolean = () => false): Promise<StreamRecord[]> {
    const records: StreamRecord[] = [];
    // Looked up each time: it may have been deleted, and made again under the same name.
    for (const shard of this.#streams.findByArn(this.#place.streamArn)?.shards ?? []) {
      if (records.length >= max) break;
      const reading = this.#readingOf(shard);
      if (reading.position.isEnded || !this.#areParentsEnded(shard) || isFull(shard.id)) continue;
      if (reading.ahead.length === 0 && reading.next <= shard.log.last) await this.#readIfAllowed(shard, reading);
      records.push(...reading.ahead.splice(0, max - records.length));
      this.#endIfDone(shard, reading);
    }
    return records;
  }

  done(records: readonly StreamRecord[]): void {
    const touched = new Set<string>();
    for (const { shardId, sequenceNumber: number } of records) {
      if (this.#readings.get(shardId)?.underWay.delete(number)) touched.add(shardId);
    }
    const stream = this.#streams.findByArn(this.#place.streamArn);
    for (const shardId of touched) {
      const reading = this.#readings.get(shardId);
      const shard = stream?.shards.find(({ id }) => id === shardId);
      if (!reading || !shard) continue;
      const [first = reading.next] = reading.underWay.values();
      if (first !== reading.position.next) this.#keep(shard, reading, { next: first });
      this.#endIfDone(shard, reading);
    }
  }

  /** Where it begins is settled once, and holds over restarts. */
  #begin(): void {
    const { owner, id, start } = this.#place;
    const begun = this.#core.store.collection(owner, READERS);
    if (begun.get(id)) return;
    begun.put(id, {});
    for (const shard of this.#streams.findByArn(this.#place.streamArn)?.shards ?? []) {
      const next = firstIndex(shard.log, start);
      this.#keep(shard, this.#readingOf(shard), { next, isEnded: start.at === 'LATEST' && !shard.isOpen });
    }
  }

  #readingOf(shard: Shard): Reading {
    const { createdSeconds } = shard.kept;
    const known = this.#readings.get(shard.id);
    if (known?.position.createdSeconds === createdSeconds) return known;
    const kept = this.#positions().get(this.#keyOf(shard));
    const position = kept?.createdSeconds === createdSeconds ? kept : { createdSeconds, next: 1, isEnded: false };
    const reading: Reading = { position, next: position.next, underWay: new Map(), ahead: [], readsMs: [] };
    this.#readings.set(shard.id, reading);
    return reading;
  }

  /** Those whose records have all expired count as read. */
  #areParentsEnded({ kept: { parents } }: Shard): boolean {
    const shards = this.#streams.findByArn(this.#place.streamArn)?.shards ?? [];
    return shards.every((one) => !parents.includes(one.kept.number) || this.#readingOf(one).position.isEnded);
  }

  get #readsASecond(): number {
    return this.#place.readsASecond ?? READS_A_SECOND;
  }

  /** Reads what there is, if it is this reader's turn; if not, it will be. */
  async #readIfAllowed(shard: Shard, reading: Reading): Promise<void> {
    const nowMs = this.#core.clock.now();
    reading.readsMs = reading.readsMs.filter((atMs) => nowMs - atMs < SECOND_MS);
    const [first = nowMs] = reading.readsMs;
    if (reading.readsMs.length >= this.#readsASecond) return this.#lookAgain(first + SECOND_MS);
    reading.readsMs.push(nowMs);
    try {
      reading.ahead = await this.#read(shard, reading);
    } catch (error) {
      if (!(error instanceof AwsError && error.code === 'ProvisionedThroughputExceededException')) throw error;
      this.#lookAgain(nowMs + AGAIN_MS);
    }
  }

  #lookAgain(atMs: number): void {
    if (this.#wakes.size === 0) return;
    this.#again ??= this.#core.clock.at(atMs, () => {
      this.#again = undefined;
      for (const wake of this.#wakes) wake();
    });
  }

  async #read(shard: Shard, reading: Reading): Promise<StreamRecord[]> {
    const answer = await this.#call<GetRecordsAnswer>('GetRecords', {
      ShardIterator: await this.#iteratorFor(shard, reading),
      Limit: MOST_RECORDS,
    });
    const { NextShardIterator: text } = answer;
    if (text === undefined) delete reading.iterator;
    else reading.iterator = { text, madeAtMs: this.#core.clock.now() };
    reading.next = text === undefined ? shard.log.last + 1 : readIterator(text).next;
    return answer.Records.map(({ SequenceNumber, PartitionKey, Data, ApproximateArrivalTimestamp }) => {
      reading.underWay.set(SequenceNumber, readSequence(SequenceNumber)?.index ?? reading.next);
      const arrivedAtMs = Math.round(ApproximateArrivalTimestamp * 1000);
      return new StreamRecord(shard.id, SequenceNumber, PartitionKey, Data, arrivedAtMs);
    });
  }

  async #iteratorFor(shard: Shard, { iterator, next }: Reading): Promise<string> {
    if (iterator && this.#core.clock.now() - iterator.madeAtMs < ITERATOR_MS) return iterator.text;
    const { number, createdSeconds } = shard.kept;
    const before = { shard: number, shardCreatedSeconds: createdSeconds, index: next - 1, seconds: createdSeconds };
    const { ShardIterator } = await this.#call<{ ShardIterator: string }>('GetShardIterator', {
      StreamARN: this.#place.streamArn,
      ShardId: shard.id,
      ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
      StartingSequenceNumber: sequenceNumber(before),
    });
    return ShardIterator;
  }

  #endIfDone(shard: Shard, reading: Reading): void {
    const isEnded = !shard.isOpen && reading.underWay.size === 0 && reading.next > shard.log.last;
    if (isEnded && !reading.position.isEnded) this.#keep(shard, reading, { isEnded, next: reading.next });
  }

  #keep(shard: Shard, reading: Reading, change: Partial<Position>): void {
    reading.position = { ...reading.position, ...change };
    reading.next = Math.max(reading.next, reading.position.next);
    this.#positions().put(this.#keyOf(shard), reading.position);
  }

  #call<Answer>(operation: string, input: object): Promise<Answer> {
    const { principal } = this.#place;
    return this.#core.call({ service: 'kinesis', operation, input, principal }) as Promise<Answer>;
  }

  #positions() {
    return this.#core.store.collection(this.#place.owner, POSITIONS);
  }

  #keyOf({ id }: Shard): string {
    return `${this.#place.id}/${id}`;
  }
}

function firstIndex(log: ShardLog, start: StreamStart): number {
  if (start.at === 'AT_TIMESTAMP') return log.indexAt(start.timestampMs);
  return start.at === 'LATEST' ? log.last + 1 : 1;
}

interface GetRecordsAnswer {
  NextShardIterator?: string;
  Records: { SequenceNumber: string; PartitionKey: string; Data: string; ApproximateArrivalTimestamp: number }[];
}
