import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** How often is looked whether the rally is over. */
const LOOK_MS = 50;
/** A rally in which nothing happens for so long has stopped. */
const STALLED_MS = 10_000;

/** How a rally is played. */
export interface Rally {
  /** So many at once. */
  balls: number;
  /** The stroke with which each ball ends. */
  last: number;
  /** So many strokes, of all balls together, are not counted. */
  warmUp: number;
}

/** What a rally came to. */
export interface Measured {
  strokesPerSecond: number;
  /** From the publish in one function to the start of the other. */
  hopP50Ms: number;
  hopP99Ms: number;
}

/** One stroke as the functions wrote it down, in nanoseconds. */
export interface Stroke {
  /** Of its ball, from 1. */
  number: number;
  sentAtNs: bigint;
  arrivedAtNs: bigint;
}

/** Makes an empty file for the functions to write their strokes into. */
export async function emptyStrokesFile(file: string): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, '');
}

/** Waits until the last stroke of every ball has been written down. Rejects when the rally stands still. */
export async function untilOver(file: string, { balls, last }: Rally): Promise<void> {
  let seen = 0;
  let seenAtMs = performance.now();
  for (;;) {
    const strokes = await strokesIn(file);
    if (strokes.filter(({ number }) => number === last).length >= balls) return;
    if (strokes.length !== seen) seenAtMs = performance.now();
    else if (performance.now() - seenAtMs > STALLED_MS) {
      throw new Error(`the rally stopped after ${seen} of ${balls * last} strokes`);
    }
    seen = strokes.length;
    await wait(LOOK_MS);
  }
}

/** What the strokes come to after the warm-up, and until the first ball is out: from then on fewer are played. */
export async function measureStrokes(file: string, { last, warmUp }: Omit<Rally, 'balls'>): Promise<Measured> {
  const strokes = await strokesIn(file);
  const end = strokes.findIndex(({ number }) => number === last) + 1;
  const measured = strokes.slice(warmUp, end || strokes.length);
  const [first, final] = [measured[0], measured.at(-1)];
  if (!first || !final || first === final) throw new Error(`the rally ended within its ${warmUp} strokes of warm-up`);
  const hopsMs = measured.map(hopMs);
  return {
    strokesPerSecond: (measured.length - 1) / (Number(final.arrivedAtNs - first.arrivedAtNs) / 1e9),
    hopP50Ms: quantile(hopsMs, 0.5),
    hopP99Ms: quantile(hopsMs, 0.99),
  };
}

/** How long it took from the publish in one function to the start of the other. */
export function hopMs({ sentAtNs, arrivedAtNs }: Stroke): number {
  return Number(arrivedAtNs - sentAtNs) / 1e6;
}

/** In the order in which they were written down. */
export async function strokesIn(file: string): Promise<Stroke[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  return lines.map((line) => {
    const [, number, sentAtNs = '', arrivedAtNs = ''] = line.split(' ');
    return { number: Number(number), sentAtNs: BigInt(sentAtNs), arrivedAtNs: BigInt(arrivedAtNs) };
  });
}

/** The value below which the given share of the values lies (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
