import { isWaitedFor, type Known } from './known.ts';
import { counted, OPPONENT } from './match.ts';

/** Two lines between the numerals. */
export interface Middle {
  first: string;
  second: string;
}

/** That a player was tried again is said for so long, in milliseconds. */
const NEWS_MS = 10_000;
/** A retry that is overdue by so much, in milliseconds, has come and was not seen. */
const FORGOTTEN_MS = 5_000;

const joined = (...parts: readonly (string | undefined)[]) => parts.filter((part) => part !== undefined).join(' · ');

/** What goes on, in one phase at a time. `nowMs` is the page's clock. */
export function middleOf(known: Known, nowMs: number): Middle {
  const { rally, strokes, end, won, standing, server } = known;
  if (!standing && rally === 0) return { first: '', second: '' };
  const serves = server && `${server} serves`;
  const game = standing && `game ${standing.game}`;
  if (rally === 0) return { first: 'no ball in play', second: joined(game, serves) };
  if (end) {
    const after = `after ${counted(strokes, 'stroke')}`;
    if (won) return { first: `game to ${won.winner}`, second: joined(`${won.score.ping} : ${won.score.pong}`, serves) };
    if ('winner' in end) return { first: `point to ${end.winner}`, second: joined(after, serves) };
    return { first: joined('let', end.letBecause.replace('-', ' ') || undefined), second: joined(after, serves) };
  }
  const failed = known.isStuck ? known.retries.at(-1) : undefined;
  if (failed)
    return {
      first: `${failed.player} ${failed.code === 'Runtime.ExitError' ? 'crashed' : 'failed'}`,
      second: dueIn(failed.dueAtMs, nowMs),
    };
  const by = known.seen.at(-1)?.by;
  const second = by && isWaitedFor(known, nowMs) ? `waiting for ${OPPONENT[by]}` : joined(game, serves);
  return { first: `rally ${rally} · stroke ${strokes}`, second };
}

const dueIn = (dueAtMs: number, nowMs: number): string =>
  dueAtMs > nowMs ? `tries again in ${Math.ceil((dueAtMs - nowMs) / 1000)} s` : 'tries again now';

/** The next retry that is to come, or the one that came just now, in a few words; empty when there is none. */
export function retryIn({ retries, retried }: Known, nowMs: number): string {
  const next = retries
    .filter(({ dueAtMs }) => dueAtMs > nowMs - FORGOTTEN_MS)
    .sort((one, other) => one.dueAtMs - other.dueAtMs)[0];
  if (next) return `${next.player} ${dueIn(next.dueAtMs, nowMs)}`;
  return retried && nowMs - retried.atMs < NEWS_MS ? `${retried.player} was tried again` : '';
}

/** The numerals: those of a game that was just won stay to be read. Undefined until somebody tells. */
export const scoreOf = ({ won, standing }: Known) => won?.score ?? standing?.score;
