import type { Hop } from '../lib/journal.ts';

export type Player = 'ping' | 'pong';
export type Tally = Record<Player, number>;

/** An event of the service, as it went over a topic. The page reads it, and trusts nothing that it does not know. */
export interface BallEvent {
  id: string;
  type: string;
  time: string;
  correlationId: string;
  detail: Record<string, unknown>;
}

/** A message as the page lists it. */
export interface SeenMessage {
  id: string;
  /** How often it was delivered: more than once is what "at least once" means. 0: to nobody, as no filter let it in. */
  deliveries: number;
  time: string;
  /** The last part of the topic's ARN. */
  topic: string;
  /** What it says, in a few words. */
  text: string;
}

/** A stroke that was seen. */
export interface Stroke {
  rally: number;
  stroke: number;
  by: Player;
  /** When it was struck, milliseconds since the epoch. */
  atMs: number;
}

/** What the page knows from following the topics. */
export interface Live {
  last: Stroke | undefined;
  /** The latest strokes, oldest first: for the speed. */
  strokes: readonly Stroke[];
  messages: readonly SeenMessage[];
}

export const nothingSeen: Live = { last: undefined, strokes: [], messages: [] };

const KEPT_STROKES = 20;
const KEPT_MESSAGES = 12;

const isPlayer = (value: unknown): value is Player => value === 'ping' || value === 'pong';

/** An event on its way over a topic. */
export interface Seen {
  event: BallEvent;
  topic: string;
  /** False where a filter policy kept it from a subscriber. */
  delivered: boolean;
}

/** The event inside a hop over a topic; undefined for any other hop. */
export function eventOf({ service, kind, outcome, from, detail }: Hop): Seen | undefined {
  if (service !== 'sns' || !from || outcome !== 'ok' || (kind !== 'delivery' && kind !== 'no-match')) return undefined;
  if (typeof detail?.message !== 'string') return undefined;
  try {
    const event = JSON.parse(detail.message) as Partial<BallEvent>;
    if (typeof event.type !== 'string' || !event.type.startsWith('ping_pong.') || !event.id || !event.time)
      return undefined;
    return { event: event as BallEvent, topic: from.slice(from.lastIndexOf(':') + 1), delivered: kind === 'delivery' };
  } catch {
    return undefined;
  }
}

const named = (player: unknown) => (player === 'ping' ? 'Ping' : player === 'pong' ? 'Pong' : 'nobody');
const tally = (value: unknown) => {
  const { ping, pong } = (value ?? {}) as Partial<Tally>;
  return `${ping ?? '?'} : ${pong ?? '?'}`;
};

/** What an event says, in a few words for people. */
export function wordsFor({ type, detail }: BallEvent): string {
  switch (type) {
    case 'ping_pong.ball_hit':
      return `${named(detail.by)} hits the ball, stroke ${detail.stroke} of rally ${detail.rally}`;
    case 'ping_pong.serve_called':
      return `${named(detail.server)} is to serve rally ${detail.rally}`;
    case 'ping_pong.point_scored':
      return `Point to ${named(detail.winner)} after ${detail.strokes} strokes, ${tally(detail.score)}`;
    case 'ping_pong.game_won':
      return `Game to ${named(detail.winner)}, ${tally(detail.score)}`;
    case 'ping_pong.let_called':
      return `Let after ${detail.strokes} strokes: ${String(detail.reason).replace('-', ' ')}`;
    default:
      return type;
  }
}

function strokeOf({ type, detail, time }: BallEvent): Stroke | undefined {
  const { rally, stroke, by } = detail;
  if (type !== 'ping_pong.ball_hit' || typeof rally !== 'number' || typeof stroke !== 'number' || !isPlayer(by))
    return undefined;
  return { rally, stroke, by, atMs: Date.parse(time) };
}

const isLater = (one: Stroke, other: Stroke | undefined) =>
  !other || one.rally > other.rally || (one.rally === other.rally && one.stroke > other.stroke);

/** The list with one more delivery: a message that is in it already is counted up, not listed again. */
function listed(messages: readonly SeenMessage[], { event, topic, delivered }: Seen): SeenMessage[] {
  const { id, time } = event;
  const deliveries = delivered ? 1 : 0;
  if (messages.some((message) => message.id === id)) {
    return messages.map((message) =>
      message.id === id ? { ...message, deliveries: message.deliveries + deliveries } : message,
    );
  }
  return [{ id, time, topic, text: wordsFor(event), deliveries }, ...messages].slice(0, KEPT_MESSAGES);
}

/** Adds what was seen to what is known. A duplicate does not bring the ball back. */
export function see(live: Live, seen: Seen): Live {
  const messages = listed(live.messages, seen);
  const stroke = strokeOf(seen.event);
  if (!stroke || !isLater(stroke, live.last)) return { ...live, messages };
  return { last: stroke, strokes: [...live.strokes, stroke].slice(-KEPT_STROKES), messages };
}

/**
 * Strokes per second over the latest strokes of one rally, 0 when there are too few to tell or the last one is over ten
 * seconds old.
 */
export function strokesPerSecond(all: readonly Stroke[], nowMs: number): number {
  const last = all.at(-1);
  const strokes = all.filter(({ rally }) => rally === last?.rally);
  const first = strokes[0];
  if (!first || !last || first === last || nowMs - last.atMs > 10_000) return 0;
  return ((strokes.length - 1) * 1000) / Math.max(1, last.atMs - first.atMs);
}

const FLIGHT = { shortestMs: 60, longestMs: 900, usualMs: 400 } as const;

/** How long the ball flies on the screen: the time between the last two strokes, kept within what an eye can follow. */
export function flightMs(strokes: readonly Stroke[]): number {
  const [before, last] = strokes.slice(-2);
  if (!before || !last || before.rally !== last.rally) return FLIGHT.usualMs;
  return Math.min(FLIGHT.longestMs, Math.max(FLIGHT.shortestMs, last.atMs - before.atMs));
}
