/** What all readers of a shard together may do: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const READS_A_SECOND = 5;
const BYTES_A_SECOND = 2 * 1_048_576;
/** The most that one read gives; nobody reads for five seconds then. */
const MOST_BYTES = 10 * 1_048_576;

const SECOND_MS = 1000;

/** Whether a shard may be read. What reads have given beyond what a second has is made up for before the next. */
export class ReadLimit {
  /** When it was read within the last second. */
  #readsMs: number[] = [];
  /** Until when what was given is made up for. */
  #paidMs = 0;

  /** Counts a read; false: it may not be made now. */
  begin(nowMs: number): boolean {
    this.#readsMs = this.#readsMs.filter((atMs) => nowMs - atMs < SECOND_MS);
    if (this.#readsMs.length >= READS_A_SECOND || this.#paidMs - nowMs >= SECOND_MS) return false;
    this.#readsMs.push(nowMs);
    return true;
  }

  /** A read has given so much. */
  gave(bytes: number, nowMs: number): void {
    this.#paidMs = Math.max(this.#paidMs, nowMs) + (bytes / BYTES_A_SECOND) * SECOND_MS;
    // A second's worth may be given at once, but not beside the most.
    if (bytes > MOST_BYTES - BYTES_A_SECOND / 2) this.#paidMs += SECOND_MS;
  }
}
