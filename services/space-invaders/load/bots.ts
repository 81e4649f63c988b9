import { parentPort, workerData } from 'node:worker_threads';
import { abreast } from '@arcade/lambda/abreast';
import { Bot, type BotAccount, type Place, type Play } from './bot.ts';
import { type BotLog, createWatcher, type Shown } from './measured.ts';

/*
 * Bots in a thread of their own: what they do takes no time of what is measured, as far as there are cores.
 */

/** What a thread of bots is asked to do. */
export type Asked =
  | { kind: 'enter'; accounts: BotAccount[]; place: Place }
  /** All ask for a seat at once, every so-manieth twice (0: none). Gives how often each status was answered. */
  | { kind: 'join'; duplicates: number }
  | { kind: 'connect' }
  /** Begins when it is called over the sockets, or at a moment, and plays for so long. Gives what they have to tell. */
  | ({ kind: 'play'; atMs?: number; forMs: number } & Omit<Play, 'endsAtMs'>)
  | { kind: 'leave' };

/** What bots tell when they have played. */
export interface Played {
  logs: BotLog[];
  shown: Shown[];
  /** Of questions for the board that were answered, how long each took, in milliseconds. */
  boardMs: number[];
}

/** Where a thread counts while it plays, for whoever watches: places in a shared array. */
export const COUNTS = ['taken', 'refused', 'unanswered', 'boards'] as const;

/** Handshakes at once: API Gateway takes 500 new connections a second. */
const ABREAST = 25;

const counts = new Int32Array(workerData as SharedArrayBuffer);
const count = (what: (typeof COUNTS)[number]) => Atomics.add(counts, COUNTS.indexOf(what), 1);

let bots: Bot[] = [];
let watcher = createWatcher();
let boardMs: number[] = [];

function enter({ accounts, place }: Extract<Asked, { kind: 'enter' }>): void {
  watcher = createWatcher();
  boardMs = [];
  bots = accounts.map(
    (account) =>
      new Bot(account, place, {
        answered(what, status, tookMs) {
          const isTaken = status >= 200 && status < 300;
          if (what === 'status') count(isTaken ? 'taken' : status === 0 ? 'unanswered' : 'refused');
          else if (isTaken) {
            count('boards');
            boardMs.push(tookMs);
          }
        },
        board: (rows, seenAtMs) => watcher.see(rows, seenAtMs),
      }),
  );
}

async function join(duplicates: number): Promise<Record<number, number>> {
  const answers = await Promise.all(bots.map((bot, at) => bot.join(duplicates > 0 && at % duplicates === 0 ? 2 : 1)));
  return Object.fromEntries([...Map.groupBy(answers, (status) => status)].map(([status, all]) => [status, all.length]));
}

async function play({ atMs, forMs, ...how }: Extract<Asked, { kind: 'play' }>): Promise<Played> {
  await Promise.all(
    bots.map(async (bot) => {
      await bot.begin(atMs);
      await bot.play({ ...how, endsAtMs: bot.log.startedAtMs + forMs });
    }),
  );
  return { logs: bots.map(({ log }) => log), shown: watcher.shown, boardMs };
}

async function answerTo(asked: Asked): Promise<unknown> {
  switch (asked.kind) {
    case 'enter':
      return enter(asked);
    case 'join':
      return join(asked.duplicates);
    case 'connect':
      return abreast(ABREAST, bots, (bot) => bot.connect());
    case 'play':
      return play(asked);
    case 'leave':
      for (const bot of bots) bot.leave();
      return undefined;
  }
}

parentPort?.on('message', (asked: Asked) => {
  void answerTo(asked).then(
    (answer) => parentPort?.postMessage({ answer }),
    (error: unknown) => parentPort?.postMessage({ error: String(error) }),
  );
});
