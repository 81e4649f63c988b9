import type { BoardRow, StatusTimes, StreamRecord } from './ports.ts';

/** One status of which the page knows when it was sent and when the board first showed it. Times in milliseconds since the epoch. */
export interface Shot extends StatusTimes {
  /** When the stream took it; undefined when the page has not read it there. */
  streamedAtMs: number | undefined;
  /** When the board was asked for that shows it, and when its answer came; by the service's clock. */
  askedAtMs: number;
  shownAtMs: number;
}

/** How long each part of the way took, in milliseconds; they add up to `totalMs`. */
export interface Age {
  totalMs: number;
  /** From the player's page into the stream. */
  streamMs: number;
  /** From the stream to the write; where it is not known when that was, the poll is in it as well. */
  batchMs: number;
  /** How long the board lay in the table until it was asked for; undefined where it is not known when it was written. */
  pollMs: number | undefined;
  /** Until its answer was there. */
  tableMs: number;
}

/** A clock may be slow: nothing takes less than no time. */
const since = (later: number, earlier: number): number => Math.max(0, later - earlier);

/** How old a status was when the board first showed it, and where the time went. */
export function ageOf({ sentAtMs, arrivedAtMs, streamedAtMs, writtenAtMs, askedAtMs, shownAtMs }: Shot): Age {
  const inStreamAtMs = streamedAtMs ?? arrivedAtMs;
  const tableMs = since(shownAtMs, askedAtMs);
  // Written while the answer was on its way: then nothing waited for the poll.
  const written = writtenAtMs === undefined ? undefined : Math.min(writtenAtMs, askedAtMs);
  // By the player's clock, then API Gateway's, then the stream's: what one is behind another counts as no time.
  const streamMs = since(arrivedAtMs, sentAtMs) + since(inStreamAtMs, arrivedAtMs);
  const batchMs = since(written ?? askedAtMs, inStreamAtMs);
  const pollMs = written === undefined ? undefined : since(askedAtMs, written);
  return { totalMs: streamMs + batchMs + (pollMs ?? 0) + tableMs, streamMs, batchMs, pollMs, tableMs };
}

/** The one in the middle, so that its parts add up; undefined when there are none. */
export function middleAge(ages: readonly Age[]): Age | undefined {
  return ages.toSorted((one, other) => one.totalMs - other.totalMs)[Math.floor((ages.length - 1) / 2)];
}

const keyOf = ({ player, trial, sequence }: { player: string; trial: number; sequence: number }) =>
  `${player}.${trial}.${sequence}`;

/** By what the status in a record of the stream is known again on the board; undefined for what is no status. */
export function statusKeyIn({ data }: Pick<StreamRecord, 'data'>): string | undefined {
  try {
    const { detail } = JSON.parse(new TextDecoder().decode(data)) as { detail?: Record<string, unknown> };
    const { player, trial, sequence } = detail ?? {};
    if (typeof player !== 'string' || typeof trial !== 'number' || typeof sequence !== 'number') return undefined;
    return keyOf({ player, trial, sequence });
  } catch {
    return undefined;
  }
}

/** Statuses are looked for on the board for so long; ages are told of so many milliseconds. */
const KEPT_MS = 30_000;
const TOLD_MS = 10_000;

/**
 * Follows statuses from the stream to the board. Of each player the newest status that the board knows of is measured when it is first seen there.
 * All times by the service's clock, in milliseconds since the epoch.
 */
export class AgeWatch {
  readonly #streamed = new Map<string, number>();
  /** Of each player the newest that was seen on the board. */
  readonly #seen = new Map<string, string>();
  #ages: { atMs: number; age: Age }[] = [];
  #hasLooked = false;

  /** A status was read from the stream, which had taken it at `streamedAtMs`. */
  streamed(key: string, streamedAtMs: number): void {
    this.#streamed.set(key, streamedAtMs);
  }

  /** The board was asked for at `askedAtMs`, and shows these rows since `shownAtMs`. */
  shown(
    rows: readonly Pick<BoardRow, 'player' | 'latest'>[],
    { askedAtMs, shownAtMs }: Pick<Shot, 'askedAtMs' | 'shownAtMs'>,
  ): void {
    for (const { player, latest } of rows) {
      if (!latest) continue;
      const key = keyOf({ player, ...latest });
      if (this.#seen.get(player) === key) continue;
      this.#seen.set(player, key);
      // What was there before the first look is of any age.
      if (!this.#hasLooked) continue;
      const age = ageOf({ ...latest, streamedAtMs: this.#streamed.get(key), askedAtMs, shownAtMs });
      this.#ages.push({ atMs: shownAtMs, age });
    }
    this.#hasLooked = true;
    this.#ages = this.#ages.filter(({ atMs }) => atMs > shownAtMs - TOLD_MS);
    for (const [key, atMs] of this.#streamed) if (atMs < shownAtMs - KEPT_MS) this.#streamed.delete(key);
  }

  /** The age of the board as it is now; undefined while nobody's standing has changed. */
  now(): Age | undefined {
    return middleAge(this.#ages.map(({ age }) => age));
  }
}
