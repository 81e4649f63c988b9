import type { Session } from '@arcade/events/contracts/space-invaders';
import { PLAY } from '@arcade/events/contracts/space-invaders';
import type { Contender } from '../domain/contender.ts';
import type { ContendersTable } from '../domain/ports.ts';
import type { Status } from '../domain/status.ts';

/** 2030-01-01T00:00:00.000Z */
export const NOW_MS = Date.parse('2030-01-01T00:00:00Z');

/** Open since a minute. */
export const sessionOf = (overrides: Partial<Session> = {}): Session => ({
  sessionId: 's-1',
  gameType: 'MULTIPLE_TRIALS',
  seats: 200,
  isSynchronized: false,
  openedAtMs: NOW_MS - 60_000,
  ...overrides,
});

/** Seated since ten seconds, and nothing sent. */
export const contenderOf = (overrides: Partial<Contender> = {}): Contender => ({
  player: 'ann',
  sessionId: 's-1',
  name: 'Ann',
  seatedAtMs: NOW_MS - 10_000,
  seenAtMs: NOW_MS - 10_000,
  ...overrides,
});

/** Two invaders hit by three shots. */
export const statusOf = (overrides: Partial<Status> = {}): Status => ({
  sessionId: 's-1',
  player: 'ann',
  name: 'Ann',
  trial: 1,
  sequence: 2,
  score: 10,
  lives: 3,
  shots: 3,
  level: 1,
  sentAtMs: NOW_MS,
  arrivedAtMs: NOW_MS,
  ...overrides,
});

/** How a game goes, and how what it says travels. Each is a number in [0, 1). */
export type Dice = () => number;

/** Repeatable numbers in [0, 1). */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How often a page tells of a game. */
const EVERY_MS = 300;
/** The longest that a page waits for a status to be taken. */
const GIVES_UP_MS = 5_000;

/**
 * The statuses of an honest player: trial after trial, each by the rules of the game, from `fromMs` on. A status arrives up to five seconds
 * after it was sent, so that some overtake others.
 */
export function honestGames(dice: Dice, { player = 'ann', trials = 2, seconds = 20, fromMs = NOW_MS } = {}): Status[] {
  const name = player;
  const statuses: Status[] = [];
  let atMs = fromMs;
  for (let trial = 1; trial <= trials; trial += 1) {
    const beginsAtMs = atMs;
    const [skill, zeal] = [dice(), dice()];
    let standing = { score: 0, lives: PLAY.lives as number, shots: 0, level: 1, hits: 0 };
    for (let sequence = 1; standing.lives > 0 && atMs < beginsAtMs + seconds * 1000; sequence += 1) {
      const arrivedAtMs = Math.round(atMs + (dice() < 0.1 ? dice() * GIVES_UP_MS : dice() * 200));
      const { hits: _hits, ...told } = standing;
      statuses.push({ sessionId: 's-1', player, name, trial, sequence, ...told, sentAtMs: atMs, arrivedAtMs });
      atMs += EVERY_MS;
      standing = playedOn(standing, (atMs - beginsAtMs) / 1000, dice, skill, zeal);
    }
    atMs += 1_000;
  }
  return statuses;
}

interface Played {
  score: number;
  lives: number;
  shots: number;
  level: number;
  hits: number;
}

function playedOn(
  { score, lives, shots, level, hits }: Played,
  seconds: number,
  dice: Dice,
  skill: number,
  zeal: number,
): Played {
  const most = Math.floor(seconds * PLAY.rocketsPerSecond) + 1;
  const fired = Math.min(Math.floor(dice() * 3 * (zeal + 0.2)), most - shots);
  const hit = Math.min(Math.floor(fired * (skill + 0.3)), fired);
  const isDone = hits + hit >= PLAY.invaders * level;
  return {
    hits: isDone ? PLAY.invaders * level : hits + hit,
    score: score + hit * PLAY.points + (isDone ? level * PLAY.levelBonus : 0),
    level: isDone ? level + 1 : level,
    shots: shots + fired,
    lives: dice() < 0.03 ? lives - 1 : lives,
  };
}

/** All of them in another order. */
export function shuffled<One>(ones: readonly One[], dice: Dice): One[] {
  const mixed = [...ones];
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(dice() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other] as One, mixed[at] as One];
  }
  return mixed;
}

/** The players in memory. `beforeKeep` comes before each write: there a test lets others go first. */
export function contendersInMemory(contenders: readonly Contender[], beforeKeep: (seen: Contender) => void = () => {}) {
  const known = new Map(contenders.map((one) => [`${one.sessionId} ${one.player}`, one]));
  const asked: string[][] = [];
  const ranked = (sessionId: string) =>
    [...known.values()]
      .filter((one) => one.sessionId === sessionId && one.rank !== undefined)
      .sort((one, other) => ((one.rank ?? '') < (other.rank ?? '') ? -1 : 1));
  return {
    asked,
    find: (player: string) => known.get(`s-1 ${player}`),
    set: (contender: Contender) => void known.set(`${contender.sessionId} ${contender.player}`, contender),
    /** As it is shown: the first of it first. */
    board: (sessionId: string) => ranked(sessionId).map(({ name, shown }) => `${name} ${shown?.score}`),

    async findAll(whose) {
      const keys = whose.map(({ player, sessionId }) => `${sessionId} ${player}`);
      asked.push(keys);
      return keys.flatMap((key) => known.get(key) ?? []);
    },
    async keep(seen, next) {
      beforeKeep(seen);
      const key = `${seen.sessionId} ${seen.player}`;
      const current = known.get(key);
      if (!current || versionOf(current) !== versionOf(seen)) return { refused: current };
      known.set(key, next);
      return 'kept';
    },
    async rankAt(sessionId, place) {
      return ranked(sessionId)[place - 1]?.rank;
    },
  } satisfies ContendersTable & Record<string, unknown>;
}

/** What a write of the table is conditional on. */
const versionOf = ({ latest, shown, seenAtMs, freedAtMs }: Contender) =>
  JSON.stringify([latest?.trial, latest?.sequence, shown?.trial, shown?.sequence, seenAtMs, freedAtMs]);
