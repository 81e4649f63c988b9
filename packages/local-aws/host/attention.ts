import type { JournalEntry } from '../core/journal.ts';

/** Something that happened and that a person at the terminal must know. */
export interface Attention {
  /** The function that it is about. */
  functionName?: string;
  line: string;
}

/** Refusals: what a role may not do, and what reaches for the real AWS. */
const REFUSED = /^(AccessDenied|AuthorizationError|UnrecognizedClient|InvalidSignature|RealAwsRefused|NotSupported)/;
/** Nothing ran: the event waits, or its caller was told. */
const PASSING = new Set(['ServiceException', 'TooManyRequestsException']);
/** The longest message that is shown, in characters. */
const LONGEST = 400;
/** The same sentence is said again after this at the earliest. */
const QUIET_MS = 30_000;

/** What of the journal a person must know: functions that fail, calls that are refused, messages that are given up. */
export function attentionFor(entry: JournalEntry): Attention | undefined {
  const { kind, service, action, from = '', to = '', outcome, error } = entry;
  const functionName = functionIn(to) ?? functionIn(from);
  const about = functionName === undefined ? {} : { functionName };
  if (kind === 'dead-letter') return { ...about, line: `gave up a message of ${nameIn(from)}: it is in ${nameIn(to)}` };
  if (outcome !== 'error' || !error) return undefined;
  const message = `${error.code}: ${firstLine(error.message)}`;
  if (kind === 'invocation' && !PASSING.has(error.code))
    return { ...about, line: `${functionName ?? nameIn(to)} failed, ${message}` };
  if (REFUSED.test(error.code)) return { ...about, line: `${service}:${action} was refused, ${message}` };
  return undefined;
}

/** Lets a sentence through, and then not for half a minute. `now` gives milliseconds. */
export function createQuiet(now: () => number = Date.now): (sentence: string) => boolean {
  const said = new Map<string, number>();
  return (sentence) => {
    const last = said.get(sentence);
    if (last !== undefined && now() - last < QUIET_MS) return false;
    for (const [old, at] of said) if (now() - at >= QUIET_MS) said.delete(old);
    said.set(sentence, now());
    return true;
  };
}

function functionIn(arn: string): string | undefined {
  return /^arn:aws:lambda:[^:]*:[^:]*:function:([^:]+)/.exec(arn)?.[1];
}

/** The last part of an ARN. */
function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1) || 'something';
}

function firstLine(message: string): string {
  const line = message.split('\n', 1)[0] ?? '';
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}...` : line;
}
