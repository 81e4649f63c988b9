/** Entries per bucket: small enough that an insertion moves little memory, large enough that there are few buckets. */
const BUCKET_LIMIT = 512;

/** Where a range begins and ends. Keys are compared as strings, code unit by code unit. */
export interface Range {
  gt?: string;
  gte?: string;
  lt?: string;
  lte?: string;
  reverse?: boolean;
  /** The most entries to give; negative or absent means all. */
  limit?: number;
}

/** A map that keeps its keys sorted. Reading one costs a hash lookup, writing a new one a binary search. */
export class OrderedMap<Value> {
  readonly #values = new Map<string, Value>();
  /** Sorted keys in sorted, never empty buckets. */
  #buckets: string[][] = [];

  get size(): number {
    return this.#values.size;
  }

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: Value): void {
    if (!this.#values.has(key)) this.#insert(key);
    this.#values.set(key, value);
  }

  delete(key: string): void {
    if (!this.#values.delete(key)) return;
    const at = this.#bucketOf(key);
    const bucket = this.#buckets[at] ?? [];
    bucket.splice(lowerBound(bucket, key), 1);
    if (bucket.length === 0) this.#buckets.splice(at, 1);
  }

  /** The smallest key, undefined when empty. */
  firstKey(): string | undefined {
    return this.#buckets[0]?.[0];
  }

  /** The keys in the range, in order. */
  keys(range: Range = {}): string[] {
    const limit = range.limit === undefined || range.limit < 0 ? Number.POSITIVE_INFINITY : range.limit;
    const found: string[] = [];
    const walk = range.reverse ? this.#backwards(range) : this.#forwards(range);
    for (const key of walk) {
      if (found.length >= limit) break;
      found.push(key);
    }
    return found;
  }

  /** The values in the range, in the order of their keys. */
  values(range: Range = {}): Value[] {
    return this.keys(range).map((key) => this.#values.get(key) as Value);
  }

  *#forwards({ gt, gte, lt, lte }: Range): Generator<string> {
    const start =
      [gt, gte].reduce((low, bound) => (bound !== undefined && bound > (low ?? '') ? bound : low), '') ?? '';
    for (let at = this.#bucketOf(start); at < this.#buckets.length; at += 1) {
      const bucket = this.#buckets[at] ?? [];
      for (let index = lowerBound(bucket, start); index < bucket.length; index += 1) {
        const key = bucket[index] as string;
        if (key === gt) continue;
        if ((lt !== undefined && key >= lt) || (lte !== undefined && key > lte)) return;
        yield key;
      }
    }
  }

  *#backwards({ gt, gte, lt, lte }: Range): Generator<string> {
    const end = [lt, lte].reduce((high, bound) =>
      bound !== undefined && (high === undefined || bound < high) ? bound : high,
    );
    const last = end === undefined ? this.#buckets.length - 1 : this.#bucketOf(end);
    for (let at = Math.min(last, this.#buckets.length - 1); at >= 0; at -= 1) {
      const bucket = this.#buckets[at] ?? [];
      for (let index = bucket.length - 1; index >= 0; index -= 1) {
        const key = bucket[index] as string;
        if ((lt !== undefined && key >= lt) || (lte !== undefined && key > lte)) continue;
        if ((gt !== undefined && key <= gt) || (gte !== undefined && key < gte)) return;
        yield key;
      }
    }
  }

  #insert(key: string): void {
    if (this.#buckets.length === 0) {
      this.#buckets.push([key]);
      return;
    }
    const at = this.#bucketOf(key);
    const bucket = this.#buckets[at] as string[];
    bucket.splice(lowerBound(bucket, key), 0, key);
    if (bucket.length > BUCKET_LIMIT) this.#buckets.splice(at + 1, 0, bucket.splice(BUCKET_LIMIT / 2));
  }

  /** The index of the last bucket whose first key is not after `key`; 0 when there is none. */
  #bucketOf(key: string): number {
    let low = 0;
    let high = this.#buckets.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#buckets[middle]?.[0] as string) <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** The index of the first key that is not before `key`. */
function lowerBound(sorted: string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
