import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { BenchTable } from '../../../scripts/bench.ts';
import { freePort } from '../../../scripts/freePorts.ts';
import { ROOT } from '../../../scripts/workspace.ts';
import { startWeb } from '../server/index.ts';
import { openWindow } from '../tests/browser.ts';

export const name = 'paint';
export const onDemand = true;

/** A phone of the middle on a train: as DevTools call it, a CPU slowed four times and fast 3G. */
const SLOWER = 4;
const DOWN_BYTES_PER_S = 1_600_000 / 8;
const UP_BYTES_PER_S = 750_000 / 8;
const LATENCY_MS = 150;

const GOAL_MS = 1500;
const RUNS = 5;
/** The page from its sources takes long: once is enough to be compared with. */
const RUNS_FROM_SOURCES = 1;
/** Until what the page asks for once it is drawn has come. */
const SETTLE_MS = 3000;
const PATIENCE_MS = 120_000;
const PATHS = ['/', '/ping-pong', '/mafia'];

/** What scripts/running.ts exports. It is loaded by its path: local-aws compiles without the browser's types. */
interface RunningModule {
  startForTests(): Promise<{ environment: Record<string, string>; stop(): Promise<void> }>;
}

/** How a page came, by a browser that had nothing of it. */
interface Visit {
  /** Something of the page was painted. */
  paintMs: number;
  /** The app had drawn the heading: what the address shows can be used. */
  drawnMs: number;
  requests: number;
  bytes: number;
}

/** Opens pages as a slow phone on a slow network does, and says when one sees something. */
export async function run(): Promise<BenchTable[]> {
  const { startForTests } = (await import(pathToFileURL(join(ROOT, 'scripts/running.ts')).href)) as RunningModule;
  const arcade = await startForTests();
  const { ARCADE_URL: built = '', ARCADE_LOCAL_AWS_URL: localAwsUrl = '' } = arcade.environment;
  try {
    const rows: { what: string; visits: Visit[] }[] = [];
    for (const path of PATHS) rows.push({ what: path, visits: await visitsTo(built + path, RUNS) });
    const isMet = rows.every(({ visits }) => middle(visits.map(({ paintMs }) => paintMs)) < GOAL_MS);
    // Whoever runs it in a script learns of it without reading the table.
    if (!isMet) process.exitCode = 1;
    const fromSources = await startWeb({
      ...{ port: await freePort(), services: [], localAwsUrl, isHot: true },
      secret: () => '',
      refusalOf: () => undefined,
      report: () => {},
    });
    try {
      const visits = await visitsTo(`${fromSources.url}/ping-pong`, RUNS_FROM_SOURCES);
      rows.push({ what: '/ping-pong, --dev-web', visits });
    } finally {
      await fromSources.close();
    }
    return [tableOf(rows, isMet)];
  } finally {
    await arcade.stop();
  }
}

function tableOf(rows: readonly { what: string; visits: Visit[] }[], isMet: boolean): BenchTable {
  const cell = (visits: Visit[], of: (visit: Visit) => number) => Math.round(middle(visits.map(of)));
  return {
    title: `First visits with the CPU slowed ${SLOWER} times and 1.6 Mbit/s at ${LATENCY_MS} ms`,
    columns: ['', 'first paint ms', 'worst', 'drawn by the app ms', 'requests', 'kB'],
    rows: rows.map(({ what, visits }) => [
      what,
      cell(visits, ({ paintMs }) => paintMs),
      Math.round(Math.max(...visits.map(({ paintMs }) => paintMs))),
      cell(visits, ({ drawnMs }) => drawnMs),
      cell(visits, ({ requests }) => requests),
      cell(visits, ({ bytes }) => bytes / 1000),
    ]),
    note: `Medians of ${RUNS} visits with an empty cache. The goal, a first paint in less than ${GOAL_MS} ms, is ${isMet ? '' : 'not '}met. kB, as sent, and requests: until three seconds after that; streams not counted.`,
  };
}

const middle = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;

async function visitsTo(url: string, runs: number): Promise<Visit[]> {
  const visits: Visit[] = [];
  for (let at = 0; at < runs; at += 1) visits.push(await visit(url));
  return visits;
}

async function visit(url: string): Promise<Visit> {
  const window = await openWindow();
  try {
    const { page, context } = window;
    const devTools = await context.newCDPSession(page);
    await devTools.send('Network.enable');
    await devTools.send('Network.emulateNetworkConditions', {
      ...{ offline: false, latency: LATENCY_MS },
      ...{ downloadThroughput: DOWN_BYTES_PER_S, uploadThroughput: UP_BYTES_PER_S },
    });
    await devTools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    const sent = { requests: 0, bytes: 0 };
    devTools.on('Network.loadingFinished', ({ encodedDataLength }) => {
      sent.requests += 1;
      sent.bytes += encodedDataLength;
    });
    await page.addInitScript(noteDrawn);
    await page.goto(url, { waitUntil: 'load', timeout: PATIENCE_MS });
    await page.waitForFunction(() => performance.getEntriesByName('drawn').length > 0, null, {
      timeout: PATIENCE_MS,
    });
    await wait(SETTLE_MS);
    const [paintMs, drawnMs] = await page.evaluate(() =>
      ['first-contentful-paint', 'drawn'].map((entry) => performance.getEntriesByName(entry)[0]?.startTime ?? 0),
    );
    return { paintMs: paintMs ?? 0, drawnMs: drawnMs ?? 0, ...sent };
  } finally {
    await window.close();
  }
}

/** Runs in the page: notes the frame in which its heading is the app's own, no longer the one that came with the page. */
function noteDrawn(): void {
  const look = () => {
    const heading = document.querySelector('h1');
    // React keeps what it knows of an element in a property of it.
    if (heading && Object.keys(heading).some((key) => key.startsWith('__reactFiber'))) performance.mark('drawn');
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
