import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { BotAccount, Place, Play } from './bot.ts';
import { type Asked, COUNTS, type Played } from './bots.ts';

/** All bots of a run, in their threads. */
export interface Crowd {
  /** Each of the accounts gets a bot; those that were there before have left. */
  enter(accounts: readonly BotAccount[], place: Place): Promise<void>;
  /** All ask for a seat at once, every so-manieth twice. Gives how often each status was answered. */
  join(duplicates?: number): Promise<Map<number, number>>;
  /** All open their sockets. */
  connect(): Promise<void>;
  /** See `Asked`. */
  play(play: { atMs?: number; forMs: number } & Omit<Play, 'endsAtMs'>): Promise<Played>;
  /** What was answered since the crowd came together. */
  counts(): Record<(typeof COUNTS)[number], number>;
  /** Ends the threads. */
  end(): Promise<void>;
}

/** Two, so that one bot's work does not delay all others; more would take what they measure its cores. */
const THREADS = 2;

/** Starts the threads. */
export function createCrowd(): Crowd {
  const shared = new SharedArrayBuffer(COUNTS.length * Int32Array.BYTES_PER_ELEMENT);
  const workers = Array.from(
    { length: THREADS },
    () => new Worker(new URL('./bots.ts', import.meta.url), { workerData: shared }),
  );
  const ask = async (worker: Worker, asked: Asked): Promise<unknown> => {
    worker.postMessage(asked);
    const [{ answer, error }] = await once(worker, 'message');
    if (error !== undefined) throw new Error(error);
    return answer;
  };
  const askAll = (asked: Asked) => Promise.all(workers.map((worker) => ask(worker, asked)));
  return {
    async enter(accounts, place) {
      await askAll({ kind: 'leave' });
      await Promise.all(
        workers.map((worker, thread) => {
          const own = accounts.filter((_, at) => at % THREADS === thread);
          return ask(worker, { kind: 'enter', accounts: own, place });
        }),
      );
    },
    async join(duplicates = 0) {
      const counts = new Map<number, number>();
      for (const answered of (await askAll({ kind: 'join', duplicates })) as Record<string, number>[])
        for (const [status, count] of Object.entries(answered))
          counts.set(Number(status), (counts.get(Number(status)) ?? 0) + count);
      return counts;
    },
    async connect() {
      await askAll({ kind: 'connect' });
    },
    async play(play) {
      const played = (await askAll({ kind: 'play', ...play })) as Played[];
      return {
        logs: played.flatMap(({ logs }) => logs),
        shown: played.flatMap(({ shown }) => shown),
        boardMs: played.flatMap(({ boardMs }) => boardMs),
      };
    },
    counts() {
      const numbers = new Int32Array(shared);
      return Object.fromEntries(COUNTS.map((name, at) => [name, numbers[at] ?? 0])) as ReturnType<Crowd['counts']>;
    },
    async end() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
