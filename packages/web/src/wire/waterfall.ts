import type { Family } from '../cabinet/parts.tsx';
import type { Hop } from '../lib/journal.ts';
import { familyOf } from './hopRows.ts';
import { isRepeat } from './showing.ts';

/** A hop of a chain, from its begin to its end. */
export interface Bar {
  seq: number;
  what: string;
  family: Family;
  /** Milliseconds after the first of the bars. */
  startMs: number;
  /** Undefined while it has not ended. */
  durationMs: number | undefined;
  /** The error's code; empty when there is none. */
  outcome: string;
  isGhost: boolean;
  isFailure: boolean;
  /** The one that was opened. */
  isChosen: boolean;
}

/** What belongs to one correlation id, in the order in which it began. */
export interface Waterfall {
  bars: readonly Bar[];
  /** From the first begin to the last end, in milliseconds. */
  totalMs: number;
  /** Hops of the chain that are not among the bars: only those around the chosen one are. */
  others: number;
}

/** More cannot be told apart. */
const MOST_BARS = 60;

/** Where from and where to, as far as it is known. */
function wordsOf({ kind, action, from, to }: Hop, nameOf: (arn: string) => string): string {
  const what = kind === 'invocation' ? 'runs' : kind === 'no-match' ? 'filtered' : kind === 'delivery' ? '→' : action;
  if (kind === 'invocation') return `${to ? nameOf(to) : '?'} ${action === 'retry' ? 'runs again' : what}`;
  return [from ? nameOf(from) : '', what, to ? nameOf(to) : ''].filter((part) => part !== '').join(' ');
}

/** Puts begins and ends together. `chosenSeq` is the number of the hop that was opened. */
export function waterfallOf(hops: readonly Hop[], chosenSeq: number, nameOf: (arn: string) => string): Waterfall {
  const endOf = new Map(hops.flatMap((hop) => (hop.began === undefined ? [] : [[hop.began, hop] as const])));
  const begins = new Set(hops.map(({ seq }) => seq));
  // An end whose begin is forgotten stands for itself.
  const whole = hops.filter(({ began, kind }) => kind !== 'provision' && (began === undefined || !begins.has(began)));
  const spans = whole.map((hop) => {
    const end = endOf.get(hop.seq) ?? (hop.outcome === 'begun' ? undefined : hop);
    // A hop that is written once is written when it is over.
    const durationMs = end?.durationMs ?? (end ? end.atMs - hop.atMs : undefined);
    const startMs = end === hop ? hop.atMs - (durationMs ?? 0) : hop.atMs;
    return { hop, end, startMs, durationMs };
  });
  spans.sort((one, other) => one.startMs - other.startMs || one.hop.seq - other.hop.seq);
  const isChosen = ({ hop, end }: (typeof spans)[number]) => hop.seq === chosenSeq || end?.seq === chosenSeq;
  const middle = Math.max(0, spans.findIndex(isChosen));
  const first = Math.max(0, Math.min(middle - MOST_BARS / 2, spans.length - MOST_BARS));
  const shown = spans.slice(first, first + MOST_BARS);
  const zeroMs = shown[0]?.startMs ?? 0;
  return {
    bars: shown.map((span) => ({
      seq: span.hop.seq,
      what: wordsOf(span.hop, nameOf),
      family: familyOf(span.hop),
      startMs: span.startMs - zeroMs,
      durationMs: span.durationMs,
      outcome: span.end?.error?.code ?? '',
      isGhost: isRepeat(span.hop),
      isFailure: span.end?.outcome === 'error',
      isChosen: isChosen(span),
    })),
    totalMs: Math.max(0, ...shown.map(({ startMs, durationMs = 0 }) => startMs + durationMs - zeroMs)),
    others: spans.length - shown.length,
  };
}
