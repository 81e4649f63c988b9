import type { Hop } from '../lib/journal.ts';
import { printedMs } from '../wire/paint.ts';
import { hasFailed } from '../wire/showing.ts';

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** How often it was tried, or came: "attempt 2", "copy 2"; empty for what went once. */
export function attemptOf({ detail = {}, action }: Hop): string {
  const { attempt, retry, copy, resent, count } = detail;
  const said = [
    number(retry) > 0
      ? `retry ${retry}`
      : number(attempt) > 1
        ? `attempt ${attempt}`
        : action === 'retry'
          ? 'retry'
          : '',
    number(copy) > 1 ? `copy ${copy}` : '',
    number(count) > 1 ? `${count} records` : '',
    resent === undefined ? '' : 'sent again',
  ];
  return said.filter(Boolean).join(', ');
}

/** How a hop has ended, in a few words. */
export function outcomeOf({ kind, outcome, error, durationMs, detail = {} }: Hop): string {
  if (kind === 'no-match') return detail.field ? `not taken: ${detail.field}` : 'taken by nobody';
  if (kind === 'dead-letter') return `given up: ${detail.reason ?? error?.code ?? 'no reason'}`;
  if (outcome === 'begun') return 'under way';
  if (error) return error.code;
  return durationMs === undefined ? 'ok' : printedMs(durationMs);
}

/** Whether it is drawn in red. */
export const isBad = (hop: Hop): boolean => hasFailed(hop) || hop.kind === 'dead-letter';

/** How long a chain takes that is played at a quarter of its speed, in milliseconds, with what arrives last. */
export function replayMs(hops: readonly Pick<Hop, 'atMs'>[], { longestPauseMs = 400, rate = 0.25 } = {}): number {
  let playedMs = 0;
  for (const [at, hop] of hops.slice(1).entries())
    playedMs += Math.min(Math.max(0, hop.atMs - (hops[at]?.atMs ?? hop.atMs)), longestPauseMs);
  return (playedMs + 2 * 240 + 420) / rate;
}
