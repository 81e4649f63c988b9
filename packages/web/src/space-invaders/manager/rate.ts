/** Records are counted over so long at least, in milliseconds. */
const WINDOW_MS = 5_000;

/** How many records a stream takes a second, by shard. Times in milliseconds, of one clock. */
export class RecordRate {
  /** The first is only where the time begins: what came before it came in a time that nobody knows. */
  #looks: { atMs: number; counts: Map<string, number> }[] = [];

  /** All records up to `nowMs` were read; these are new. */
  add(records: readonly { shardId: string }[], nowMs: number): void {
    const counts = new Map<string, number>();
    for (const { shardId } of records) counts.set(shardId, (counts.get(shardId) ?? 0) + 1);
    this.#looks.push({ atMs: nowMs, counts });
    const begin = this.#looks.findLastIndex(({ atMs }) => atMs <= nowMs - WINDOW_MS);
    this.#looks = this.#looks.slice(Math.max(0, begin));
  }

  /** A second, of shards that took any. Empty until one look has followed another. */
  byShard(): Map<string, number> {
    const [begin, ...looks] = this.#looks;
    const end = looks.at(-1);
    const rates = new Map<string, number>();
    if (!begin || !end || end.atMs <= begin.atMs) return rates;
    for (const { counts } of looks)
      for (const [shardId, count] of counts) rates.set(shardId, (rates.get(shardId) ?? 0) + count);
    for (const [shardId, count] of rates) rates.set(shardId, (count * 1000) / (end.atMs - begin.atMs));
    return rates;
  }
}
