import type { Hop } from '../lib/journal.ts';
import type { Places } from '../wire/places.ts';
import { hasFailed, showingOf } from '../wire/showing.ts';

/** What has gone over an edge since the page opened. */
export interface EdgeFigures {
  edge: string;
  from: string;
  to: string;
  count: number;
  /** Refused, or ended in an error; a condition that did not hold is none. */
  failed: number;
  /** Given up: a dead letter. */
  dead: number;
  /** The middle of the latest times that something took there, in milliseconds; undefined where nobody has measured one. */
  medianMs: number | undefined;
}

interface Kept extends Omit<EdgeFigures, 'medianMs'> {
  latestMs: number[];
}

/** The middle is that of so many times. */
const TIMES = 31;

const medianOf = (times: readonly number[]): number | undefined =>
  times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)];

const figuresOf = ({ latestMs, ...figures }: Kept): EdgeFigures => ({ ...figures, medianMs: medianOf(latestMs) });

/** Counts what goes over the edges of a drawing. */
export interface Tally {
  take(hops: readonly Hop[]): void;
  of(edge: string): EdgeFigures | undefined;
  /** The edge that something went over last. */
  latest(): EdgeFigures | undefined;
  /** Those that something went over, the busiest first. */
  all(): EdgeFigures[];
}

export function createTally(places: Places): Tally {
  const kept = new Map<string, Kept>();
  let latest: string | undefined;

  const add = (hop: Hop) => {
    const [from, to] = [places.nodeOf(hop.from), places.nodeOf(hop.to)];
    const way = from && to && from !== to ? places.between(from, to, hop.kind === 'dead-letter') : undefined;
    if (!way || !from || !to) return;
    const { id } = way.edge;
    const ends = way.isReversed ? { from: to.id, to: from.id } : { from: from.id, to: to.id };
    const before = kept.get(id) ?? { edge: id, ...ends, count: 0, failed: 0, dead: 0, latestMs: [] };
    // A call and an invocation are two hops: one that moves and one that tells how long it took.
    const isMove = showingOf(hop, places).token !== undefined;
    if (isMove) latest = id;
    kept.set(id, {
      ...before,
      count: before.count + Number(isMove),
      failed: before.failed + Number(hasFailed(hop) && hop.kind !== 'dead-letter'),
      dead: before.dead + Number(hop.kind === 'dead-letter'),
      latestMs: hop.durationMs === undefined ? before.latestMs : [...before.latestMs, hop.durationMs].slice(-TIMES),
    });
  };
  const of = (edge: string): EdgeFigures | undefined => {
    const known = kept.get(edge);
    return known && figuresOf(known);
  };
  return {
    take: (hops) => hops.forEach(add),
    of,
    latest: () => (latest === undefined ? undefined : of(latest)),
    all: () =>
      [...kept.values()]
        .filter(({ count }) => count > 0)
        .sort((one, other) => other.count - one.count)
        .map(figuresOf),
  };
}
