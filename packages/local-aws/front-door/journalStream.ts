import type { Journal, JournalEntry } from '../core/journal.ts';
import type { HttpResponse } from './listener.ts';

/** Keeps proxies and browsers from taking a quiet stream for a dead one. */
const HEARTBEAT_MS = 15_000;

/** How many entries go out in one write, so that a long backlog does not block the process. */
const BATCH = 100;

/** What a reader of the stream gets. */
export interface StreamedJournal {
  /** The number of the entry after which he goes on. */
  sinceSeq: number;
  /** What he is to see before that. */
  before: readonly JournalEntry[];
  /** What he is shown of an entry. */
  shown(entry: JournalEntry): object;
  /** Milliseconds since the epoch, by local-aws's clock. */
  now(): number;
}

/**
 * Sends the journal as server-sent events: `id:` is the entry's number, `data:` the entry as JSON. `event: live` says that all has been
 * sent that was there, with the number of the newest entry. A reader who is slower than the journal makes nothing pile up here: entries
 * are taken from the journal only when the connection takes more, and `event: missed` says how many it has forgotten by then.
 */
export function streamJournal(
  journal: Journal,
  { sinceSeq, before, shown, now }: StreamedJournal,
  response: HttpResponse,
): void {
  // The two versions of HTTP declare the same calls in types that do not unite.
  const out = response as { write(text: string): boolean };
  const liveSeq = journal.lastSeq;
  let sentSeq = sinceSeq;
  let isLive = false;
  let blocked = false;
  let scheduled = false;

  const textOf = (entry: JournalEntry) => `id: ${entry.seq}\ndata: ${JSON.stringify(shown(entry))}\n\n`;
  const missedBefore = (entry: JournalEntry | undefined) => {
    const hops = (entry?.seq ?? 0) - sentSeq - 1;
    return hops > 0 ? `event: missed\ndata: ${JSON.stringify({ hops })}\n\n` : '';
  };
  const goneLive = () => {
    if (isLive || sentSeq < liveSeq) return '';
    isLive = true;
    return `id: ${sentSeq}\nevent: live\ndata: ${JSON.stringify({ seq: sentSeq, nowMs: now() })}\n\n`;
  };

  const flush = () => {
    scheduled = false;
    if (blocked || response.destroyed) return;
    const entries = journal.entries(sentSeq, BATCH);
    const missed = missedBefore(entries[0]);
    sentSeq = entries.at(-1)?.seq ?? sentSeq;
    const text = `${missed}${entries.map(textOf).join('')}${goneLive()}`;
    if (text === '') return;
    blocked = !out.write(text);
    if (!blocked && sentSeq < journal.lastSeq) schedule();
  };
  // One write for all that happens in one turn of the event loop.
  const schedule = () => {
    if (scheduled || blocked) return;
    scheduled = true;
    setImmediate(flush);
  };

  const stopFollowing = journal.follow(schedule);
  const heartbeat = setInterval(() => {
    if (!blocked) out.write(': still here\n\n');
  }, HEARTBEAT_MS);
  heartbeat.unref();
  response.on('drain', () => {
    blocked = false;
    flush();
  });
  response.on('error', () => {});
  response.on('close', () => {
    stopFollowing();
    clearInterval(heartbeat);
  });
  blocked = !out.write(`retry: 1000\n: the journal of local-aws\n\n${before.map(textOf).join('')}`);
  flush();
}
