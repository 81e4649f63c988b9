import { isWaitedFor, type Known, type Stroke } from './known.ts';
import { OPPONENT, type Player } from './match.ts';

/** A place on the table or beside it, in the table's own units: 274 by 152.5, as the laws say in centimetres. */
export interface Place {
  x: number;
  y: number;
}

/** From the bat that struck to where the ball goes. */
export interface Path {
  from: Place;
  to: Place;
  by: Player;
}

export interface Ball {
  /** Number of its rally: another rally has another ball. */
  rally: number;
  at: Place;
  /** `missed` has flown past a bat, `lost` will not be hit any more, `resting` waits for its serve. */
  look: 'flying' | 'missed' | 'lost' | 'resting';
}

/** All that the table shows. */
export interface TableView {
  /** The ball of this rally, and after it the one that is served next. */
  balls: readonly Ball[];
  bats: Readonly<Record<Player, { at: Place; isLit: boolean }>>;
  /** The latest paths of the ball, oldest first, told apart by `key`. */
  trails: readonly (Path & { key: string })[];
  /** What is shown where nothing may travel: the positions of the last of the trails, one after the other. */
  steps: readonly Place[];
  ghosts: readonly (Path & { id: number })[];
  /** How long the ball flies, in milliseconds. */
  flightMs: number;
}

export const TABLE = { width: 274, height: 152.5 } as const;
const MIDDLE = TABLE.height / 2;
const END_X: Readonly<Record<Player, number>> = { ping: 10, pong: TABLE.width - 10 };
/** Bats stand so far behind the ball's place. */
const BAT_BEHIND = 24;
/** How far a ball flies that nobody hits: past the bat, to the edge of the screen. */
const PAST = 90;
/** By so much the bat misses it. */
const MISSED_BY = 34;
const STEPS = 5;

const FLIGHT = { shortestMs: 60, longestMs: 900, usualMs: 400 } as const;

/**
 * Where a stroke's ball arrives: another place of the end line with each, the golden angle keeping the pattern from
 * repeating. The serve goes out from the middle.
 */
function arrivalOf(rally: number, { stroke, by }: Pick<Stroke, 'stroke' | 'by'>): Place {
  const across = stroke === 0 ? 0 : Math.sin((rally * 5 + stroke) * 2.39996) * TABLE.height * 0.34;
  return { x: END_X[OPPONENT[by]], y: MIDDLE + across };
}

function pathOf(rally: number, stroke: Pick<Stroke, 'stroke' | 'by'>): Path {
  const { by } = stroke;
  const from = arrivalOf(rally, { stroke: stroke.stroke - 1, by: OPPONENT[by] });
  return { from, to: arrivalOf(rally, stroke), by };
}

/** The same direction, further on. */
function pastOf({ from, to, by }: Path): Path {
  const steepness = (to.y - from.y) / (to.x - from.x);
  const x = to.x + Math.sign(to.x - from.x) * PAST;
  return { from: to, to: { x, y: to.y + (x - to.x) * steepness }, by };
}

/** As far as the bat. */
const toBat = ({ from, to, by }: Path): Path => ({
  from,
  to: { x: to.x + Math.sign(to.x - from.x) * (BAT_BEHIND - 6), y: to.y },
  by,
});

/** What the table shows of what is known. `nowMs` is the page's clock. */
export function tableOf(known: Known, nowMs: number): TableView {
  const { rally, seen, end, server, isCalled } = known;
  const last = seen.at(-1);
  const paths = seen.map((stroke) => ({ ...pathOf(rally, stroke), key: `${rally}-${stroke.stroke}` }));
  const path = paths.at(-1);
  const isMissed = end !== undefined && 'winner' in end && path !== undefined;
  if (isMissed) paths.push({ ...pastOf(path), key: `${rally}-past` });
  const trail = paths.at(-1);

  const balls: Ball[] = [];
  if (last && trail) {
    const look = isMissed ? 'missed' : end || isWaitedFor(known, nowMs) ? 'lost' : 'flying';
    balls.push({ rally, at: trail.to, look });
  }
  const isNext = last === undefined || end !== undefined || isCalled;
  if (isNext && server) {
    balls.push({ rally: rally + 1, at: arrivalOf(rally + 1, { stroke: 0, by: OPPONENT[server] }), look: 'resting' });
  }
  return {
    balls,
    bats: { ping: batOf('ping', known, path, isMissed), pong: batOf('pong', known, path, isMissed) },
    trails: paths,
    steps: trail ? stepsOf(trail) : [],
    ghosts: known.ghosts.map(({ id, rally: of, stroke, by }) => ({ ...toBat(pathOf(of, { stroke, by })), id })),
    flightMs: flightMs(seen),
  };
}

/** The bat stands where its ball comes from or goes to, unless it misses it. The one that struck last is lit. */
function batOf(player: Player, { server, isCalled }: Known, path: Path | undefined, isMissed: boolean) {
  const x = END_X[player] + (player === 'ping' ? -BAT_BEHIND : BAT_BEHIND);
  const isLast = path?.by === player;
  const goesToServe = isCalled && server === player && (isLast || !isMissed);
  if (!path || goesToServe) return { at: { x, y: MIDDLE }, isLit: false };
  if (isLast) return { at: { x, y: path.from.y }, isLit: true };
  const beside = path.to.y < MIDDLE ? MISSED_BY : -MISSED_BY;
  return { at: { x, y: path.to.y + (isMissed ? beside : 0) }, isLit: false };
}

const stepsOf = ({ from, to }: Path): Place[] =>
  Array.from({ length: STEPS }, (_, index) => {
    const part = index / (STEPS - 1);
    return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
  });

/** How long the ball flies on the screen: the time between the last two strokes, kept within what an eye can follow. */
export function flightMs(strokes: readonly Stroke[]): number {
  const [before, last] = strokes.slice(-2);
  if (!before || !last || last.stroke !== before.stroke + 1) return FLIGHT.usualMs;
  return Math.min(FLIGHT.longestMs, Math.max(FLIGHT.shortestMs, last.atMs - before.atMs));
}
