import type { Hop } from '../lib/journal.ts';
import { isPlayer, type Player, type Tally } from './match.ts';

/** What an event of the service says, as far as the page knows it. */
export type Said =
  | { type: 'hit'; rally: number; stroke: number; by: Player }
  | { type: 'call'; rally: number; server: Player }
  | { type: 'point'; rally: number; strokes: number; winner: Player; game: number; score: Tally }
  | { type: 'game'; game: number; winner: Player; score: Tally; games: Tally }
  | { type: 'let'; rally: number; strokes: number; reason: string };

/** An event on its way over a topic. */
export interface BallEvent {
  /** The event's own, the same in every copy of it. */
  id: string;
  said: Said;
  /** ARN of whom it was delivered to; undefined where a filter policy kept it from a subscriber. */
  deliveredTo: string | undefined;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value);

function tallyIn(value: unknown): Tally | undefined {
  const { ping, pong } = (value ?? {}) as Partial<Tally>;
  return isCount(ping) && isCount(pong) ? { ping, pong } : undefined;
}

/** What the page reads of an event's detail, by type; undefined for what it does not understand. */
const READERS: Record<string, (detail: Record<string, unknown>) => Said | undefined> = {
  'ping_pong.ball_hit': ({ rally, stroke, by }) =>
    isCount(rally) && isCount(stroke) && isPlayer(by) ? { type: 'hit', rally, stroke, by } : undefined,
  'ping_pong.serve_called': ({ rally, server }) =>
    isCount(rally) && isPlayer(server) ? { type: 'call', rally, server } : undefined,
  'ping_pong.point_scored': ({ rally, strokes, winner, game, score: written }) => {
    const score = tallyIn(written);
    return isCount(rally) && isCount(strokes) && isPlayer(winner) && isCount(game) && score
      ? { type: 'point', rally, strokes, winner, game, score }
      : undefined;
  },
  'ping_pong.game_won': ({ game, winner, score: written, games: won }) => {
    const [score, games] = [tallyIn(written), tallyIn(won)];
    return isCount(game) && isPlayer(winner) && score && games
      ? { type: 'game', game, winner, score, games }
      : undefined;
  },
  'ping_pong.let_called': ({ rally, strokes, reason }) =>
    isCount(rally) && isCount(strokes) ? { type: 'let', rally, strokes, reason: String(reason) } : undefined,
};

/** The event inside a hop over a topic; undefined for any other hop, and for what the page does not know. */
export function eventOf({ service, kind, outcome, to, detail }: Hop): BallEvent | undefined {
  if (service !== 'sns' || outcome !== 'ok' || (kind !== 'delivery' && kind !== 'no-match')) return undefined;
  if (typeof detail?.message !== 'string') return undefined;
  try {
    const { id, type = '', detail: written } = JSON.parse(detail.message) as Partial<Record<string, unknown>>;
    const said = READERS[String(type)]?.((written ?? {}) as Record<string, unknown>);
    if (typeof id !== 'string' || !said) return undefined;
    return { id, said, deliveredTo: kind === 'delivery' ? to : undefined };
  } catch {
    return undefined;
  }
}

/** What a hop carries, in a word or two: "stroke 7". */
export function labelOf(hop: Hop): string | undefined {
  const said = eventOf(hop)?.said;
  if (said?.type === 'hit') return `stroke ${said.stroke}`;
  return said?.type === 'call' ? 'serve' : said?.type;
}
