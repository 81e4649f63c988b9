import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchTable } from '../../../scripts/bench.ts';

export const name = 'memory';
/** It takes minutes: only when it is asked for. */
export const onDemand = true;

const STROKES = 100_000;
const PER_SAMPLE = 10_000;
/** Until then the journal and the logs fill up to what they keep. */
const WARM_UP = 20_000;
/** A heap that grows by less than this in 10,000 strokes is flat: 30 bytes a stroke are noise, one kept event is 300. */
const FLAT_BYTES = 300_000;
const MEGABYTE = 1e6;

/** What local-aws took after so many strokes, in bytes. */
export interface MemorySample {
  strokes: number;
  rss: number;
  heapUsed: number;
  /** What the functions' processes take. */
  functions: number;
}

/** Plays a long rally and watches the memory of local-aws's process. */
export async function run(): Promise<BenchTable[]> {
  const startedAt = performance.now();
  const samples = await longRally();
  const seconds = (performance.now() - startedAt) / 1000;
  const measured = samples.filter(({ strokes }) => strokes >= WARM_UP);
  const growth = (pick: (sample: MemorySample) => number) =>
    slope(measured.map((sample) => [sample.strokes / PER_SAMPLE, pick(sample)]));
  const heapGrowth = growth(({ heapUsed }) => heapUsed);
  const inMegabytes = (bytes: number, digits = 1) => (bytes / MEGABYTE).toFixed(digits);
  return [
    {
      title: `Memory of local-aws over ${STROKES.toLocaleString('en')} strokes of the bare loop, MB`,
      columns: ['strokes', ...samples.map(({ strokes }) => `${strokes / 1000}k`), 'growth per 10k', 'verdict'],
      rows: [
        [
          'heap used',
          ...samples.map(({ heapUsed }) => inMegabytes(heapUsed)),
          inMegabytes(heapGrowth, 3),
          heapGrowth < FLAT_BYTES ? 'flat' : 'grows',
        ],
        [
          'resident',
          ...samples.map(({ rss }) => inMegabytes(rss)),
          inMegabytes(
            growth(({ rss }) => rss),
            3,
          ),
          '',
        ],
        [
          'functions',
          ...samples.map(({ functions }) => inMegabytes(functions)),
          inMegabytes(
            growth(({ functions }) => functions),
            3,
          ),
          '',
        ],
      ],
      note: [
        `Each after a garbage collection of local-aws's own heap; growth by least squares from ${WARM_UP / 1000}k strokes on.`,
        `Resident: local-aws's own process. Functions: theirs, with what they share counted in parts (PSS). It took ${seconds.toFixed(0)} s.`,
      ].join('\n'),
    },
  ];
}

async function longRally(): Promise<MemorySample[]> {
  const folder = await mkdtemp(join(tmpdir(), 'memory-'));
  try {
    const samples: MemorySample[] = [];
    const child = fork(
      join(import.meta.dirname, 'memoryRally.ts'),
      [String(STROKES), String(PER_SAMPLE), join(folder, 'strokes')],
      { execArgv: ['--expose-gc'] },
    );
    child.on('message', (sample: MemorySample) => samples.push(sample));
    const code = await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
    if (code !== 0) throw new Error(`the long rally ended with exit code ${code}`);
    return samples;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** By how much y grows when x grows by one: the line that fits best. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const covariance = mean(points.map(([x, y]) => (x - meanX) * (y - meanY)));
  return covariance / mean(points.map(([x]) => (x - meanX) ** 2));
}
