import type { Clock } from '../core/clock.ts';
import { AwsError } from '../core/errors.ts';
import type { HopKind, Journal, JournalEntry } from '../core/journal.ts';
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

/** Ids that machines make. In an id's place somebody may send a text of his own, and say anything by it. */
const ID = /^(?:[\da-f]{32}|[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12})$/i;
const TRACE_ID = /^1-[\da-f]{8}-[\da-f]{24}$/i;
/** Names of resources and operations, which are no sentences. */
const NAME = /^[\w.:/$@+=,*-]{1,256}$/;
/** `PutItem`, or a route: `GET /games/{gameId}`. */
const ACTION = /^(?:[A-Z]+ )?[\w.:/$@+=,*{}-]{1,256}$/;
const CODE = /^[\w.-]{1,64}(?=:|$)/;

/** How an invocation has failed, in the words of Lambda; all other words are the function's own. */
const FAILURES = new Set([
  'Function.ResponseSizeTooLarge',
  'InternalFailure',
  'RecursiveInvocationException',
  'Runtime.CallbackHandlerDeprecated',
  'Runtime.ExitError',
  'Runtime.HandlerNotFound',
  'Runtime.ImportModuleError',
  'Runtime.OutOfMemory',
  'Runtime.UncaughtException',
  'Runtime.UnhandledPromiseRejection',
  'Runtime.UserCodeSyntaxError',
  'Sandbox.Timedout',
  'ServiceException',
  'TooManyRequestsException',
]);

/** What of a detail is shown although it is text, and the form that it must have: no message brings it. */
const SHOWN = new Map<string, RegExp>([
  ['action', NAME],
  ['api', NAME],
  ['endpoint', NAME],
  ['eventId', ID],
  // Templates say these two.
  ['expression', /./],
  ['field', /./],
  ['logicalId', NAME],
  ['messageId', ID],
  ['resource', NAME],
  ['role', NAME],
  ['service', NAME],
  ['stackName', NAME],
  ['stage', NAME],
  ['subscriptionArn', NAME],
  ['targetId', NAME],
  ['type', NAME],
]);

/** The text, or as much of its beginning as has the form; undefined when that is nothing. */
const formed = (text: string | undefined, form: RegExp) => (text === undefined ? undefined : form.exec(text)?.[0]);

/** A hop with what is named here and nothing else: a request may say something in its path, a function in its error, a filter in its reason. */
function withoutPayloads(entry: JournalEntry) {
  const { seq, atMs, kind, service, action, outcome, began, durationMs, error } = entry;
  const texts = {
    from: formed(entry.from, NAME),
    to: formed(entry.to, NAME),
    correlationId: formed(entry.correlationId, ID),
    traceId: formed(entry.traceId, TRACE_ID),
    requestId: formed(entry.requestId, ID),
  };
  return {
    ...{ seq, atMs, kind, service, action: formed(action, ACTION) ?? '', ...texts, outcome, began, durationMs },
    ...(error && { error: { code: codeOf(kind, error.code), message: '' } }),
    ...(entry.detail && { detail: shownDetail(kind, entry.detail) }),
  };
}

function codeOf(kind: HopKind, code: string): string {
  if (kind === 'invocation') return FAILURES.has(code) ? code : 'Unhandled';
  return formed(code, CODE) ?? 'Unhandled';
}

function shownDetail(kind: HopKind, detail: Record<string, unknown>): Record<string, unknown> {
  const shown = Object.entries(detail).flatMap(([name, value]) => {
    if (typeof value === 'number' || typeof value === 'boolean') return [[name, value]];
    if (typeof value !== 'string') return [];
    // A reason may go on with what the target has answered.
    if (name === 'reason' && kind === 'dead-letter') return [[name, formed(value, CODE) ?? '']];
    return SHOWN.get(name)?.test(value) ? [[name, value]] : [];
  });
  return Object.fromEntries(shown);
}
