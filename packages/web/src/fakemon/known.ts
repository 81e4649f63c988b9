import { clockHeard, type ServerClock, serverTime } from '../lib/serverClock.ts';
import type { Told } from './messages.ts';
import type { Capture, Sighting, Throw, Verdict } from './shapes.ts';

/** A fakémon, and what the page has seen of it. */
export interface Known extends Sighting {
  /** When the page first heard of it. */
  heardAtMs: number;
  /** When its last unit went, or it was missed in the world. Both by this page's clock. */
  goneAtMs: number | undefined;
}

/** All that the screen shows comes from here, whoever told it: the socket, or the answers to questions. */
export interface Game {
  fakemon: ReadonlyMap<string, Known>;
  /** Mine, the latest last. */
  throws: readonly Throw[];
  /** Mine, the newest first; undefined until they are known. */
  captures: readonly Capture[] | undefined;
  /** Events that were heard, the latest last: the socket brings each at least once. */
  heard: readonly string[];
  clock: ServerClock | undefined;
  /** How many units were taken, others' and mine, since the page is open: whoever shows a ranking asks again. */
  unitsTaken: number;
  /** The latest of them. */
  lastTaken: { by: string; species: string; atMs: number } | undefined;
}

export const nothingKnown: Game = {
  fakemon: new Map(),
  throws: [],
  captures: undefined,
  heard: [],
  clock: undefined,
  unitsTaken: 0,
  lastTaken: undefined,
};

/** What the page learns. `nowMs` and other times by this page's clock, in milliseconds since the epoch. */
export type News =
  /** An answer to `GET /world`. */
  | { kind: 'world'; nowMs: number; sentAtMs: number; told: { nowMs: number; fakemon: readonly Sighting[] } }
  /** A message of the socket. */
  | { kind: 'told'; nowMs: number; told: Told }
  /** The collection, as `GET /collection` has it. */
  | { kind: 'collection'; captures: readonly Capture[] }
  | { kind: 'thrown'; nowMs: number; attemptId: string; target: Sighting }
  /** By an answer to whoever asked. */
  | { kind: 'decided'; nowMs: number; attemptId: string; verdict: Verdict }
  /** Somebody else plays here, or nobody. */
  | { kind: 'player' };

/** As many events are told apart: far more than come twice within reason. */
const MOST_HEARD = 500;
/** A world's answer may have been made before the page heard of a fakémon by event, and come after, by so much. */
const OVERTAKING_MS = 2_000;
/** How long one that is gone is remembered: an answer that is older must not bring it back. */
const REMEMBERED_MS = 30_000;
/** A throw is kept so long after its verdict. */
const SHOWN_MS = 6_000;
/** As many throws at once are drawn: whoever throws more often does not see the first ones any more. */
const MOST_THROWS = 20;

export function learn(game: Game, news: News): Game {
  switch (news.kind) {
    case 'world':
      return worldAsked(game, news);
    case 'told':
      return wasTold(game, news.told, news.nowMs);
    case 'collection':
      return { ...game, captures: merged(news.captures, game.captures) };
    case 'thrown':
      return thrown(game, news);
    case 'decided':
      return decided(game, news.attemptId, news.verdict, news.nowMs);
    case 'player':
      return { ...game, throws: [], captures: undefined };
  }
}

/** What is known of one, and what is told now: units only become fewer, and who is gone does not come back. */
const joined = (before: Known | undefined, told: Sighting, nowMs: number): Known => {
  const unitsLeft = Math.min(before?.unitsLeft ?? told.unitsLeft, told.unitsLeft);
  const goneAtMs = before?.goneAtMs ?? (unitsLeft === 0 ? nowMs : undefined);
  return { ...told, unitsLeft, goneAtMs, heardAtMs: before?.heardAtMs ?? nowMs };
};

function worldAsked(game: Game, { nowMs, sentAtMs, told }: News & { kind: 'world' }): Game {
  const clock = clockHeard(game.clock, { nowMs: told.nowMs, sentAtMs, receivedAtMs: nowMs });
  const fakemon = new Map<string, Known>();
  const listed = new Set(told.fakemon.map(({ fakemonId }) => fakemonId));
  for (const known of game.fakemon.values()) {
    const isMissed = !listed.has(known.fakemonId) && known.heardAtMs < sentAtMs - OVERTAKING_MS;
    const goneAtMs = known.goneAtMs ?? (isMissed ? nowMs : undefined);
    const over = Math.min(goneAtMs ?? Number.POSITIVE_INFINITY, known.expiresAtMs - clock.aheadMs);
    if (nowMs - over < REMEMBERED_MS) fakemon.set(known.fakemonId, { ...known, goneAtMs });
  }
  for (const sighting of told.fakemon)
    fakemon.set(sighting.fakemonId, joined(game.fakemon.get(sighting.fakemonId), sighting, nowMs));
  return { ...game, clock, fakemon };
}

function wasTold(game: Game, told: Told, nowMs: number): Game {
  if (told.type === 'pong') return game;
  if (game.heard.includes(told.id)) return game;
  const heard = [...game.heard, told.id].slice(-MOST_HEARD);
  switch (told.type) {
    case 'appeared': {
      const { sighting } = told;
      const known = joined(game.fakemon.get(sighting.fakemonId), sighting, nowMs);
      return { ...game, heard, fakemon: new Map(game.fakemon).set(sighting.fakemonId, known) };
    }
    case 'taken': {
      const { by, species } = told;
      const after = { ...game, heard, unitsTaken: game.unitsTaken + 1, lastTaken: { by, species, atMs: nowMs } };
      const before = game.fakemon.get(told.fakemonId);
      if (!before) return after;
      const known = joined(before, { ...before, unitsLeft: told.unitsLeft }, nowMs);
      return { ...after, fakemon: new Map(game.fakemon).set(told.fakemonId, known) };
    }
    case 'decided': {
      const after = decided({ ...game, heard }, told.attemptId, told.verdict, nowMs);
      return told.capture ? { ...after, captures: merged([told.capture], after.captures) } : after;
    }
  }
}

/** Two accounts of the collection: each attempt once, the newest first. */
function merged(told: readonly Capture[], before: readonly Capture[] | undefined): readonly Capture[] {
  const byAttempt = new Map([...(before ?? []), ...told].map((capture) => [capture.attemptId, capture]));
  return [...byAttempt.values()].sort((one, other) => other.capturedAtMs - one.capturedAtMs);
}

function thrown(game: Game, { nowMs, attemptId, target }: News & { kind: 'thrown' }): Game {
  const { fakemonId, species, x, y } = target;
  const made = { attemptId, fakemonId, species, x, y, thrownAtMs: nowMs, verdict: undefined, heardAtMs: undefined };
  const kept = game.throws.filter(({ heardAtMs }) => heardAtMs === undefined || nowMs - heardAtMs < SHOWN_MS);
  return { ...game, throws: [...kept, made].slice(-MOST_THROWS) };
}

/** The service's first verdict stands, whoever tells it; what the page had given up on may have arrived all the same. */
function decided(game: Game, attemptId: string, verdict: Verdict, nowMs: number): Game {
  const throws = game.throws.map((one) =>
    one.attemptId === attemptId && (one.verdict === undefined || one.verdict.outcome === 'refused')
      ? { ...one, verdict, heardAtMs: nowMs }
      : one,
  );
  const capture = throws.find((one) => one.attemptId === attemptId);
  if (verdict.outcome !== 'captured' || !capture) return { ...game, throws };
  const { fakemonId, species } = capture;
  const capturedAtMs = Math.round(serverTime(game.clock, nowMs));
  const isKnown = game.captures?.some((one) => one.attemptId === attemptId);
  const captures = isKnown ? game.captures : merged([{ attemptId, fakemonId, species, capturedAtMs }], game.captures);
  return { ...game, throws, captures };
}

/** How long one is seen to go, in milliseconds. */
export const LEAVING_MS = 600;

/** A fakémon on the screen. */
export interface Seen extends Known {
  /** It is going, and cannot be hit any more. */
  isLeaving: boolean;
}

/** Who is on the screen when it is `nowMs` here, in the order in which they came. */
export function inSight({ fakemon, clock }: Game, nowMs: number): Seen[] {
  const there = serverTime(clock, nowMs);
  const aheadMs = there - nowMs;
  return [...fakemon.values()]
    .flatMap((known) => {
      const overAtMs = Math.min(known.goneAtMs ?? Number.POSITIVE_INFINITY, known.expiresAtMs - aheadMs);
      // Whoever went before the page came was never here.
      const wasSeen = known.appearsAtMs - aheadMs < overAtMs && known.heardAtMs < overAtMs;
      if (there < known.appearsAtMs || nowMs >= overAtMs + (wasSeen ? LEAVING_MS : 0)) return [];
      return [{ ...known, isLeaving: nowMs >= overAtMs }];
    })
    .sort((one, other) => one.appearsAtMs - other.appearsAtMs);
}

/** When `inSight` or what is shown of throws changes next although nothing is told: by this page's clock; undefined: never. */
export function nextChangeMs({ fakemon, clock, throws, lastTaken }: Game, nowMs: number): number | undefined {
  const aheadMs = clock?.aheadMs ?? 0;
  const times = [...fakemon.values()].flatMap(({ appearsAtMs, expiresAtMs, goneAtMs }) => {
    const overAtMs = Math.min(goneAtMs ?? Number.POSITIVE_INFINITY, expiresAtMs - aheadMs);
    return [appearsAtMs - aheadMs, overAtMs, overAtMs + LEAVING_MS];
  });
  if (lastTaken) times.push(lastTaken.atMs + SAID_MS);
  for (const { thrownAtMs, heardAtMs } of throws) {
    if (heardAtMs !== undefined) times.push(heardAtMs + BALL_MS, heardAtMs + SAID_MS);
    // Its age is told by the second.
    else times.push(thrownAtMs + Math.floor((nowMs - thrownAtMs) / 1_000 + 1) * 1_000);
  }
  const next = Math.min(...times.filter((time) => time > nowMs));
  return Number.isFinite(next) ? next : undefined;
}

/** How long a ball is drawn after its verdict, in milliseconds. */
export const BALL_MS = 2_600;

/** How long a line over the map is worth reading, in milliseconds. */
const SAID_MS = 4_500;

/** Balls on the screen: under way, or just decided. */
export const ballsInSight = ({ throws }: Game, nowMs: number): Throw[] =>
  throws.filter(({ heardAtMs }) => heardAtMs === undefined || nowMs < heardAtMs + BALL_MS);

/** What a line over the map is about; nothing for long after it was told. */
export function latestIn({ throws, lastTaken }: Game, nowMs: number): Throw | Game['lastTaken'] {
  const mine = throws.findLast(({ heardAtMs }) => heardAtMs === undefined || nowMs < heardAtMs + SAID_MS);
  if (mine) return mine;
  return lastTaken && nowMs < lastTaken.atMs + SAID_MS ? lastTaken : undefined;
}

/** Attempts without an outcome. */
export const undecided = ({ throws }: Game): Throw[] => throws.filter(({ verdict }) => verdict === undefined);

/** How many of each species there are. */
export function countsIn(captures: readonly Capture[] | undefined): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { species } of captures ?? []) counts.set(species, (counts.get(species) ?? 0) + 1);
  return counts;
}
