import type { WireNode } from '@arcade/networks/wire/graph';
import type { Family } from '../cabinet/parts.tsx';
import type { Hop } from '../lib/journal.ts';
import type { Places, Way } from './places.ts';

/** A token that goes along a line. */
export interface Token extends Way {
  from: WireNode;
  to: WireNode;
  family: Family;
  /** It repeats one that came before: a copy that a fault made, another delivery, another attempt. */
  isGhost: boolean;
  /** `dies`: no filter lets it in; `fails`: it was refused. */
  end: 'arrives' | 'dies' | 'fails';
}

/** What a hop does to the drawing. */
export interface Showing {
  token?: Token;
  /** A function runs from here on, until the showing whose `ends` has the same number. */
  begins?: { node: WireNode; seq: number };
  ends?: { node: WireNode; seq: number };
  /** Something happened at these, and it went well; with how long it took. */
  lights?: WireNode;
  fails?: WireNode;
  /** The fault plan did something here. */
  strikes?: WireNode;
  /** How long it took, in milliseconds. */
  took?: { node: WireNode; ms: number };
}

const NOTHING: Showing = {};

/** Whether a hop repeats one that came before. */
export function isRepeat({ action, detail }: Hop): boolean {
  return action === 'retry' || Number(detail?.copy ?? 1) > 1 || Number(detail?.attempt ?? 1) > 1;
}

/** Whether it is a write, alone or in a transaction, whose condition did not hold. */
export const isUnmet = ({ error }: Hop): boolean =>
  error?.code === 'ConditionalCheckFailedException' ||
  (error?.code === 'TransactionCanceledException' && /ConditionalCheckFailed/.test(error.message));

/** How it is told on a drawing whether something has failed. */
export type IsFailed = (hop: Hop) => boolean;

/** Whether it was refused or ended in an error: in a system's own drawing whoever loses a race is seen to lose it. */
const hasError: IsFailed = ({ outcome }) => outcome === 'error';

/** Whether it went wrong: that a condition did not hold is an answer that somebody has asked for. */
export const hasFailed: IsFailed = (hop) => hasError(hop) && !isUnmet(hop);

/** A delivery brought it, which has been a hop of its own: only a retry comes out of the function's own queue. */
const wasBrought = ({ kind, detail }: Hop) =>
  kind === 'invocation' && detail?.type === 'Event' && Number(detail.attempt ?? 1) === 1;

function tokenOf(
  hop: Hop,
  from: WireNode | undefined,
  to: WireNode | undefined,
  places: Places,
  isFailed: IsFailed,
): Token | undefined {
  if (!from || !to || from === to || wasBrought(hop)) return undefined;
  const way = places.between(from, to, hop.kind === 'dead-letter');
  if (!way) return undefined;
  const family = to.family === 'function' ? from.family : to.family;
  const end = hop.kind === 'no-match' ? 'dies' : isFailed(hop) ? 'fails' : 'arrives';
  return { ...way, from, to, family, isGhost: isRepeat(hop), end };
}

/** Whether it is its target's own time: a function's is that of its run, not of what brought it there or waited for it. */
const isItsOwn = ({ kind }: Hop, { family }: WireNode) => kind === (family === 'function' ? 'invocation' : 'call');

/** What a hop does to the drawing; nothing for what is not on it. Of a call or an invocation the begin moves, the end lights. */
export function showingOf(hop: Hop, places: Places, isFailed = hasError): Showing {
  const [from, to] = [places.nodeOf(hop.from), places.nodeOf(hop.to)];
  const at = to ?? from;
  if (!at || hop.kind === 'provision') return NOTHING;
  if (hop.kind === 'fault') return { strikes: at };
  if (hop.kind === 'schedule') return { lights: at };

  const hasBegun = hop.began !== undefined;
  const token = hasBegun ? undefined : tokenOf(hop, from, to, places, isFailed);
  const result = isFailed(hop) ? { fails: at } : hop.outcome === 'begun' ? {} : { lights: at };
  return {
    ...(token && { token }),
    // A token lights where it arrives, and fails there.
    ...(!token && result),
    ...(hop.kind === 'invocation' && hop.outcome === 'begun' && to && { begins: { node: to, seq: hop.seq } }),
    ...(hop.kind === 'invocation' && hop.began !== undefined && to && { ends: { node: to, seq: hop.began } }),
    ...(to && hop.durationMs !== undefined && isItsOwn(hop, to) && { took: { node: to, ms: hop.durationMs } }),
  };
}

/** Whether it is worth a step of its own: a call's good end is not. */
export const isSeen = ({ token, begins, ends, fails, strikes }: Showing): boolean =>
  token !== undefined || begins !== undefined || ends !== undefined || fails !== undefined || strikes !== undefined;
