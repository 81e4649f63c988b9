import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** How often is looked whether the rally is over. */
const LOOK_MS = 50;
/** A rally in which nothing happens for so long has stopped. */
const STALLED_MS = 10_000;

/** What a rally came to. */
export interface Measured {
  strokesPerSecond: number;
  /** From the publish in one function to the start of the other. */
  hopP50Ms: number;
  hopP99Ms: number;
}

/** One stroke as the functions wrote it down, in nanoseconds. */
interface Stroke {
  number: number;
  sentAtNs: bigint;
  arrivedAtNs: bigint;
}

/** Makes an empty file for the functions to write their strokes into. */
export async function emptyStrokesFile(file: string): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, '');
}

/** Waits until the rally's last stroke has been written down. Rejects when the rally stands still. */
export async function untilStroke(file: string, last: number): Promise<void> {
  let seen = '';
  let seenAtMs = performance.now();
  for (;;) {
    const newest = (await readFile(file, 'utf8')).trimEnd().split('\n').at(-1) ?? '';
    if (newest.startsWith(`${last} `)) return;
    if (newest !== seen) seenAtMs = performance.now();
    else if (performance.now() - seenAtMs > STALLED_MS) {
      throw new Error(`the rally stopped after stroke ${newest.split(' ')[0] || 0} of ${last}`);
    }
    seen = newest;
    await wait(LOOK_MS);
  }
}

/** What the strokes after the first `warmUp` come to. */
export async function measureStrokes(file: string, warmUp: number): Promise<Measured> {
  const strokes = (await readFile(file, 'utf8')).trimEnd().split('\n').map(strokeIn);
  const measured = strokes.filter(({ number }) => number > warmUp);
  const [first, last] = [measured[0], measured.at(-1)];
  if (!first || !last || first === last) throw new Error(`the rally ended within its ${warmUp} strokes of warm-up`);
  const hopsMs = measured.map(({ sentAtNs, arrivedAtNs }) => Number(arrivedAtNs - sentAtNs) / 1e6);
  return {
    strokesPerSecond: (measured.length - 1) / (Number(last.arrivedAtNs - first.arrivedAtNs) / 1e9),
    hopP50Ms: quantile(hopsMs, 0.5),
    hopP99Ms: quantile(hopsMs, 0.99),
  };
}

function strokeIn(line: string): Stroke {
  const [number, sentAtNs = '', arrivedAtNs = ''] = line.split(' ');
  return { number: Number(number), sentAtNs: BigInt(sentAtNs), arrivedAtNs: BigInt(arrivedAtNs) };
}

/** The value below which the given share of the values lies (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
