import { z } from 'zod';
import { kind, kinds, type Owner, type Store } from '../core/store/index.ts';
import { StreamRecord } from './record.ts';

/** A record as it is kept, under its sequence number: `k` its partition key, `d` its data in base64, `t` when it came (milliseconds). */
interface KeptRecord {
  k: string;
  d: string;
  t: number;
}

/** So many records at most, or so much base64, stand in one collection; the latest of these are in memory as well. */
const SEGMENT_RECORDS = 1000;
const SEGMENT_CHARACTERS = 2_000_000;
const SEGMENTS_IN_MEMORY = 4;

const recordsOf = kinds<KeptRecord>('kinesis/records/', z.looseObject({ k: z.string(), d: z.string(), t: z.number() }));
const SEGMENTS = kind<SegmentStart>('kinesis/segments', z.looseObject({ first: z.number(), sinceMs: z.number() }));

/** Where a segment begins. */
interface SegmentStart {
  /** The index of its first record in the shard. */
  first: number;
  /** When that came. */
  sinceMs: number;
}

/** Records that follow one another. */
interface Segment extends SegmentStart {
  characters: number;
  /** Undefined: they are in the store only. */
  records: StreamRecord[] | undefined;
}

/** Where the segments of each shard begin that an earlier run has left, by `<owner>/<stream>/<shard>`. */
export function keptSegments(store: Store): (place: Omit<LogPlace, 'store'>) => readonly SegmentStart[] {
  const found = new Map<string, SegmentStart[]>();
  for (const { owner, key, value } of store.all(SEGMENTS)) {
    const name = `${owner}/${key.slice(0, key.lastIndexOf('/'))}`;
    const starts = found.get(name) ?? [];
    found.set(name, starts);
    starts.push(value);
  }
  return (place) => found.get(`${place.owner}/${logName(place)}`) ?? [];
}

const logName = ({ stream, shardId }: Pick<LogPlace, 'stream' | 'shardId'>) => `${stream}/${shardId}`;

/** Whose log it is. */
export interface LogPlace {
  store: Store;
  owner: Owner;
  stream: string;
  shardId: string;
}

/**
 * The records of one shard in the order in which they came, each a row of its own that nothing reads or writes again; the latest are in
 * memory, for the readers that keep up. Records have an index that counts up from 1.
 */
export class ShardLog {
  readonly #place: LogPlace;
  readonly #segments: Segment[];
  /** The index of the latest record that it had before the first segment. */
  #lastBefore = 0;
  /** What a reader that lags behind has asked for last. */
  #lagging: Segment | undefined;

  /** With what an earlier run has left. */
  constructor(place: LogPlace, kept: readonly SegmentStart[] = []) {
    this.#place = place;
    this.#segments = kept.map(({ first, sinceMs }) => ({ first, sinceMs, characters: 0, records: undefined }));
    const latest = this.#segments.at(-1);
    if (!latest) return;
    latest.records = this.#read(latest);
    latest.characters = latest.records.reduce((sum, { base64 }) => sum + base64.length, 0);
  }

  /** The index of the latest record; 0 without any. */
  get last(): number {
    const latest = this.#segments.at(-1);
    return latest ? latest.first + (latest.records?.length ?? 0) - 1 : this.#lastBefore;
  }

  /** The index of the oldest record that is kept: one after the last when there is none. */
  get first(): number {
    return this.#segments[0]?.first ?? this.last + 1;
  }

  get latest(): StreamRecord | undefined {
    return this.#segments.at(-1)?.records?.at(-1);
  }

  append(record: StreamRecord): void {
    const segment = this.#segmentFor(record);
    segment.records?.push(record);
    segment.characters += record.base64.length;
    const { sequenceNumber, partitionKey: k, base64: d, arrivedAtMs: t } = record;
    this.#collection(segment).put(sequenceNumber, { k, d, t });
  }

  /** The records from this index on: as many as `takes` takes, one after the other. */
  read(from: number, takes: (record: StreamRecord) => boolean): void {
    let index = Math.max(from, this.first);
    while (index <= this.last) {
      const segment = this.#segmentOf(index);
      const records = segment && this.#recordsIn(segment);
      if (!records || index - segment.first >= records.length) return;
      for (const record of records.slice(index - segment.first)) {
        if (!takes(record)) return;
        index += 1;
      }
    }
  }

  /** The index of the first record that came then or later: one after the last when there is none. */
  indexAt(atMs: number): number {
    const start = this.#segments.findLast(({ sinceMs }) => sinceMs < atMs)?.first ?? this.first;
    let index = start;
    this.read(start, ({ arrivedAtMs }) => {
      if (arrivedAtMs >= atMs) return false;
      index += 1;
      return true;
    });
    return index;
  }

  /** Lets go of what came before: whole segments only, and never of the latest, which says where the shard stands. */
  trim(beforeMs: number): void {
    while ((this.#segments[1]?.sinceMs ?? Number.POSITIVE_INFINITY) < beforeMs) {
      const [oldest] = this.#segments.splice(0, 1);
      if (oldest) this.#forget(oldest);
    }
  }

  /** Forgets all of it. */
  drop(): void {
    for (const segment of this.#segments.splice(0)) this.#forget(segment);
  }

  /** The same log, whose records are another owner's from now on. */
  movedTo(owner: Owner): ShardLog {
    const moved = new ShardLog({ ...this.#place, owner });
    moved.#lastBefore = this.first - 1;
    for (const segment of this.#segments) for (const record of this.#recordsIn(segment)) moved.append(record);
    return moved;
  }

  #segmentFor({ arrivedAtMs }: StreamRecord): Segment {
    const latest = this.#segments.at(-1);
    const isFull =
      latest && ((latest.records?.length ?? 0) >= SEGMENT_RECORDS || latest.characters >= SEGMENT_CHARACTERS);
    if (latest && !isFull) return latest;
    const segment: Segment = { first: this.last + 1, sinceMs: arrivedAtMs, characters: 0, records: [] };
    this.#segments.push(segment);
    const { first, sinceMs } = segment;
    this.#index().put(this.#keyOf(segment), { first, sinceMs });
    const older = this.#segments.at(-1 - SEGMENTS_IN_MEMORY);
    if (older) older.records = undefined;
    return segment;
  }

  #segmentOf(index: number): Segment | undefined {
    return this.#segments.findLast(({ first }) => first <= index);
  }

  #recordsIn(segment: Segment): StreamRecord[] {
    if (segment.records) return segment.records;
    if (this.#lagging?.first !== segment.first) this.#lagging = { ...segment, records: this.#read(segment) };
    return this.#lagging.records ?? [];
  }

  #read(segment: Segment): StreamRecord[] {
    const { shardId } = this.#place;
    return this.#collection(segment)
      .entries()
      .map(([sequenceNumber, { k, d, t }]) => new StreamRecord(shardId, sequenceNumber, k, d, t));
  }

  #forget(segment: Segment): void {
    const collection = this.#collection(segment);
    for (const [key] of collection.entries()) collection.delete(key);
    this.#index().delete(this.#keyOf(segment));
  }

  #index() {
    return this.#place.store.collection(this.#place.owner, SEGMENTS);
  }

  #collection(segment: Segment) {
    return this.#place.store.collection(this.#place.owner, recordsOf(this.#keyOf(segment)));
  }

  #keyOf({ first }: Segment): string {
    return `${logName(this.#place)}/${String(first).padStart(12, '0')}`;
  }
}
