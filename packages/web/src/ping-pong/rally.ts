import type { Hop } from '../lib/journal.ts';
import { type BallEvent, eventOf, type Said } from './ballEvents.ts';
import { type End, type Known, nothingKnown } from './known.ts';
import { type Match, OPPONENT, playerOf } from './match.ts';
import { compare, moreOf, newer, type Progress } from './newer.ts';

const KEPT_STROKES = 6;
const KEPT_GHOSTS = 4;
const KEPT_RETRIES = 8;
const KEPT_DELIVERIES = 200;
/** The wire is ahead of the API by a moment. An API that stays behind tells of another match: its table was emptied. */
const MOST_ANSWERS_BEHIND = 5;

const progressOf = ({ rally, strokes, end }: Known): Progress => ({ rally, strokes, isOver: end !== undefined });

/** Hops of a frame, and how the page got them. */
export interface Heard {
  hops: readonly Hop[];
  /** They happened before the page looked. */
  isPast: boolean;
  nowMs: number;
  /** How far the clock of `nowMs` is ahead of the one by which hops are dated. */
  clockAheadMs: number;
}

/** What may change what is known. */
export type News =
  | ({ kind: 'heard' } & Heard)
  | { kind: 'asked'; match: Match; nowMs: number }
  | { kind: 'faded'; ghost: number };

/** What is known after the news. Older news than what is known changes nothing, in whatever order they come. */
export function learn(known: Known, news: News): Known {
  switch (news.kind) {
    case 'heard':
      return news.hops.reduce((before, hop) => afterHop(before, hop, news), known);
    case 'asked':
      return afterAnswer(known, news);
    case 'faded':
      return { ...known, ghosts: known.ghosts.filter(({ id }) => id !== news.ghost) };
  }
}

function afterHop(known: Known, hop: Hop, heard: Heard): Known {
  if (hop.kind === 'invocation') return afterInvocation(known, hop, heard);
  const event = eventOf(hop);
  return event ? afterEvent(afterDelivery(known, hop, event, heard.isPast), event.said, hop, heard) : known;
}

/** Counts the delivery; a ball that was delivered before is a ghost, unless it is history. */
function afterDelivery(known: Known, { seq }: Hop, { id, said, deliveredTo }: BallEvent, isPast: boolean): Known {
  if (deliveredTo === undefined) return known;
  const delivery = `${id} ${deliveredTo}`;
  if (!known.delivered.includes(delivery)) {
    return { ...known, delivered: [...known.delivered, delivery].slice(-KEPT_DELIVERIES) };
  }
  if (said.type !== 'hit' || isPast) return known;
  const { rally, stroke, by } = said;
  const ghosts = [...known.ghosts, { id: seq, rally, stroke, by }].slice(-KEPT_GHOSTS);
  return { ...known, ghosts, ghostsSeen: known.ghostsSeen + 1 };
}

function afterEvent(known: Known, said: Said, { atMs }: Hop, { nowMs }: Heard): Known {
  switch (said.type) {
    case 'hit':
      return afterStroke(known, said, atMs, nowMs);
    case 'call':
      return afterCall(known, said);
    case 'point':
      return afterPoint(known, said);
    case 'let':
      return afterEnd(known, said, { letBecause: said.reason });
    case 'game':
      return afterGame(known, said);
  }
}

function afterStroke(
  known: Known,
  { rally, stroke, by }: Said & { type: 'hit' },
  atMs: number,
  movedAtMs: number,
): Known {
  if (compare({ rally, strokes: stroke, isOver: false }, progressOf(known)) <= 0) return known;
  const seen = rally > known.rally ? [] : known.seen;
  return {
    ...known,
    rally,
    strokes: stroke,
    seen: [...seen, { stroke, by, atMs }].slice(-KEPT_STROKES),
    movedAtMs,
    end: undefined,
    // The server hits every odd stroke.
    server: stroke % 2 === 1 ? by : OPPONENT[by],
    isCalled: false,
    isStuck: false,
    won: undefined,
  };
}

/** A call is for the rally after this one; any other is out of date. */
function afterCall(known: Known, { rally, server }: Said & { type: 'call' }): Known {
  return rally > known.rally ? { ...known, server, isCalled: true, isStuck: false } : known;
}

function afterEnd(known: Known, { rally, strokes }: { rally: number; strokes: number }, end: End): Known {
  if (compare({ rally, strokes, isOver: true }, progressOf(known)) <= 0) return known;
  const isSame = rally === known.rally;
  // The call for the next serve may have been faster than the news that it follows.
  const isCalled = isSame && known.isCalled;
  const server = isCalled ? known.server : undefined;
  const seen = isSame ? known.seen : [];
  return { ...known, rally, strokes, seen, end, server, isCalled, isStuck: false, won: undefined };
}

/** The score counts also when its rally is long over: an announcement may come late. */
function afterPoint(known: Known, said: Said & { type: 'point' }): Known {
  const { winner, game, score } = said;
  const after = afterEnd(known, said, { winner });
  const isOfWonGame = after !== known && game < (known.standing?.game ?? game);
  return {
    ...after,
    standing: newer(known.standing, { game, score }),
    won: isOfWonGame ? { score, winner } : after.won,
  };
}

/** The score of a game that is won stays to be seen, until a ball is in play again. */
function afterGame(known: Known, { game, winner, score, games }: Said & { type: 'game' }): Known {
  const next = { game: game + 1, score: { ping: 0, pong: 0 } };
  const standing = newer(known.standing, next);
  if (standing !== next) return known;
  return { ...known, standing, games, won: known.end ? { score, winner } : undefined };
}

/** A player failed and will be tried again, or is tried again. */
function afterInvocation(known: Known, { to, requestId, error, detail = {}, atMs }: Hop, heard: Heard): Known {
  const player = playerOf(to);
  if (!player || requestId === undefined) return known;
  const retries = known.retries.filter((retry) => retry.requestId !== requestId);
  const { retryInMs } = detail;
  const happenedAtMs = heard.isPast ? atMs + heard.clockAheadMs : heard.nowMs;
  if (!error || typeof retryInMs !== 'number') {
    if (retries.length === known.retries.length) return known;
    return { ...known, retries, retried: { player, atMs: happenedAtMs } };
  }
  const dueAtMs = happenedAtMs + retryInMs;
  return {
    ...known,
    retries: [...retries, { requestId, player, code: error.code, dueAtMs }].slice(-KEPT_RETRIES),
    isStuck: known.rally > 0,
  };
}

/** An answer of the API counts where the wire has told nothing newer. */
function afterAnswer(known: Known, news: News & { kind: 'asked' }): Known {
  const { match, nowMs } = news;
  const { rally, game, score, games, server, lastPoints } = match;
  const isBehind = rally.number < known.rally;
  if (isBehind && known.answersBehind >= MOST_ANSWERS_BEHIND) return afterAnswer(nothingKnown, news);
  const answersBehind = isBehind ? known.answersBehind + 1 : 0;
  const standing = newer(known.standing, { game, score });
  const after = { ...known, answersBehind, standing, games: moreOf(known.games, games) };

  const point = lastPoints.at(-1);
  const end = endIn(match);
  const ahead = compare({ rally: rally.number, strokes: rally.strokes, isOver: end !== undefined }, progressOf(known));
  if (ahead < 0) return after;
  const won =
    end && 'winner' in end && point && point.game < game ? { score: point.score, winner: point.winner } : undefined;
  if (ahead === 0) return { ...after, server, won };
  const seen = rally.recentStrokes.map(({ stroke, by, at }) => ({ stroke, by, atMs: Date.parse(at) }));
  return {
    ...after,
    rally: rally.number,
    strokes: rally.strokes,
    seen: seen.slice(-KEPT_STROKES),
    movedAtMs: nowMs,
    end,
    server,
    isCalled: false,
    isStuck: false,
    won,
  };
}

/** How the match's last rally ended; undefined while it is played, and before the first. */
function endIn({ rally, lastPoints }: Match): End | undefined {
  if (rally.inPlay || rally.number === 0) return undefined;
  const point = lastPoints.at(-1);
  return point?.rally === rally.number ? { winner: point.winner } : { letBecause: '' };
}
