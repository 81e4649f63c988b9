import type { Attempt, Outcome } from './attempt.ts';
import { dodges, keyOf, type Wild, type Win } from './wild.ts';

/**
 * How an attempt goes, with the fakémon as it is; `open` when there is a unit left for it to take. `nowMs` is milliseconds since
 * the epoch.
 *
 * What is judged never turns back, so that whoever asks later, in a duplicate or a retry, is told the same or finds that the
 * attempt has won: times are compared with that of the throw, for which the attempt's first claim speaks; units only go; and a
 * dodge is drawn from the attempt itself. The one thing that may change in between is `open`, which is why it is no outcome.
 */
export function judge(wild: Wild | undefined, attempt: Attempt, nowMs: number): Outcome | 'open' {
  if (!wild) return { outcome: 'unknown', decidedAtMs: nowMs };
  const win = wild.winners[keyOf(attempt)];
  if (win) return captured(wild, win);
  // It is announced up to a minute before it appears; until then there is nothing to be seen.
  if (attempt.thrownAtMs < wild.appearsAtMs) return { outcome: 'unknown', decidedAtMs: nowMs };

  const { species } = wild;
  const lateMs = attempt.thrownAtMs - wild.expiresAtMs;
  if (lateMs >= 0) return { outcome: 'gone', species, lateMs, decidedAtMs: nowMs };
  if (wild.unitsLeft <= 0) {
    const { takenBy, takenAtMs = nowMs } = wild;
    // Two machines' clocks may differ by a little.
    return { outcome: 'taken', species, lateMs: Math.max(0, nowMs - takenAtMs), takenBy, decidedAtMs: nowMs };
  }
  if (dodges(wild, attempt)) return { outcome: 'dodged', species, decidedAtMs: nowMs };
  return 'open';
}

/** What an attempt that has taken a unit is told. */
export const captured = ({ species }: Wild, { unitsLeft, atMs }: Win): Outcome => ({
  outcome: 'captured',
  species,
  unitsLeft,
  decidedAtMs: atMs,
});
