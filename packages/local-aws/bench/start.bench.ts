import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { BenchTable } from '../../../scripts/bench.ts';
import { freePort, freeRange } from '../../../scripts/freePorts.ts';
import { findServices, ROOT } from '../../../scripts/workspace.ts';
import type { JournalEntry } from '../core/journal.ts';
import { readKeys } from '../keys.ts';
import { listStacks } from '../plugin/client.ts';
import { memoryOf, processTree } from './processTree.ts';

export const name = 'start';
export const onDemand = true;

/** The ports of so many services, with room for names that have no place of their own. */
const PORTS = 200;
/** Until what a start leaves behind is collected. */
const SETTLE_MS = 5000;
const MIB = 2 ** 20;

/** How long messages are sent while hops are counted, and by how many at once. */
const LOAD_MS = 20_000;
const SENDERS = 16;

/** One start of the arcade. */
interface Start {
  readySeconds: number;
  idleBytes: number;
  /** After each function has run once. */
  usedBytes: number;
  functions: number;
  hopsPerSecond: number;
  messagesPerSecond: number;
}

/** Starts the arcade as `npm start` does, with all services, cold and warm, weighs it, and sends messages through it. */
export async function run(): Promise<BenchTable[]> {
  for (const kept of ['templates', 'bundles', 'node'])
    await rm(join(ROOT, '.cache', kept), { recursive: true, force: true });
  const cold = await start();
  const warm = await start();
  const services = findServices().length;
  return [
    {
      title: `npm start with all ${services} services: seconds until it is ready, and memory of all its processes (sum of PSS)`,
      columns: ['', 'cold s', 'warm s', 'idle MB', 'each function once MB', 'functions', 'hops/s'],
      rows: [
        [
          `${services} services`,
          cold.readySeconds.toFixed(1),
          warm.readySeconds.toFixed(1),
          (warm.idleBytes / MIB).toFixed(0),
          (warm.usedBytes / MIB).toFixed(0),
          warm.functions,
          Math.round(warm.hopsPerSecond),
        ],
        ['goal', '', '10', '1,500', '2,000', '', ''],
      ],
      note: [
        'cold: nothing compiled or bundled yet; warm: nothing has changed since. From the call of the script on, the web app included.',
        `hops: of points of ping-pong that ${SENDERS} senders publish for ${LOAD_MS / 1000} s, ${Math.round(warm.messagesPerSecond)} a second, of which the lobby's functions each tell and count; the sender runs on the same machine.`,
      ].join('\n'),
    },
  ];
}

async function start(): Promise<Start> {
  const state = await mkdtemp(join(tmpdir(), 'start-bench-'));
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(ROOT, 'scripts/bootstrap.mjs'), 'start'], {
    env: {
      ...process.env,
      LOCAL_AWS_PORT: String(port),
      WEB_PORT: String(await freePort()),
      ARCADE_PORT_BASE: String(await freeRange(PORTS)),
      LOCAL_AWS_STATE: state,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    await untilReady(child);
    const readySeconds = (performance.now() - startedAt) / 1000;
    await wait(SETTLE_MS);
    const weigh = () => memoryOf(processTree(child.pid ?? 0));
    const idleBytes = weigh();
    const endpoint = `http://127.0.0.1:${port}`;
    const functions = await runEach(endpoint, state);
    await wait(SETTLE_MS);
    const usedBytes = weigh();
    return { readySeconds, idleBytes, usedBytes, functions, ...(await hopsUnderLoad(endpoint, state)) };
  } finally {
    child.kill('SIGTERM');
    await ended;
    await rm(state, { recursive: true, force: true });
  }
}

/** Publishes points of ping-pong, each with an id of its own, as fast as they are taken. Gives what went through, a second. */
async function hopsUnderLoad(
  endpoint: string,
  state: string,
): Promise<Pick<Start, 'hopsPerSecond' | 'messagesPerSecond'>> {
  const stacks = await listStacks({ url: endpoint, secret: readKeys(state, endpoint).secret });
  const topic = stacks.find(({ stackName }) => stackName === 'ping-pong-local')?.outputs.AnnouncementsTopicArn ?? '';
  const { Message, MessageAttributes } = JSON.parse(fixtureOf('lobby', 'tell')).Records[0].Sns;
  const attributes = Object.entries(MessageAttributes as Record<string, { Type: string; Value: string }>).flatMap(
    ([key, { Type, Value }], at): [string, string][] => [
      [`MessageAttributes.entry.${at + 1}.Name`, key],
      [`MessageAttributes.entry.${at + 1}.Value.DataType`, Type],
      [`MessageAttributes.entry.${at + 1}.Value.StringValue`, Value],
    ],
  );
  let messages = 0;
  const firstSeq = (await journalSince(endpoint, 0)).at(-1)?.seq ?? 0;
  const startedAt = performance.now();
  const send = async () => {
    while (performance.now() - startedAt < LOAD_MS) {
      const event = JSON.stringify({ ...JSON.parse(Message), id: randomUUID(), time: new Date().toISOString() });
      const answer = await fetch(endpoint, {
        method: 'POST',
        headers: { authorization: signature('sns'), 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams([
          ['Action', 'Publish'],
          ['Version', '2010-03-31'],
          ['TopicArn', topic],
          ['Message', event],
          ...attributes,
        ]),
      });
      if (!answer.ok) throw new Error(`Publish: ${answer.status} ${await answer.text()}`);
      await answer.arrayBuffer();
      messages += 1;
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
  const seconds = (performance.now() - startedAt) / 1000;
  // What is kept of the journal is the end of it: how many of its entries are ends of hops holds for all.
  const kept = await journalSince(endpoint, firstSeq);
  const entries = (kept.at(-1)?.seq ?? firstSeq) - firstSeq;
  const share = kept.filter(({ outcome }) => outcome !== 'begun').length / Math.max(1, kept.length);
  return { hopsPerSecond: (entries * share) / seconds, messagesPerSecond: messages / seconds };
}

async function journalSince(endpoint: string, seq: number): Promise<Pick<JournalEntry, 'seq' | 'outcome'>[]> {
  const answer = await fetch(`${endpoint}/_local/journal?since=${seq}`);
  return (await answer.json()) as JournalEntry[];
}

async function untilReady({ stdout }: ChildProcess): Promise<void> {
  if (!stdout) throw new Error('the start says nothing');
  const lines: string[] = [];
  for await (const line of createInterface({ input: stdout })) {
    lines.push(line);
    if (!/^ready in .* s/.test(line)) continue;
    if (line.includes('without')) throw new Error(lines.join('\n'));
    // What is said from now on is of no interest, and must not fill the pipe.
    stdout.resume();
    return;
  }
  throw new Error(`it did not start:\n${lines.join('\n')}`);
}

/** Invokes each function with one of its fixtures. Gives their number. */
async function runEach(endpoint: string, state: string): Promise<number> {
  const stacks = await listStacks({ url: endpoint, secret: readKeys(state, endpoint).secret });
  const names = stacks.flatMap(({ stackName, environments }) =>
    Object.entries(environments).map(([functionName, environment]) => ({ stackName, functionName, environment })),
  );
  for (const { stackName, functionName, environment } of names) {
    const key = basename(String(environment._HANDLER)).split('.')[0] ?? '';
    const event = fixtureOf(stackName.replace(/-local$/, ''), key);
    const answer = await fetch(`${endpoint}/2015-03-31/functions/${functionName}/invocations`, {
      method: 'POST',
      headers: { authorization: signature('lambda'), 'content-type': 'application/json' },
      body: event,
    });
    if (!answer.ok) throw new Error(`${functionName}: ${answer.status} ${await answer.text()}`);
  }
  return names.length;
}

function fixtureOf(service: string, key: string): string {
  const [file] = globSync(`services/${service}/fixtures/${key}.json`, { cwd: ROOT });
  return file ? readFileSync(join(ROOT, file), 'utf8') : '{}';
}

/** As SDK clients sign; local-aws reads the key and the service, and computes nothing. */
function signature(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}
