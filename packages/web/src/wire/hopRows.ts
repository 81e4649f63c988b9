import type { WireGraph, WireNode } from '@arcade/networks/wire/graph';
import type { Family } from '../cabinet/parts.tsx';
import type { Hop } from '../lib/journal.ts';
import { belongsTo, type Places } from './places.ts';
import { isRepeat } from './showing.ts';

/** A hop as the list shows it. */
export interface HopRow {
  hop: Hop;
  from: string;
  to: string;
  /** What its shape is drawn of: the end that is no function, where there is one. */
  kind: WireNode['kind'];
  family: Family;
  /** Milliseconds since the row before; undefined for the first. */
  sinceMs: number | undefined;
  outcome: string;
  isGhost: boolean;
  isFailure: boolean;
}

/** The latest hops of a service, oldest first. */
export interface HopRows {
  take(hops: readonly Hop[]): void;
  rows(): readonly HopRow[];
}

/** Rows that are kept, and shown. */
export const MOST_ROWS = 24;

const KIND_BY_SERVICE: Readonly<Record<string, [WireNode['kind'], Family]>> = {
  sns: ['topic', 'message'],
  sqs: ['queue', 'message'],
  events: ['bus', 'message'],
  dynamodb: ['table', 'store'],
  apigateway: ['http', 'entry'],
  lambda: ['function', 'function'],
  scheduler: ['schedule', 'entry'],
  pipes: ['pipe', 'message'],
  logs: ['log', 'store'],
  'cognito-idp': ['users', 'entry'],
  'cognito-identity': ['identities', 'entry'],
};

/** The family of the service that a hop is a hop of. */
export const familyOf = ({ service }: Hop): Family => KIND_BY_SERVICE[service]?.[1] ?? 'outside';

/** Errors that one meets often, in a word that fits. */
const ERROR_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^ConditionalCheckFailed/, 'condition'],
  [/^Runtime\.ExitError/, 'crash'],
  [/^Sandbox\.Timedout/, 'timeout'],
  [/Throttl|TooManyRequests|ProvisionedThroughput/, 'throttled'],
];

const WORDS: Partial<Record<Hop['kind'], string>> = { 'no-match': 'filtered', 'dead-letter': 'buried' };

/** How a hop ended, in a word or two; undefined while it has not. */
function outcomeOf({ kind, action, outcome, error, durationMs }: Hop): string {
  if (kind === 'fault') return action;
  if (outcome === 'begun') return '…';
  if (error)
    return ERROR_WORDS.find(([code]) => code.test(error.code))?.[1] ?? error.code.replace(/(Exception|Error)$/, '');
  return (
    WORDS[kind] ??
    (durationMs === undefined ? 'ok' : `${durationMs < 10 ? durationMs.toFixed(1) : Math.round(durationMs)} ms`)
  );
}

/** A run is told by the delivery that brought it, a request by the run that it makes; unless something is to be said of them. */
function isTold(hop: Hop): boolean {
  if (hop.outcome === 'error' || hop.action === 'retry') return true;
  return (
    !(hop.kind === 'invocation' && hop.detail?.type === 'Event') &&
    !(hop.kind === 'call' && hop.service === 'apigateway')
  );
}

/** Keeps the latest rows. A call's end goes into the row of its begin. */
export function createHopRows(
  service: string,
  graph: WireGraph | undefined,
  places: Places,
  labelOf: (hop: Hop) => string | undefined,
): HopRows {
  const isOurs = belongsTo(service, graph, places);
  let kept: HopRow[] = [];

  const rowOf = (hop: Hop): HopRow => {
    const [from, to] = [places.nodeOf(hop.from), places.nodeOf(hop.to)];
    const end = to?.family === 'function' && from ? from : to;
    const [kind, family] = end ? [end.kind, end.family] : (KIND_BY_SERVICE[hop.service] ?? ['external', 'outside']);
    const isGhost = isRepeat(hop);
    const before = kept.at(-1);
    return {
      hop,
      from: hop.from ? places.nameOf(hop.from) : hop.kind === 'fault' ? 'fault plan' : '',
      to: hop.to ? places.nameOf(hop.to) : '',
      kind,
      family,
      sinceMs: before ? Math.max(0, hop.atMs - before.hop.atMs) : undefined,
      outcome: labelOf(hop) ?? outcomeOf(hop),
      isGhost,
      isFailure: hop.outcome === 'error' || hop.kind === 'fault',
    };
  };
  const end = (hop: Hop): boolean => {
    const index = kept.findIndex((row) => row.hop.seq === hop.began);
    const row = kept[index];
    if (!row) return false;
    kept[index] = { ...row, outcome: labelOf(hop) ?? outcomeOf(hop), isFailure: hop.outcome === 'error' };
    return true;
  };

  return {
    take(hops) {
      // Whoever was given the rows before keeps them as they were.
      kept = [...kept];
      // What would be pushed out at once is not made.
      for (const hop of hops.filter(isOurs).slice(-4 * MOST_ROWS)) {
        if (hop.began !== undefined && (end(hop) || hop.outcome !== 'error')) continue;
        if (isTold(hop)) kept.push(rowOf(hop));
      }
      kept = kept.slice(-MOST_ROWS);
    },
    rows: () => kept,
  };
}
