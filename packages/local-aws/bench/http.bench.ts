import { join } from 'node:path';
import autocannon from 'autocannon';
import type { BenchTable } from '../../../scripts/bench.ts';
import { startChild } from '../../../scripts/child.ts';
import { freePort } from '../../../scripts/freePorts.ts';
import { ROOT } from '../../../scripts/workspace.ts';
import { quantile } from './rally.ts';

export const name = 'http';

const CONNECTIONS = 16;
const WARM_UP_SECONDS = 3;
const SECONDS = 5;
/** Rounds in which everybody is asked once; the medians are shown. Interleaved, so that a busy machine slows all alike. */
const ROUNDS = 3;
const START_TIMEOUT_MS = 60_000;

const SERVICE = join(import.meta.dirname, 'http-function');
const PATHS = { 'REST API': '/players/ann', 'HTTP API': '/greetings/ann' };
const OURS = 'local-aws';
const PEER = 'serverless-offline';

/** Measures one function behind a REST and an HTTP API on local-aws and on serverless-offline, in one run. */
export async function run(): Promise<BenchTable[]> {
  const results = new Map<string, Measured[]>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [who, start] of [
      [OURS, startOurs],
      [PEER, startPeer],
    ] as const) {
      const { url, stop } = await start();
      try {
        // Both at first: what the first request of a function costs is not counted against the path that is asked first.
        for (const path of Object.values(PATHS)) await load(`${url}${path}`, WARM_UP_SECONDS);
        for (const [kind, path] of Object.entries(PATHS)) {
          const key = `${kind}, ${who}`;
          results.set(key, [...(results.get(key) ?? []), await measure(`${url}${path}`)]);
        }
      } finally {
        await stop();
      }
    }
  }
  const rate = (kind: string, who: string) => medianOf(results, `${kind}, ${who}`, 'perSecond');
  return [
    {
      title: `${CONNECTIONS} connections to one function for ${SECONDS} s; medians of ${ROUNDS} rounds`,
      columns: ['', 'requests/s', 'p50 ms', 'p99 ms'],
      rows: [...results.keys()].map((key) => [
        key,
        Math.round(medianOf(results, key, 'perSecond')),
        medianOf(results, key, 'p50Ms').toFixed(1),
        medianOf(results, key, 'p99Ms').toFixed(1),
      ]),
      note: Object.keys(PATHS)
        .map((kind) => `${kind}: ${(rate(kind, OURS) / rate(kind, PEER)).toFixed(2)} times ${PEER}.`)
        .join(' '),
    },
  ];
}

interface Measured {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

function medianOf(results: ReadonlyMap<string, Measured[]>, key: string, what: keyof Measured): number {
  return quantile(
    (results.get(key) ?? []).map((one) => one[what]),
    0.5,
  );
}

const load = (url: string, duration: number) => autocannon({ url, connections: CONNECTIONS, duration });

async function measure(url: string): Promise<Measured> {
  const { requests, latency, non2xx, errors } = await load(url, SECONDS);
  if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx} answers were no success, ${errors} requests failed`);
  return { perSecond: requests.average, p50Ms: latency.p50, p99Ms: latency.p99 };
}

interface Serving {
  url: string;
  stop(): Promise<unknown>;
}

async function startOurs(): Promise<Serving> {
  let url = '';
  const child = await started(OURS, [join(import.meta.dirname, 'httpServer.ts')], (line) => {
    url ||= /^serving (\S+)/.exec(line)?.[1] ?? '';
    return url !== '';
  });
  return { url, stop: child.stop };
}

async function startPeer(): Promise<Serving> {
  const [http, websocket, lambda] = [await freePort(), await freePort(), await freePort()];
  const options = [`--httpPort=${http}`, `--websocketPort=${websocket}`, `--lambdaPort=${lambda}`];
  const cli = join(ROOT, 'node_modules/serverless/bin/serverless.js');
  const child = await started(PEER, [cli, 'offline', ...options], (line) => /Server ready/.test(line));
  return { url: `http://localhost:${http}`, stop: child.stop };
}

/** Starts a process in the service's folder; resolves when a line says that it serves. */
async function started(who: string, args: string[], serves: (line: string) => boolean) {
  const ready = Promise.withResolvers<void>();
  const child = startChild({
    name: who,
    args,
    cwd: SERVICE,
    env: { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_REGION: 'eu-west-1' },
    onLine: (line) => serves(line) && ready.resolve(),
  });
  const timer = setTimeout(() => ready.reject(new Error(`${who} did not serve in time`)), START_TIMEOUT_MS);
  void child.ended.then(() => ready.reject(new Error(`${who} ended: ${child.lastLines().join('\n')}`)));
  try {
    await ready.promise;
  } catch (error) {
    await child.stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return child;
}
