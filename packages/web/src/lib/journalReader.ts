import type { Arrival, Hop, JournalState } from './journal.ts';
import { LOOK_TRACE } from './look.ts';

/** What the reader needs of an `EventSource`. */
export interface JournalStream {
  addEventListener(name: string, listener: (event: { data: string }) => void): void;
  close(): void;
}

/** What the reader is made with. */
export interface ReaderParts {
  open(): JournalStream;
  /** Asked when no connection was ever made: false where there is no journal, undefined when nobody answers. */
  hasJournal(): Promise<boolean | undefined>;
  onNextFrame(run: () => void): void;
  /** A clock that never goes back, in milliseconds. */
  nowMs(): number;
  /** The clock by which the page tells times, in milliseconds since the epoch. */
  dateMs(): number;
}

/** Who follows the journal. */
export interface Follower {
  onArrival(arrival: Arrival): void;
  onState(state: JournalState): void;
}

/** One connection, and everybody who follows it. */
export interface JournalReader {
  /** Tells the state and the hops that are known at once, and what comes until the returned function is called. */
  follow(follower: Follower): () => void;
}

/** First wait before another try, in milliseconds; doubled up to the longest. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5_000;
/** Hops kept for who begins to follow later: as many as the last chain may have. */
const MOST_KEPT = 200;
/** Hops that wait for a frame: a hidden tab has none. Older ones are missed. */
const MOST_WAITING = 2_000;
/** What has waited longer for a frame than that was not seen happening. */
const LATE_MS = 1_000;

/** Follows the journal for the whole page, for as long as anybody does; comes back by itself after the connection was lost. */
export function createJournalReader(parts: ReaderParts): JournalReader {
  const followers = new Set<Follower>();
  const intake = createIntake(parts, (arrival) => {
    for (const follower of followers) follower.onArrival(arrival);
  });
  let state: JournalState = 'connecting';
  let stream: JournalStream | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = FIRST_RETRY_MS;
  let hasOpened = false;

  const enter = (next: JournalState) => {
    if (state === next) return;
    state = next;
    for (const follower of followers) follower.onState(state);
  };
  const retry = () => {
    enter('lost');
    timer = setTimeout(open, retryMs);
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
  };
  const open = () => {
    const opened = parts.open();
    stream = opened;
    intake.begin();
    opened.addEventListener('open', () => {
      hasOpened = true;
      retryMs = FIRST_RETRY_MS;
      enter('live');
    });
    opened.addEventListener('message', ({ data }) => intake.take(JSON.parse(data) as Hop));
    opened.addEventListener('missed', ({ data }) => intake.miss((JSON.parse(data) as { hops: number }).hops));
    opened.addEventListener('live', ({ data }) => intake.goLive(JSON.parse(data) as { seq: number; nowMs: number }));
    opened.addEventListener('error', () => {
      opened.close();
      if (hasOpened) return retry();
      void parts.hasJournal().then((known) => {
        if (stream !== opened) return;
        if (known === false) enter('absent');
        else retry();
      });
    });
  };
  const close = () => {
    clearTimeout(timer);
    stream?.close();
    stream = undefined;
  };

  return {
    follow(follower) {
      followers.add(follower);
      follower.onState(state);
      const known = intake.known();
      if (known.hops.length > 0) follower.onArrival(known);
      if (!stream && state !== 'absent') open();
      return () => {
        followers.delete(follower);
        // A page that goes and a page that comes change within one turn: they share the connection.
        setTimeout(() => followers.size === 0 && close());
      };
    },
  };
}

/** Gathers the hops of a frame. What it holds is bounded, however many come and however rarely there is a frame. */
function createIntake({ onNextFrame, nowMs, dateMs }: ReaderParts, onArrival: (arrival: Arrival) => void) {
  let past: Hop[] = [];
  let live: Hop[] = [];
  let missed = 0;
  /** Since when something waits for a frame. */
  let waitingSinceMs: number | undefined;
  let kept: readonly Hop[] = [];
  let newest = { seq: 0, atMs: 0 };
  let isLive = false;
  let clockAheadMs = 0;
  /** The newest hop of the connection before, 0 when there was none, and how many of those after it the last chain had. */
  let seqBefore = 0;
  let caughtUp = 0;

  const flush = () => {
    const isLate = nowMs() - (waitingSinceMs ?? 0) > LATE_MS;
    const arrivals: Arrival[] = [
      { hops: past, isPast: true, missed: 0, clockAheadMs },
      { hops: live, isPast: isLate, missed, clockAheadMs },
    ];
    past = [];
    live = [];
    missed = 0;
    waitingSinceMs = undefined;
    for (const arrival of arrivals) {
      if (arrival.hops.length === 0 && arrival.missed === 0) continue;
      kept = [...kept, ...arrival.hops].slice(-MOST_KEPT);
      onArrival(arrival);
    }
  };
  const schedule = () => {
    if (waitingSinceMs !== undefined) return;
    waitingSinceMs = nowMs();
    onNextFrame(flush);
  };
  const miss = (hops: number) => {
    if (hops <= 0) return;
    missed += hops;
    schedule();
  };

  return {
    known: (): Arrival => ({ hops: kept, isPast: true, missed: 0, clockAheadMs }),
    /** A new connection: what it sends first is the last chain. */
    begin() {
      isLive = false;
      seqBefore = newest.seq;
      caughtUp = 0;
    },
    take(hop: Hop) {
      // Part of the last chain was seen before the connection was lost; a journal that has begun anew counts from 1 again.
      if (hop.seq <= newest.seq && hop.atMs <= newest.atMs) return;
      newest = hop;
      if (!isLive) caughtUp += 1;
      if (hop.traceId === LOOK_TRACE) return;
      const waiting = isLive ? live : past;
      waiting.push(hop);
      if (waiting.length > MOST_WAITING) {
        waiting.splice(0, MOST_WAITING / 2);
        missed += MOST_WAITING / 2;
      }
      // The last chain waits for the word that it was all: that says how late it is there.
      if (isLive) schedule();
    },
    miss,
    /** What comes from here on happens now; `seq` is the number of the newest hop, `atMs` the time at local-aws. */
    goLive({ seq, nowMs: atMs }: { seq: number; nowMs: number }) {
      isLive = true;
      clockAheadMs = dateMs() - atMs;
      if (past.length > 0) schedule();
      if (seqBefore > 0) miss(seq - seqBefore - caughtUp);
      newest = { seq, atMs: newest.atMs };
    },
  };
}
