import { evenStarts, type HashKey, keyAfter } from './hashKeys.ts';
import type { KeptShard } from './shard.ts';

/** One change of a stream's shards, by their numbers: a shard becomes two, or two that are neighbours become one. */
export type Step = { split: number; at: HashKey } | { merge: readonly [number, number] };

/** The keys of an open shard. */
type Range = Pick<KeptShard, 'number' | 'startingKey' | 'endingKey'>;

/**
 * The steps that make `count` shards of the same size of a stream's open ones, whose next shard has the number `next`: shards are split
 * where the new ones begin, and what lies between is merged. As on AWS, shards come and go on the way.
 */
export function evenSteps(open: readonly Range[], next: number, count: number): Step[] {
  const steps: Step[] = [];
  let number = next;
  let pieces = sorted(open);
  for (const at of evenStarts(count)) {
    pieces = pieces.flatMap((piece) => {
      if (!(piece.startingKey < at && at <= piece.endingKey)) return [piece];
      steps.push({ split: piece.number, at });
      number += 2;
      return halves(piece, at, number - 2);
    });
  }
  const starts = new Set(evenStarts(count));
  let whole: Range | undefined;
  for (const piece of pieces) {
    if (!whole || starts.has(piece.startingKey)) {
      whole = piece;
      continue;
    }
    steps.push({ merge: [whole.number, piece.number] });
    whole = { number, startingKey: whole.startingKey, endingKey: piece.endingKey };
    number += 1;
  }
  return steps;
}

/** The shards after some steps. What is split or merged is closed; what comes of it begins a second later at least, so that numbers grow. */
export function resharded(shards: readonly KeptShard[], steps: readonly Step[], nowMs: number): KeptShard[] {
  const all = [...shards];
  let number = 1 + Math.max(...all.map((shard) => shard.number));
  const close = (which: number): KeptShard => {
    const at = all.findIndex((shard) => shard.number === which);
    const closed = all[at];
    if (!closed) throw new TypeError(`there is no shard ${which}`);
    all[at] = { ...closed, closedAtMs: nowMs };
    return closed;
  };
  const open = (parents: readonly KeptShard[], { startingKey, endingKey }: Omit<Range, 'number'>) => {
    const born = Math.max(Math.floor(nowMs / 1000), ...parents.map(({ createdSeconds }) => createdSeconds + 1));
    const numbers = parents.map((parent) => parent.number);
    all.push({ number, startingKey, endingKey, createdSeconds: born, parents: numbers });
    number += 1;
  };
  for (const step of steps) {
    if ('split' in step) {
      const parent = close(step.split);
      for (const half of halves(parent, step.at, number)) open([parent], half);
    } else {
      const [one, other] = sorted(step.merge.map(close));
      if (one && other) open([one, other], { startingKey: one.startingKey, endingKey: other.endingKey });
    }
  }
  return all;
}

function halves({ startingKey, endingKey }: Range, at: HashKey, number: number): [Range, Range] {
  return [
    { number, startingKey, endingKey: keyAfter(at, -1n) },
    { number: number + 1, startingKey: at, endingKey },
  ];
}

function sorted<Keys extends Range>(ranges: readonly Keys[]): Keys[] {
  return [...ranges].sort((left, right) => (left.startingKey < right.startingKey ? -1 : 1));
}
