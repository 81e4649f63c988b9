import { setTimeout as wait } from 'node:timers/promises';
import type { WireGraph } from '@arcade/networks/wire/graph';
import type { CDPSession, Page } from 'playwright-core';
import type { BenchTable } from '../../../scripts/bench.ts';
import { freePort } from '../../../scripts/freePorts.ts';
import { startWeb } from '../server/index.ts';
import type { Hop } from '../src/lib/journal.ts';
import { openWindow } from '../tests/browser.ts';
import { startJournalOnTap } from './journalOnTap.ts';

const SLOWER = 4;
const RATES = [0, 10, 100, 1_000];
const WARM_UP_MS = 3_000;
const MEASURED_MS = 10_000;
/** How long the memory is looked at under the highest rate. */
const MEMORY_MS = 30_000;
const GOAL_MS = 20;
/** What a page's heap may grow by meanwhile: noise of the collector. */
const GOAL_BYTES = 2e6;
const MEGABYTE = 1e6;

/** The times between frames, in milliseconds, in ascending order. */
const frameTimes = (page: Page, forMs: number): Promise<number[]> =>
  page.evaluate(
    (untilMs) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = [];
        const startMs = performance.now();
        let lastMs = startMs;
        const frame = (nowMs: number) => {
          times.push(nowMs - lastMs);
          lastMs = nowMs;
          if (nowMs - startMs < untilMs) requestAnimationFrame(frame);
          else resolve(times.slice(1).sort((one, other) => one - other));
        };
        requestAnimationFrame(frame);
      }),
    forMs,
  );

const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;

/** What the page's objects take, in bytes, after everything was collected that can be. */
async function heapBytes(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize;
}

/** What is measured. */
export interface Measured {
  /** The page, as the table calls it. */
  title: string;
  path: string;
  graph: WireGraph;
  /** The hops of one thing that happens. */
  hopsOf: () => readonly Hop[];
}

/**
 * Measures the frames of a page while its journal writes more and more, in a browser whose processor is slowed four times, and what its heap
 * grows by. Sets the exit code where a goal is missed.
 */
export async function measureFrames({ title, path, graph, hopsOf }: Measured): Promise<BenchTable[]> {
  const journal = await startJournalOnTap(graph, hopsOf);
  const port = await freePort();
  const web = await startWeb({
    port,
    services: [],
    localAwsUrl: journal.url,
    secret: () => 'none',
    refusalOf: () => undefined,
    report: () => {},
  });
  const { page, context, close } = await openWindow();
  try {
    const session = await context.newCDPSession(page);
    await page.goto(`http://localhost:${port}${path}`);
    await page.locator('.wire-node').first().waitFor();
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    const rows: (string | number)[][] = [];
    for (const perSecond of RATES) {
      journal.flow(perSecond);
      await wait(WARM_UP_MS);
      const times = await frameTimes(page, MEASURED_MS);
      const told = await page.locator('.wire-figures').textContent();
      const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(times, share));
      rows.push([
        perSecond,
        told ?? '',
        times.length,
        ...[p50, p95, p99, times.at(-1)].map((ms) => ms?.toFixed(1) ?? ''),
      ]);
      if ((p95 ?? Number.NaN) >= GOAL_MS) process.exitCode = 1;
    }
    const before = await heapBytes(session);
    await wait(MEMORY_MS);
    const after = await heapBytes(session);
    if (after - before >= GOAL_BYTES) process.exitCode = 1;
    return [
      {
        title: `Frames of ${title}, the processor slowed ${SLOWER} times`,
        columns: ['hops/s', 'as the page says', 'frames', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms'],
        rows,
        note: [
          `Each for ${MEASURED_MS / 1_000} s. The goal is a p95 of less than ${GOAL_MS} ms.`,
          `In ${MEMORY_MS / 1_000} s more at the highest rate the page's heap went from ${(before / MEGABYTE).toFixed(1)} to ${(after / MEGABYTE).toFixed(1)} MB.`,
        ].join(' '),
      },
    ];
  } finally {
    await close();
    await web.close();
    await journal.close();
  }
}
