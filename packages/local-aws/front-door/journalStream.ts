import type { Journal } from '../core/journal.ts';
import type { HttpResponse } from './listener.ts';

/** Keeps proxies and browsers from taking a quiet stream for a dead one. */
const HEARTBEAT_MS = 15_000;

/** How many entries go out in one write, so that a long backlog does not block the process. */
const BATCH = 100;

/**
 * Sends the journal as server-sent events, from the entry after `sinceSeq` on: `id:` is the entry's number, `data:` the
 * entry as JSON. A reader who is slower than the journal makes nothing pile up here: entries are taken from the journal
 * only when the connection takes more, and a jump in the numbers shows what it has forgotten by then.
 */
export function streamJournal(journal: Journal, sinceSeq: number, response: HttpResponse): void {
  // The two versions of HTTP declare the same calls in types that do not unite.
  const out = response as { write(text: string): boolean };
  let sentSeq = sinceSeq;
  let blocked = false;
  let scheduled = false;

  const flush = () => {
    scheduled = false;
    if (blocked || response.destroyed) return;
    const entries = journal.entries(sentSeq).slice(0, BATCH);
    const last = entries.at(-1);
    if (!last) return;
    sentSeq = last.seq;
    blocked = !out.write(entries.map((entry) => `id: ${entry.seq}\ndata: ${JSON.stringify(entry)}\n\n`).join(''));
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
  out.write(`retry: 1000\n: the journal of local-aws\n\n`);
  schedule();
}
