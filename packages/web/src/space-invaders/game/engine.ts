import { PLAY } from '@arcade/events/space-invaders/play';

/** The field, in its own units; y grows downwards. All places are middles. */
export const FIELD = { width: 400, height: 300 } as const;
export const SHIP = { width: 20, height: 14, y: 284 } as const;
export const INVADER = { width: 18, height: 13, ranks: 5, files: PLAY.invaders / 5 } as const;
export const ROCKET = { width: 1.5, height: 6 } as const;
export const BOMB = { width: 3, height: 7 } as const;

/** How fast all of it is at level 0, in units a second; each level adds a fifth to what the invaders do. */
export const SPEED = { ship: 120, rocket: 120, invader: 25, bomb: 50 } as const;
const HARDER_BY = 0.2;
/** So far the block comes down at each edge. */
const DROP = 20;
/** Between two files and between two ranks of the block, and how high its first rank is at first. */
const BLOCK = { file: 20, rank: 18, top: 30 } as const;
/** For each of the lowest of the files, a second, at level 0. */
const BOMBS_PER_SECOND = 0.05;
const RELOAD_MS = 1_000 / PLAY.rocketsPerSecond;
/** Before a level begins. */
export const READY_MS = 3_000;
/** So long nothing hurts after a life was lost. */
const SHIELD_MS = 1_200;
/** Nothing goes through anything: so much at once at the most. */
const SLICE_MS = 20;
/** As far as levels are counted. */
const LAST_LEVEL = 999;

export interface Place {
  x: number;
  y: number;
}

export interface Invader extends Place {
  rank: number;
}

/** What is pressed. */
export interface Input {
  left: boolean;
  right: boolean;
  fire: boolean;
}

/** What is worth a sound, or a spark. */
export interface Happening extends Place {
  what: 'shot' | 'hit' | 'bomb' | 'lost' | 'level' | 'over';
}

/** A game at one moment. It is not changed: each step gives another. */
export interface Game {
  phase: 'ready' | 'play' | 'over';
  /** While it is `ready`: until the level begins. */
  readyMs: number;
  level: number;
  score: number;
  lives: number;
  shots: number;
  shipX: number;
  /** Until another rocket may go. */
  reloadMs: number;
  /** Nothing hurts for so long. */
  shieldMs: number;
  invaders: readonly Invader[];
  /** Where the block goes: 1 is right. */
  heading: 1 | -1;
  /** How far it comes down before it goes on. */
  dropLeft: number;
  rockets: readonly Place[];
  bombs: readonly Place[];
  /** What came about in the latest step, in its order. */
  happened: readonly Happening[];
}

/** What is told of a game: see the contract `space_invaders.status_updated`. */
export interface Standing {
  score: number;
  lives: number;
  shots: number;
  level: number;
}

export const standingOf = ({ score, lives, shots, level }: Game): Standing => ({ score, lives, shots, level });

const middle = FIELD.width / 2;
const harder = ({ level }: Game) => 1 + HARDER_BY * level;

/** How fast the block goes to its side, in units a second. */
export const invaderSpeed = (game: Game): number => SPEED.invader * harder(game);

const block = (): Invader[] =>
  Array.from({ length: PLAY.invaders }, (_, index) => {
    const [rank, file] = [Math.floor(index / INVADER.files), index % INVADER.files];
    return { rank, x: middle + (file - (INVADER.files - 1) / 2) * BLOCK.file, y: BLOCK.top + rank * BLOCK.rank };
  });

const freshLevel = (readyMs: number) =>
  ({
    phase: readyMs > 0 ? 'ready' : 'play',
    readyMs,
    invaders: block(),
    heading: 1,
    dropLeft: 0,
    rockets: [],
    bombs: [],
    reloadMs: 0,
    shieldMs: 0,
  }) as const;

/** A game that begins after `readyMs`: at once, when everybody has counted down to it already. */
export const newGame = ({ readyMs = READY_MS }: { readyMs?: number } = {}): Game => ({
  ...freshLevel(readyMs),
  ...{ level: 1, score: 0, lives: PLAY.lives, shots: 0, shipX: middle, happened: [] },
});

/**
 * The game `dtMs` later. `random` gives 0 to 1 and decides who drops bombs: with the same numbers and input it is the same game. What is
 * told of it can be checked from outside (`PLAY`): a rocket hits once at most, and there are two a second at the most.
 */
export function step(game: Game, input: Input, dtMs: number, random: () => number): Game {
  let now: Game = { ...game, happened: [] };
  for (let leftMs = dtMs; leftMs > 0 && now.phase !== 'over'; leftMs -= SLICE_MS)
    now = slice(now, input, Math.min(leftMs, SLICE_MS), random);
  return now;
}

function slice(game: Game, input: Input, dtMs: number, random: () => number): Game {
  const shipX = shipMoved(game, input, dtMs);
  if (game.phase === 'ready') {
    const readyMs = Math.max(0, game.readyMs - dtMs);
    return { ...game, shipX, readyMs, phase: readyMs > 0 ? 'ready' : 'play' };
  }
  const flown = flying({ ...game, shipX }, dtMs);
  const fired = firing(marching(flown, dtMs), input, dtMs);
  return ending(hurting(hitting(bombing(fired, dtMs, random)), dtMs));
}

const clamp = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);

function shipMoved({ shipX }: Game, { left, right }: Input, dtMs: number): number {
  const by = (Number(right) - Number(left)) * SPEED.ship * (dtMs / 1_000);
  return clamp(shipX + by, SHIP.width / 2, FIELD.width - SHIP.width / 2);
}

/** Rockets go up and bombs come down, and away. */
function flying(game: Game, dtMs: number): Game {
  const seconds = dtMs / 1_000;
  const rockets = game.rockets.map(({ x, y }) => ({ x, y: y - SPEED.rocket * seconds }));
  const bombs = game.bombs.map(({ x, y }) => ({ x, y: y + SPEED.bomb * harder(game) * seconds }));
  return { ...game, rockets: rockets.filter(({ y }) => y > 0), bombs: bombs.filter(({ y }) => y < FIELD.height) };
}

/** The block goes to one side, comes down at the edge, and goes to the other. */
function marching(game: Game, dtMs: number): Game {
  const way = invaderSpeed(game) * (dtMs / 1_000);
  if (game.dropLeft > 0) {
    const down = Math.min(way, game.dropLeft);
    const invaders = game.invaders.map((one) => ({ ...one, y: one.y + down }));
    return { ...game, invaders, dropLeft: game.dropLeft - down };
  }
  const { heading } = game;
  const edge = heading * Math.max(...game.invaders.map(({ x }) => heading * x));
  const room = heading > 0 ? FIELD.width - INVADER.width / 2 - edge : edge - INVADER.width / 2;
  const aside = heading * Math.min(way, Math.max(0, room));
  const invaders = game.invaders.map((one) => ({ ...one, x: one.x + aside }));
  return room > way ? { ...game, invaders } : { ...game, invaders, dropLeft: DROP, heading: heading > 0 ? -1 : 1 };
}

function firing(game: Game, { fire }: Input, dtMs: number): Game {
  const reloadMs = Math.max(0, game.reloadMs - dtMs);
  if (!fire || reloadMs > 0) return { ...game, reloadMs };
  const rocket = { x: game.shipX, y: SHIP.y - SHIP.height / 2 };
  return {
    ...game,
    reloadMs: RELOAD_MS,
    shots: game.shots + 1,
    rockets: [...game.rockets, rocket],
    happened: [...game.happened, { what: 'shot', ...rocket }],
  };
}

/** The lowest of each file may drop one. */
function bombing(game: Game, dtMs: number, random: () => number): Game {
  const lowest = new Map<number, Invader>();
  for (const one of game.invaders) if (one.y > (lowest.get(one.x)?.y ?? -1)) lowest.set(one.x, one);
  const chance = BOMBS_PER_SECOND * harder(game) * (dtMs / 1_000);
  const dropped = [...lowest.values()]
    .filter(() => random() < chance)
    .map(({ x, y }) => ({ x, y: y + INVADER.height / 2 }));
  if (dropped.length === 0) return game;
  const happened = dropped.map((bomb): Happening => ({ what: 'bomb', ...bomb }));
  return { ...game, bombs: [...game.bombs, ...dropped], happened: [...game.happened, ...happened] };
}

interface Size {
  width: number;
  height: number;
}

const overlap = (one: Place, size: Size, other: Place, otherSize: Size) =>
  Math.abs(one.x - other.x) * 2 < size.width + otherSize.width &&
  Math.abs(one.y - other.y) * 2 < size.height + otherSize.height;

/** A rocket and the one invader that it hits are gone. */
function hitting(game: Game): Game {
  const invaders = [...game.invaders];
  const hits: Happening[] = [];
  const rockets = game.rockets.filter((rocket) => {
    const index = invaders.findIndex((one) => overlap(rocket, ROCKET, one, INVADER));
    const [hit] = index < 0 ? [] : invaders.splice(index, 1);
    if (hit) hits.push({ what: 'hit', x: hit.x, y: hit.y });
    return !hit;
  });
  if (hits.length === 0) return game;
  const score = game.score + hits.length * PLAY.points;
  return { ...game, invaders, rockets, score, happened: [...game.happened, ...hits] };
}

/** A bomb that hits the ship takes a life. */
function hurting(game: Game, dtMs: number): Game {
  const shieldMs = Math.max(0, game.shieldMs - dtMs);
  const ship = { x: game.shipX, y: SHIP.y };
  const bombs = game.bombs.filter((bomb) => !overlap(bomb, BOMB, ship, SHIP));
  if (bombs.length === game.bombs.length) return { ...game, shieldMs };
  if (shieldMs > 0) return { ...game, bombs, shieldMs };
  const happened: Happening[] = [...game.happened, { what: 'lost', ...ship }];
  return { ...game, bombs, lives: game.lives - 1, shieldMs: SHIELD_MS, happened };
}

/** Whether the level is done, or the game is over: no life is left, or an invader has come down to the ship or to the bottom. */
function ending(game: Game): Game {
  const ship = { x: game.shipX, y: SHIP.y };
  const hasLanded = game.invaders.some(
    (one) => one.y + INVADER.height / 2 >= FIELD.height || overlap(one, INVADER, ship, SHIP),
  );
  if (game.lives <= 0 || hasLanded)
    return { ...game, phase: 'over', lives: 0, happened: [...game.happened, { what: 'over', ...ship }] };
  if (game.invaders.length > 0) return game;
  const { level, happened } = game;
  return {
    ...game,
    ...freshLevel(READY_MS),
    score: game.score + PLAY.levelBonus * level,
    level: Math.min(level + 1, LAST_LEVEL),
    happened: [...happened, { what: 'level', ...ship }],
  };
}
