import type { VirtualClock } from '../core/clock.ts';
import type { Journal, JournalEntry } from '../core/journal.ts';

/** How far virtual time goes between two looks. */
const STEP_MS = 250;

/** How many of the latest hops are shown when the wait was in vain. */
const SHOWN_HOPS = 12;

/** Lets virtual time pass until `predicate`, which gets the hops that have ended, gives something. Throws when `timeoutMs` of it have passed. */
export async function waitUntil<T>(
  { clock, journal }: { clock: VirtualClock; journal: Journal },
  predicate: (hops: JournalEntry[]) => T | Promise<T>,
  timeoutMs: number,
): Promise<Exclude<T, false | undefined>> {
  const endMs = clock.now() + timeoutMs;
  await clock.idle();
  for (;;) {
    const result = await predicate(journal.ended());
    if (result !== false && result !== undefined) return result as Exclude<T, false | undefined>;
    if (clock.now() >= endMs) throw new Error(`waited ${timeoutMs} ms in vain; the latest hops:\n${latest(journal)}`);
    await clock.advance(Math.min(STEP_MS, endMs - clock.now()));
  }
}

/** What has ended once, and what has only begun: that is often what a wait was in vain for. */
function latest(journal: Journal): string {
  const entries = journal.entries(journal.lastSeq - 2 * SHOWN_HOPS);
  const over = new Set(entries.map(({ began }) => began));
  return entries
    .filter(({ seq }) => !over.has(seq))
    .slice(-SHOWN_HOPS)
    .map(({ seq, kind, service, action, from = '?', to = '?', outcome, error }) =>
      `  ${seq} ${kind} ${service}:${action} ${from} -> ${to} ${outcome} ${error?.message ?? ''}`.trimEnd(),
    )
    .join('\n');
}
