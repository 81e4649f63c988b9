import type { JournalEntry } from '../core/journal.ts';

/** Operations that leave everything as it is. */
const READING = /^(Get|BatchGet|TransactGet|Query|Scan|List|Describe|Receive)/;

/**
 * What an invocation has changed, by the journal: its calls that succeeded and do not only read. None: it wrote nothing, whatever its
 * log says.
 */
export function writesOf(hops: readonly JournalEntry[], requestId: string): JournalEntry[] {
  return hops.filter(
    ({ kind, outcome, action, requestId: caller }) =>
      kind === 'call' && outcome === 'ok' && caller === requestId && !READING.test(action),
  );
}
