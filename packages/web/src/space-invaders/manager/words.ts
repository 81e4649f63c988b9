import { MOST_SEATS } from '@arcade/events/space-invaders/play';
import type { GameSession, GameType, SessionPhase } from '../session.ts';
import { endsAtMs } from '../session.ts';
import type { Age } from './age.ts';
import type { Wish } from './sessions.ts';

/** What the game types are called. */
export const TYPES: Readonly<Record<GameType, string>> = {
  MULTIPLE_TRIALS: 'as often as they like',
  SINGLE_TRIAL: 'one game each',
  TIME_CONSTRAINED: 'against the clock',
};

/** What stands in the fields of a new session. */
export interface WishFields {
  gameType: GameType;
  seats: string;
  minutes: string;
  isSynchronized: boolean;
}

export const USUAL: WishFields = { gameType: 'MULTIPLE_TRIALS', seats: '200', minutes: '5', isSynchronized: true };

const MOST_MINUTES = 30;

const wholeIn = (text: string): number | undefined => (/^\d{1,7}$/.test(text.trim()) ? Number(text) : undefined);

/** What a manager wants, or why it cannot be. */
export function wishIn({ gameType, seats, minutes, isSynchronized }: WishFields): { wish: Wish } | { problem: string } {
  const [seatCount, minuteCount] = [wholeIn(seats), wholeIn(minutes)];
  if (seatCount === undefined || seatCount < 1 || seatCount > MOST_SEATS)
    return { problem: `A session has 1 to ${MOST_SEATS.toLocaleString('en')} seats.` };
  const wish = { gameType, seats: seatCount, isSynchronized };
  if (gameType !== 'TIME_CONSTRAINED') return { wish };
  if (minuteCount === undefined || minuteCount < 1 || minuteCount > MOST_MINUTES)
    return { problem: 'The clock runs for 1 to 30 minutes.' };
  return { wish: { ...wish, minutes: minuteCount } };
}

const two = (value: number) => String(value).padStart(2, '0');

/** "4:05": a time in milliseconds, never less than none. */
export function clockWords(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}

/** "1 seat", "2,000 seats". */
export const seatWords = (seats: number): string => `${seats.toLocaleString('en')} seat${seats === 1 ? '' : 's'}`;

/** Why a session's start cannot be called; undefined when it can. */
export function whyNoStart({ isSynchronized }: GameSession, phase: SessionPhase): string | undefined {
  if (phase === 'waiting') return undefined;
  if (phase === 'over') return 'Its time is over: close it, and open the next.';
  if (!isSynchronized) return 'Here everybody begins when they like.';
  return phase === 'called' ? 'It was called: everybody counts down.' : 'It has started.';
}

/** What the count down to a session's start stands at: it ends with 1. `nowMs` by the service's clock. */
export const secondsLeft = (session: GameSession | undefined, nowMs: number): number =>
  Math.max(1, Math.ceil(((session?.startsAtMs ?? nowMs) - nowMs) / 1_000));

/** How a session stands, in a few words. `nowMs` by the service's clock. */
export function stateWords(session: GameSession | undefined, phase: SessionPhase, nowMs: number): string {
  if (!session || phase === 'none') return 'No session is open';
  const endMs = endsAtMs(session);
  switch (phase) {
    case 'waiting':
      return 'Waiting for the start';
    case 'called':
      return `Starts in ${secondsLeft(session, nowMs)}`;
    case 'running':
      return endMs === undefined ? 'Playing' : `${clockWords(endMs - nowMs)} left`;
    case 'over':
      return session.closedAtMs === undefined ? 'Time is over' : 'Over';
  }
}

/** "20 ms", "1.8 s": a time in milliseconds. */
export const seconds = (ms: number): string => (ms < 99.5 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);

/** What stands where the board's age would. */
export function noAgeWords({ isPast, isOpen }: { isPast: boolean; isOpen: boolean }): string {
  if (isPast) return 'A past board: it stays as it is.';
  return isOpen ? 'Told once somebody plays.' : 'No session is open: the board stays as it is.';
}

/** What the board's age is made of, in the order of the way; it adds up. */
export function ageParts({ streamMs, batchMs, pollMs, tableMs }: Age): readonly { name: string; ms: number }[] {
  const stream = { name: 'stream', ms: streamMs };
  const table = { name: 'table', ms: tableMs };
  if (pollMs === undefined) return [stream, { name: 'batch and poll', ms: batchMs }, table];
  return [stream, { name: 'batch', ms: batchMs }, { name: 'poll', ms: pollMs }, table];
}

/** "412": records a second, over all shards. */
export const rateWords = (rates: ReadonlyMap<string, number>): string =>
  Math.round([...rates.values()].reduce((sum, rate) => sum + rate, 0)).toLocaleString('en');

/** "shard 0" of `shardId-000000000000`. */
export const shardWords = (shardId: string): string => `shard ${Number(/\d+$/.exec(shardId)?.[0] ?? 0)}`;

/** So many sessions are listed, the newest. */
export const MOST_LISTED = 20;

/** What stands below the list of sessions when there may be older ones. */
export const olderWords = (listed: number): string | undefined =>
  listed < MOST_LISTED
    ? undefined
    : `The newest ${MOST_LISTED}. The boards of older ones are kept: put ?session= and the id after this page’s address.`;
