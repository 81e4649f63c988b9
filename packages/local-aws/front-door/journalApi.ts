import type { Clock } from '../core/clock.ts';
import { AwsError } from '../core/errors.ts';
import type { Hop, Journal } from '../core/journal.ts';
import type { RawAnswer } from '../core/service.ts';
import { json } from './http.ts';
import { streamJournal } from './journalStream.ts';
import type { HttpResponse } from './listener.ts';
import type { PlainRequest } from './resolve.ts';

/** How many entries a page that opens gets of the last chain, and how many of a chain that is asked for. */
const LAST_CHAIN = 200;
const WHOLE_CHAIN = 500;

/**
 * Answers `GET /_local/journal`: as JSON the entries after `since`, or those of the chain of `correlationId` or `traceId`; as server-sent
 * events what comes, too. `payloads=none` leaves out whatever messages and requests say. Undefined when it has taken the response
 * for a stream. Throws AwsError `InvalidSince`.
 */
export function serveJournal(
  { journal, clock }: { journal: Journal; clock: Clock },
  { headers, query }: PlainRequest,
  openStream: (headers: Record<string, string>) => HttpResponse,
): RawAnswer | undefined {
  const shown = query.get('payloads') === 'none' ? withoutPayloads : <Entry>(entry: Entry) => entry;
  const [correlationId, traceId] = [query.get('correlationId') ?? undefined, query.get('traceId') ?? undefined];
  if ((correlationId ?? traceId) !== undefined) {
    return json(200, journal.chain({ correlationId, traceId }, WHOLE_CHAIN).map(shown));
  }
  const isStream = /text\/event-stream/.test(headers.accept ?? '');
  const { sinceSeq, before } = placeOf(journal, query.get('since') ?? '0', headers['last-event-id']);
  if (!isStream) return json(200, journal.entries(sinceSeq).map(shown));
  const response = openStream({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  streamJournal(journal, { sinceSeq, before, shown, now: () => clock.now() }, response);
  return undefined;
}

/** Where a reader goes on, and what he is to see before: whoever asks for the `latest` gets the last chain. */
function placeOf(journal: Journal, since: string, lastEventId: string | undefined) {
  // A browser that reconnects says in this header what it saw last; it is newer than the address it was opened with.
  const asked = lastEventId ?? since;
  const isNumber = /^\d{1,15}$/.test(asked);
  if (!isNumber && asked !== 'latest') {
    throw new AwsError('InvalidSince', `since is '${asked}', neither the number of a journal entry nor 'latest'.`);
  }
  // A number from before a restart lies ahead of the journal, which has begun anew.
  const isAhead = isNumber && Number(asked) > journal.lastSeq;
  if (asked === 'latest' || (isAhead && since === 'latest')) {
    return { sinceSeq: journal.lastSeq, before: journal.lastChain(LAST_CHAIN) };
  }
  return { sinceSeq: isAhead ? 0 : Number(asked), before: [] };
}

/** What of a detail is shown although it is text: names of things, which no message brings. */
const NAMES = new Set([
  'action',
  'api',
  'endpoint',
  'eventId',
  'expression',
  'field',
  'logicalId',
  'messageId',
  'resource',
  'role',
  'service',
  'stackName',
  'stage',
  'subscriptionArn',
  'targetId',
  'type',
]);

/** A hop without whatever a message or a request says in it: a function may say it in its error, a filter in its reason. */
export function withoutPayloads<Entry extends Hop>({ error, detail, ...hop }: Entry) {
  const isShown = ([name, value]: [string, unknown]) =>
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    (typeof value === 'string' && (NAMES.has(name) || (name === 'reason' && hop.kind === 'dead-letter')));
  return {
    ...hop,
    ...(error && { error: { code: error.code, message: '' } }),
    ...(detail && { detail: Object.fromEntries(Object.entries(detail).filter(isShown)) }),
  };
}
