import { setTimeout as wait } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import type { BenchTable } from '../../../scripts/bench.ts';
import { freePort } from '../../../scripts/freePorts.ts';
import { startWeb } from '../server/index.ts';
import type { Hop } from '../src/lib/journal.ts';
import { openWindow } from '../tests/browser.ts';
import { ARN, delivery, ended, publish, rallyGraph, run as runOf, write } from '../tests/wireFixtures.ts';
import { startJournalOnTap } from './journalOnTap.ts';

export const name = 'wire';
/** It takes a minute and a half, and wants the machine for itself. */
export const onDemand = true;

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

let message = 0;

/** A message on its way: two calls and a delivery, and the run that it starts; each with what real ones say. No stroke of a rally: there is one ball only. */
function messageHops(): Hop[] {
  message += 1;
  const chain = Math.floor(message / 50);
  const ids = { traceId: `trace ${chain}`, correlationId: `chain ${chain}` };
  const requestId = `request ${message}`;
  const [from, to] = [ARN.pingTopic, ARN.pong];
  const text = JSON.stringify({ id: `event ${message}`, type: 'bench.happened', detail: { says: 'x'.repeat(200) } });
  const published = publish({ ...ids, requestId: `request ${message - 1}` });
  const brought = delivery({
    ...ids,
    detail: { messageId: `message ${message}`, subscriptionArn: `${from}:1`, message: text },
  });
  const begun = runOf({ ...ids, requestId, from, to });
  const written = write({ ...ids, requestId });
  return [published, ended(published), brought, begun, written, ended(written), ended(begun, { durationMs: 412 })];
}

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

/** Measures ping-pong's page while its journal writes more and more, in a browser whose processor is slowed four times. */
export async function run(): Promise<BenchTable[]> {
  const journal = await startJournalOnTap(rallyGraph, messageHops);
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
    await page.goto(`http://localhost:${port}/ping-pong`);
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
        title: `Frames of ping-pong's page, the processor slowed ${SLOWER} times`,
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
