import type { Played } from './bots.ts';
import { type Figures, figuresOf, type Reading, usedBetween } from './figures.ts';
import { type ArchiveCheck, behindOf, checkArchive, spreadOf } from './measured.ts';
import type { LoadParts } from './parts.ts';
import { AGE_GOAL_MS } from './tables.ts';

/** What is played. */
export interface RoundWish {
  what: string;
  players: number;
  seconds: number;
  everyMs: number;
  /** All begin at the moment that the manager calls over the sockets. */
  isSynchronized?: boolean;
  /** local-aws is killed in the middle. */
  isKilled?: boolean;
}

/** What came of it. */
export interface Round {
  sessionId: string;
  openedAtMs: number;
  /** How often the questions for a seat were answered so. */
  joined: Map<number, number>;
  played: Played;
  figures: Figures;
  /** Of a synchronized start: the largest difference between the bots' starts, and how late the last was; milliseconds. */
  start?: { spreadMs: number; latestMs: number };
  /** When in the run it was killed, and after how long it served again; milliseconds. */
  killed?: { atMs: number; outMs: number };
}

const BOARD_EVERY_MS = 2000;
const TICK_MS = 500;
/** Sockets know the moment so long before. */
const WAIT_FOR_START_MS = 2000;

/** Opens a session, has the bots join it, connect and play, and measures. */
export async function playRound(parts: LoadParts, wish: RoundWish): Promise<Round> {
  const { laptop, accounts, sessions, crowd, progress } = parts;
  const { what, players, seconds, everyMs } = wish;
  const bots = await accounts.bots(players, (there) => progress.at('signing up', there / players, `${there} bots`));
  const openedAtMs = Date.now();
  const sessionId = await sessions.open(players, wish.isSynchronized ?? false);
  progress.at('joining and connecting');
  await crowd.enter(bots, { apiUrl: laptop.apiUrl, wsUrl: laptop.wsUrl, sessionId });
  const joined = await crowd.join();
  if (joined.get(200) !== players)
    throw new Error(`not all ${players} bots got a seat: ${[...joined].map((pair) => pair.join(': ')).join(', ')}`);
  await crowd.connect();

  const before = await laptop.usage();
  const counted = crowd.counts();
  const forMs = seconds * 1000;
  const how = { forMs, everyMs, boardEveryMs: BOARD_EVERY_MS };
  const soonMs = Date.now() + WAIT_FOR_START_MS;
  const playing = crowd.play(wish.isSynchronized ? how : { ...how, atMs: soonMs });
  const fromMs = wish.isSynchronized ? await sessions.start(sessionId) : soonMs;
  const watching = setInterval(() => {
    const { taken, refused, unanswered } = crowd.counts();
    const part = Math.max(0, (Date.now() - fromMs) / forMs);
    const failed = refused - counted.refused + unanswered - counted.unanswered;
    const said = `${Math.round(Math.min(1, part) * seconds)} of ${seconds} s, ${taken - counted.taken} statuses`;
    progress.at(what, part, `${said}${failed > 0 ? `, ${failed} failed` : ''}`);
  }, TICK_MS);
  const reading = readEachSecond(laptop);
  try {
    const interrupted = wish.isKilled ? await interrupt(parts, fromMs + forMs / 2) : undefined;
    const played = await playing;
    const usedSince = interrupted ?? { usage: before, atMs: fromMs };
    const began = Math.min(...played.logs.map(({ startedAtMs }) => startedAtMs));
    const figures = figuresOf({
      ...played,
      used: usedBetween(usedSince.usage, await laptop.usage()),
      usedForMs: Date.now() - Math.max(usedSince.atMs, began),
      readings: reading.readings,
      fromMs: began,
      forMs,
    });
    const latestMs = Math.max(...played.logs.map((log) => log.startedAtMs - log.startsAtMs));
    return {
      ...{ sessionId, openedAtMs, joined, played, figures },
      ...(wish.isSynchronized && { start: { spreadMs: spreadOf(played.logs), latestMs } }),
      ...(interrupted && { killed: { atMs: interrupted.killedAtMs - began, outMs: interrupted.outMs } }),
    };
  } finally {
    reading.end();
    clearInterval(watching);
    progress.end();
  }
}

const READING_MS = 1000;

/** Asks what is used, each second; while it is out there is nothing to know. */
function readEachSecond({ usage }: Pick<LoadParts['laptop'], 'usage'>) {
  const readings: Reading[] = [];
  const read = async () => {
    const used = await usage();
    readings.push({ atMs: Date.now(), usage: used });
  };
  const timer = setInterval(() => read().catch(() => undefined), READING_MS);
  return { readings, end: () => clearInterval(timer) };
}

/** A few play for a moment, so that functions have started once before anything is measured. */
export async function warmUp(parts: LoadParts): Promise<void> {
  await playRound(parts, { what: 'warming up', players: 10, seconds: 5, everyMs: 300 });
}

async function interrupt({ laptop }: LoadParts, atMs: number) {
  await new Promise((resume) => setTimeout(resume, Math.max(0, atMs - Date.now())));
  const killedAtMs = Date.now();
  const outMs = await laptop.kill();
  return { killedAtMs, outMs, atMs: Date.now(), usage: await laptop.usage() };
}

/** What has come of the statuses that were taken. */
export interface Outcome {
  archive: ArchiveCheck & { objects: number };
  /** Whose newest status the board does not know. */
  behind: string[];
  /** How many messages set statuses aside, since the service was started. */
  setAside: number;
}

/**
 * Whether all came of it that is to come of it, all was taken, and, where the goal for it holds (`hasGoal`), the board was young enough. What
 * was under way at a kill may come twice, or not be taken: at least once is what Firehose promises.
 */
export function isRight(
  { archive, behind, setAside }: Outcome,
  { figures, killed }: Pick<Round, 'figures' | 'killed'>,
  hasGoal: boolean,
): boolean {
  if (archive.lost.length + archive.strange.length + behind.length > 0) return false;
  if (killed) return true;
  return archive.doubled + setAside + figures.failures === 0 && (!hasGoal || figures.age.p99 <= AGE_GOAL_MS);
}

const BOARD_PATIENCE_MS = 30_000;
/** Firehose keeps what it has for a minute, and local-aws may have to begin that again. */
const ARCHIVE_PATIENCE_MS = 200_000;
const POLL_MS = 2000;

/** Waits until the board and the archive have all that was taken, or for long enough, and says what they lack. */
export async function outcomeOf(
  { sessions, archive, progress }: LoadParts,
  { sessionId, openedAtMs, played }: Round,
): Promise<Outcome> {
  const { logs } = played;
  const behind = await settled(
    async () => behindOf(logs, await sessions.known(sessionId)),
    (names) => names.length === 0,
    BOARD_PATIENCE_MS,
  );
  const check = await settled(
    async () => {
      const { ids, objects } = await archive.read(sessionId, openedAtMs);
      return { ...checkArchive(logs, sessionId, ids), objects };
    },
    ({ lost, taken }) => {
      const there = taken - lost.length;
      progress.at('waiting for the archive', there / Math.max(1, taken), `${there} of ${taken}`);
      return lost.length === 0;
    },
    ARCHIVE_PATIENCE_MS,
  );
  progress.end();
  return { archive: check, behind, setAside: await sessions.setAside() };
}

async function settled<T>(ask: () => Promise<T>, isSo: (found: T) => boolean, patienceMs: number): Promise<T> {
  const endMs = Date.now() + patienceMs;
  for (;;) {
    const found = await ask();
    if (isSo(found) || Date.now() > endMs) return found;
    await new Promise((resume) => setTimeout(resume, POLL_MS));
  }
}
