import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Arrival, Hop, JournalState } from '../src/lib/journal.ts';
import { createJournalReader, type Follower, type JournalStream } from '../src/lib/journalReader.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const DATE_MS = 1_000_000;

/** A browser in which the test says when a frame comes and what the stream sends. */
function browser({ hasJournal = true as boolean | undefined } = {}) {
  const streams: { fire(name: string, data: unknown): void; stream: JournalStream; isClosed: boolean }[] = [];
  let frames: (() => void)[] = [];
  let nowMs = 0;
  const reader = createJournalReader({
    open() {
      const listeners = new Map<string, (event: { data: string }) => void>();
      const opened = {
        isClosed: false,
        fire: (name: string, data: unknown) => listeners.get(name)?.({ data: JSON.stringify(data) }),
        stream: {
          addEventListener: (name: string, listener: (event: { data: string }) => void) =>
            listeners.set(name, listener),
          close: () => {
            opened.isClosed = true;
          },
        } as JournalStream,
      };
      streams.push(opened);
      return opened.stream;
    },
    hasJournal: async () => hasJournal,
    onNextFrame: (run) => frames.push(run),
    nowMs: () => nowMs,
    dateMs: () => DATE_MS,
  });
  const latest = () => {
    const opened = streams.at(-1);
    if (!opened) throw new Error('nothing has been opened');
    return opened;
  };
  return {
    reader,
    streams,
    send: (...hops: Hop[]) => {
      for (const hop of hops) latest().fire('message', hop);
    },
    live: (seq: number, localMs = DATE_MS) => latest().fire('live', { seq, nowMs: localMs }),
    missed: (hops: number) => latest().fire('missed', { hops }),
    connect: () => latest().fire('open', null),
    async lose() {
      latest().fire('error', null);
      await jest.advanceTimersByTimeAsync(0);
    },
    frame(afterMs = 16) {
      nowMs += afterMs;
      const due = frames;
      frames = [];
      for (const run of due) run();
      return due.length;
    },
  };
}

function follower() {
  const arrivals: Arrival[] = [];
  const states: JournalState[] = [];
  const follower: Follower = { onArrival: (arrival) => arrivals.push(arrival), onState: (state) => states.push(state) };
  return { follower, arrivals, states, seqs: () => arrivals.flatMap(({ hops }) => hops.map(({ seq }) => seq)) };
}

const hop = (seq: number, overrides: Partial<Hop> = {}): Hop => ({
  seq,
  atMs: 1_000 + seq,
  kind: 'call',
  service: 'sns',
  action: 'Publish',
  outcome: 'ok',
  ...overrides,
});

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('the journal’s reader', () => {
  it('opens one connection for all who follow, and closes it when the last has gone', () => {
    const { reader, streams, connect } = browser();
    const [stopOne, stopOther] = [reader.follow(follower().follower), reader.follow(follower().follower)];
    connect();

    stopOne();
    jest.runAllTimers();
    const isOpenForTheOther = streams[0]?.isClosed === false;
    stopOther();
    jest.runAllTimers();

    expect(streams).toHaveLength(1);
    expect(isOpenForTheOther).toBe(true);
    expect(streams[0]?.isClosed).toBe(true);
  });

  it('keeps the connection while one page goes and the next comes', () => {
    const { reader, streams } = browser();
    const stop = reader.follow(follower().follower);

    stop();
    reader.follow(follower().follower);
    jest.runAllTimers();

    expect(streams).toHaveLength(1);
    expect(streams[0]?.isClosed).toBe(false);
  });

  it('gives all hops of a frame at once, the past ones apart', () => {
    const { reader, send, live, frame } = browser();
    const { follower: one, arrivals } = follower();
    reader.follow(one);

    send(hop(4), hop(5));
    live(9);
    send(hop(10), hop(11));
    const frames = frame();

    expect(frames).toBe(1);
    expect(arrivals).toEqual([
      { hops: [hop(4), hop(5)], isPast: true, missed: 0, clockAheadMs: 0 },
      { hops: [hop(10), hop(11)], isPast: false, missed: 0, clockAheadMs: 0 },
    ]);
  });

  it('says of past hops how far the page’s clock is ahead of the one that dated them, and gives none before it knows', () => {
    const { reader, send, live, frame } = browser();
    const { follower: one, arrivals } = follower();
    const { follower: later, arrivals: known } = follower();
    reader.follow(one);

    send(hop(4));
    expect(frame()).toBe(0);
    live(4, DATE_MS - 90_000);
    frame();
    reader.follow(later);

    expect([...arrivals, ...known]).toEqual(
      [1, 2].map(() => ({ hops: [hop(4)], isPast: true, missed: 0, clockAheadMs: 90_000 })),
    );
  });

  it('leaves out what pages ask again and again', () => {
    const { reader, send, frame, live } = browser();
    const { follower: one, seqs } = follower();
    reader.follow(one);
    live(0);

    send(hop(1), hop(2, { traceId: '1-00000000-000000000000000000000000' }), hop(3));
    frame();

    expect(seqs()).toEqual([1, 3]);
  });

  it('gives who comes later what is known already, as past', () => {
    const { reader, send, live, frame } = browser();
    reader.follow(follower().follower);
    live(0);
    send(...range(1, 300).map((seq) => hop(seq)));
    frame();
    const { follower: late, arrivals, seqs } = follower();

    reader.follow(late);

    expect(arrivals).toHaveLength(1);
    expect(arrivals[0]?.isPast).toBe(true);
    expect(seqs()).toEqual(range(101, 300));
  });

  it('takes what a hidden tab has gathered for past, and holds no more of it than two thousand', () => {
    const { reader, send, live, frame } = browser();
    const { follower: one, arrivals, seqs } = follower();
    reader.follow(one);
    live(0);

    send(...range(1, 10_000).map((seq) => hop(seq)));
    frame(60_000);

    expect(arrivals).toHaveLength(1);
    expect(arrivals[0]).toMatchObject({ isPast: true });
    expect(seqs().length).toBeLessThanOrEqual(2_000);
    expect(seqs().at(-1)).toBe(10_000);
    expect((arrivals[0]?.missed ?? 0) + seqs().length).toBe(10_000);
  });

  it('tells how many hops were missed because the page was behind', () => {
    const { reader, send, live, missed, frame } = browser();
    const { follower: one, arrivals } = follower();
    reader.follow(one);
    live(1);

    missed(37);
    send(hop(39));
    frame();
    missed(2);
    frame();

    expect(arrivals).toEqual([
      { hops: [hop(39)], isPast: false, missed: 37, clockAheadMs: 0 },
      { hops: [], isPast: false, missed: 2, clockAheadMs: 0 },
    ]);
  });

  it('comes back after the connection was lost, tells nothing twice, and how many it missed meanwhile', async () => {
    const { reader, streams, send, live, connect, lose, frame } = browser();
    const { follower: one, arrivals, states, seqs } = follower();
    reader.follow(one);
    connect();
    live(0);
    send(hop(1), hop(2));
    frame();

    await lose();
    jest.advanceTimersByTime(500);
    connect();
    send(hop(2), hop(8));
    live(10);
    send(hop(11));
    frame();

    expect(states).toEqual(['connecting', 'live', 'lost', 'live']);
    expect(streams).toHaveLength(2);
    expect(seqs()).toEqual([1, 2, 8, 11]);
    expect(arrivals.at(-1)?.missed).toBe(7);
  });

  it('goes on with a journal that has begun anew', async () => {
    const { reader, send, live, connect, lose, frame } = browser();
    const { follower: one, arrivals, seqs } = follower();
    reader.follow(one);
    connect();
    live(0);
    send(hop(500));
    frame();

    await lose();
    jest.advanceTimersByTime(500);
    connect();
    send(hop(3, { atMs: 9_003 }));
    live(4);
    send(hop(5, { atMs: 9_005 }));
    frame();

    expect(seqs()).toEqual([500, 3, 5]);
    expect(arrivals.every(({ missed }) => missed === 0)).toBe(true);
  });

  it('waits longer after each failure, five seconds at the most, and shortly again once it was there', async () => {
    const { reader, streams, connect, lose } = browser();
    reader.follow(follower().follower);
    connect();
    const waits: number[] = [];

    for (let failure = 0; failure < 7; failure += 1) {
      if (failure === 6) connect();
      const before = streams.length;
      await lose();
      let waitedMs = 0;
      for (; streams.length === before; waitedMs += 500) jest.advanceTimersByTime(500);
      waits.push(waitedMs);
    }

    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000, 500]);
  });

  it('stops asking where there is no journal', async () => {
    const { reader, streams, lose } = browser({ hasJournal: false });
    const { follower: one, states } = follower();
    reader.follow(one);

    await lose();
    jest.advanceTimersByTime(60_000);

    expect(states).toEqual(['connecting', 'absent']);
    expect(streams).toHaveLength(1);
  });

  it('goes on asking when nobody answers who could say whether there is a journal', async () => {
    const { reader, streams, connect, lose } = browser({ hasJournal: undefined });
    const { follower: one, states } = follower();
    reader.follow(one);

    await lose();
    jest.advanceTimersByTime(500);
    connect();

    expect(states).toEqual(['connecting', 'lost', 'live']);
    expect(streams).toHaveLength(2);
  });
});
