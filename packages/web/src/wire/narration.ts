import type { Family } from '../cabinet/parts.tsx';
import type { Hop } from '../lib/journal.ts';
import { isUnmet } from './showing.ts';
import { outcome, type Recent, remark, type Teller, type Telling } from './telling.ts';

const THROTTLED = /Throttl|TooManyRequests|ProvisionedThroughput|RequestLimit|SlowDown/;
const WRITES = /^(Put|Update|Delete|TransactWrite|BatchWrite)Item/;
const READS = /^(Query|Scan|(BatchGet|TransactGet|Get)Items?)$/;
const PUBLISHES = /^(Publish|PublishBatch|PutEvents)$/;

const seconds = (ms: number) => (ms < 1_000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`);

/** Whether the run with this request id changed something in a table, as far as the recent hops know. */
export function hasWritten(requestId: string | undefined, { hops }: Pick<Recent, 'hops'>): boolean {
  return hops.some((hop) => hop.requestId === requestId && hop.outcome === 'ok' && isWrite(hop));
}

const isWrite = ({ kind, service, action }: Hop) => kind === 'call' && service === 'dynamodb' && WRITES.test(action);

const sameWay = (one: Hop, other: Hop) =>
  one.from === other.from && one.to === other.to && one.traceId === other.traceId;

/** Two copies of one message make their runs this close to each other, in milliseconds. */
const CLOSE_MS = 5_000;

/** Whether a run is one of two of the same message: a copy, or the run that had it first. */
function isOfTwo(begun: Hop, hops: readonly Hop[]): boolean {
  if (isCopy(begun)) return true;
  return hops.some(
    (hop) =>
      hop.kind === 'invocation' &&
      isCopy(hop) &&
      sameWay(hop, begun) &&
      hop.seq > begun.seq &&
      hop.atMs - begun.atMs < CLOSE_MS,
  );
}

const isCopy = ({ detail }: Hop) => Number(detail?.copy ?? 1) > 1;

const tellDelivery: Teller = (hop, { hops, nameOf }) => {
  const [topic, consumer] = [nameOf(hop.from), nameOf(hop.to)];
  const { messageId } = hop.detail ?? {};
  if (hop.outcome === 'error') {
    return outcome('Retry', 'message', `\`${consumer}\` did not take a message of \`${topic}\`: it is tried again.`);
  }
  if (hop.action === 'retry') {
    return outcome('Retry with backoff', 'message', `\`${topic}\` delivered to \`${consumer}\` at another try.`);
  }
  const isAgain =
    isCopy(hop) ||
    (messageId !== undefined &&
      hops.some(
        (before) => before.kind === 'delivery' && before.to === hop.to && before.detail?.messageId === messageId,
      ));
  if (isAgain) {
    const sentence = `\`${topic}\` delivered the same message to \`${consumer}\` twice: whoever consumes it must bear that.`;
    return outcome('At least once', 'message', sentence);
  }
  // A bus goes by its rules' names too, which its deliveries come from.
  const publish = hops.findLast(
    ({ kind, to, action }) => kind === 'call' && nameOf(to) === topic && PUBLISHES.test(action),
  );
  if (!publish) return undefined;
  const sentence = `\`${nameOf(publish.from)}\` published to \`${topic}\`, which delivered it to \`${consumer}\`. Neither knows the other’s name.`;
  return remark('Publish / subscribe', 'message', sentence);
};

/** A scheduled run that publishes what it has read in a table empties an outbox: whoever wrote it did not get to publishing. */
const tellPublish: Teller = (hop, { hops, nameOf }) => {
  if (hop.outcome !== 'ok' || hop.requestId === undefined || !PUBLISHES.test(hop.action)) return undefined;
  const ofRun = hops.filter(({ requestId }) => requestId === hop.requestId);
  const isScheduled = ofRun.some(
    ({ kind, from = '' }) => kind === 'invocation' && /:(rule\/[^/]+$|schedule\/)/.test(from),
  );
  const read = ofRun.find(({ kind, action, outcome }) => kind === 'call' && outcome === 'ok' && READS.test(action));
  if (!isScheduled || !read) return undefined;
  const [relay, table, topic] = [nameOf(hop.from), nameOf(read.to), nameOf(hop.to)];
  const sentence = `\`${relay}\` found in \`${table}\` what had not been announced, and published it to \`${topic}\`: nothing is lost.`;
  return outcome('Outbox', 'store', sentence);
};

const tellCall: Teller = (hop, recent) => {
  const { error, service } = hop;
  if (!error) return tellPublish(hop, recent);
  const [caller, target] = [recent.nameOf(hop.from), recent.nameOf(hop.to)];
  if (isUnmet(hop)) {
    const sentence = `\`${caller}\` would write to \`${target}\`, but the condition did not hold: nothing changed.`;
    return outcome('Optimistic lock', 'store', sentence);
  }
  if (!THROTTLED.test(error.code)) return undefined;
  const family: Family = service === 'dynamodb' ? 'store' : service === 'lambda' ? 'function' : 'message';
  return outcome('Throttle', family, `\`${target}\` refused a call of \`${caller}\`: too many at once.`);
};

/** How a run failed: the pattern's name, and a sentence without its end. */
function failureOf({ error, detail }: Hop, name: string): [pattern: string, what: string] {
  const { code = 'Error', message = '' } = error ?? {};
  const attempt = Number(detail?.attempt ?? 1);
  const who = attempt > 1 ? `Attempt ${attempt} of \`${name}\`` : `\`${name}\``;
  if (code === 'Sandbox.Timedout' || /timed out/i.test(message)) return ['Timeout', `${who} did not end in time`];
  if (code === 'Runtime.ExitError' || /exited|crashed/i.test(message)) return ['Crash', `${who} died during its run`];
  if (THROTTLED.test(code)) return ['Throttle', `${who} was not run: too many at once`];
  return ['Error', `${who} failed with \`${code}\``];
}

const tellInvocation: Teller = (hop, { hops, nameOf }) => {
  const { outcome: how, detail = {}, requestId } = hop;
  const name = nameOf(hop.to);
  const attempt = Number(detail.attempt ?? 1);
  if (how === 'error') {
    const [pattern, what] = failureOf(hop, name);
    if (typeof detail.retryInMs !== 'number') return outcome(pattern, 'function', `${what}.`);
    return outcome(pattern, 'function', `${what}; Lambda runs it again in ${seconds(detail.retryInMs)}.`);
  }
  if (attempt > 1) {
    const sentence =
      how === 'begun'
        ? `Lambda runs \`${name}\` again with the same event: attempt ${attempt}.`
        : `Attempt ${attempt} of \`${name}\` succeeded: what had failed is healed.`;
    return outcome('Retry with backoff', 'function', sentence);
  }
  if (how === 'begun' || requestId === undefined) return undefined;
  const begun = hops.findLast(({ seq }) => seq === hop.began);
  if (!begun || !isOfTwo(begun, hops) || hasWritten(requestId, { hops })) return undefined;
  const sentence = `\`${nameOf(hop.from)}\` delivered the same message to \`${name}\` twice. One of the two runs wrote nothing: its effect is there once.`;
  return outcome('At least once', 'message', sentence);
};

const tellDeadLetter: Teller = (hop, { nameOf }) => {
  const from = nameOf(hop.from);
  const reason = typeof hop.detail?.reason === 'string' ? ` (${hop.detail.reason})` : '';
  const sentence =
    hop.outcome === 'error'
      ? `\`${from}\` gave up on a message${reason}, and nothing keeps it: it is lost.`
      : `\`${from}\` gave up on a message${reason}. \`${nameOf(hop.to)}\` keeps it for somebody to look at.`;
  return outcome('Dead-letter queue', 'message', sentence);
};

const tellNoMatch: Teller = ({ from, to, detail }, { nameOf }) => {
  const field = typeof detail?.field === 'string' ? ` on \`${detail.field}\`` : '';
  const sentence = `\`${nameOf(from)}\` did not hand a message to \`${nameOf(to)}\`: its filter${field} does not let it in.`;
  return remark('Filter', 'message', sentence);
};

const tellFault: Teller = ({ action, to }, { nameOf }) => {
  const name = nameOf(to);
  if (action === 'delay') return remark('Delay', 'message', `A message to \`${name}\` is held back on purpose.`);
  if (action === 'reorder')
    return remark('Out of order', 'message', `A message to \`${name}\` waits until a later one has passed it.`);
  return undefined;
};

const TABLE: Partial<Record<Hop['kind'], Teller>> = {
  delivery: tellDelivery,
  call: tellCall,
  invocation: tellInvocation,
  'dead-letter': tellDeadLetter,
  'no-match': tellNoMatch,
  fault: tellFault,
};

/** What a hop means in any service: the pattern that it shows, in one sentence; silent where there is none. */
export const tellAny: Teller = (hop, recent) => TABLE[hop.kind]?.(hop, recent);

/** How long a telling stands before another takes its place, in milliseconds. */
const REMARK_MS = 1_200;
const OUTCOME_MS = 3_500;
/** Hops that tellers may look back on; between as many and twice as many are kept. */
const KEPT = 300;

/** Tells what happens, a sentence at a time. */
export interface Narrator {
  /** Takes hops in; `isNow`: their telling does not wait until the one that stands has been read. */
  hear(hops: readonly Hop[], nowMs: number, isNow?: boolean): void;
  /** What stands at this moment; undefined before there was anything to say. */
  telling(nowMs: number): Telling | undefined;
  /** Whether something waits until what stands has been read. */
  isMoving(): boolean;
}

/** `tell` comes before the general sentences. */
export function createNarrator(nameOf: Recent['nameOf'], tell: Teller = () => undefined): Narrator {
  let kept: Hop[] = [];
  let current: Telling | undefined;
  let untilMs = 0;
  let waiting: Telling | undefined;

  const stand = (telling: Telling, nowMs: number) => {
    current = telling;
    waiting = undefined;
    untilMs = nowMs + (telling.isOutcome ? OUTCOME_MS : REMARK_MS);
  };
  const offer = (telling: Telling, nowMs: number, isNow: boolean) => {
    const mayStand = nowMs >= untilMs || (telling.isOutcome && !current?.isOutcome);
    if (isNow || mayStand) stand(telling, nowMs);
    // What went wrong is told later rather than never; a remark is not.
    else if (telling.isOutcome && telling.pattern !== current?.pattern) waiting = telling;
    else if (telling.isOutcome && telling.sentence !== current?.sentence) waiting ??= telling;
  };

  return {
    hear(hops, nowMs, isNow = false) {
      for (const hop of hops) {
        const recent: Recent = { hops: kept, nameOf };
        const telling = tell(hop, recent) ?? tellAny(hop, recent);
        if (telling) offer(telling, nowMs, isNow);
        kept.push(hop);
        if (kept.length > 2 * KEPT) kept = kept.slice(-KEPT);
      }
    },
    telling(nowMs) {
      if (waiting && nowMs >= untilMs) stand(waiting, nowMs);
      return current;
    },
    isMoving: () => waiting !== undefined,
  };
}
