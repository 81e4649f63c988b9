/** A record that waits to be delivered. */
export interface HeldRecord {
  data: Buffer;
  /** Milliseconds since the epoch. */
  arrivedAtMs: number;
}

/** What one object will be made of. */
export interface HoseBuffer<Held extends HeldRecord = HeldRecord> {
  /** What the query has found, or why they cannot go where they should. */
  place: Place;
  records: Held[];
  bytes: number;
  /** When its first record was put in, in milliseconds since the epoch. */
  sinceMs: number;
}

/** Where records go. */
export type Place = { partition: Readonly<Record<string, string>> } | { errorType: string };

/** When a buffer becomes an object. */
export interface BufferingHints {
  bufferBytes: number;
  intervalMs: number;
}

/**
 * The buffers of a delivery stream, one for each place. A buffer becomes an object when it is as large as hinted, or as old.
 * https://docs.aws.amazon.com/firehose/latest/dev/buffering.html
 */
export class Buffers<Held extends HeldRecord = HeldRecord> {
  readonly #open = new Map<string, HoseBuffer<Held>>();

  /** How many places have records that wait. */
  get size(): number {
    return this.#open.size;
  }

  has(place: Place): boolean {
    return this.#open.has(keyOf(place));
  }

  /** Puts a record in; gives the buffer when it has become large enough by that, and it is open no more. */
  add(place: Place, record: Held, nowMs: number, { bufferBytes }: BufferingHints): HoseBuffer<Held> | undefined {
    const key = keyOf(place);
    const buffer = this.#open.get(key) ?? { place, records: [], bytes: 0, sinceMs: nowMs };
    buffer.records.push(record);
    buffer.bytes += record.data.length;
    if (buffer.bytes < bufferBytes) {
      this.#open.set(key, buffer);
      return undefined;
    }
    this.#open.delete(key);
    return buffer;
  }

  /** Takes out those that are old enough. */
  takeDue(nowMs: number, { intervalMs }: BufferingHints): HoseBuffer<Held>[] {
    return this.#take(({ sinceMs }) => sinceMs + intervalMs <= nowMs);
  }

  /** Takes out the largest. */
  takeLargest(): HoseBuffer<Held> | undefined {
    const most = Math.max(...[...this.#open.values()].map(({ bytes }) => bytes));
    const largest = [...this.#open.values()].find(({ bytes }) => bytes === most);
    return largest && this.#take((buffer) => buffer === largest)[0];
  }

  /** When the oldest is due; undefined when nothing waits. */
  nextDueMs({ intervalMs }: BufferingHints): number | undefined {
    if (this.#open.size === 0) return undefined;
    return Math.min(...[...this.#open.values()].map(({ sinceMs }) => sinceMs)) + intervalMs;
  }

  #take(isWanted: (buffer: HoseBuffer<Held>) => boolean): HoseBuffer<Held>[] {
    const taken = [...this.#open].filter(([, buffer]) => isWanted(buffer));
    for (const [key] of taken) this.#open.delete(key);
    return taken.map(([, buffer]) => buffer);
  }
}

const keyOf = (place: Place) => JSON.stringify(place);
