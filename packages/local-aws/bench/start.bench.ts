import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { BenchTable } from '../../../scripts/bench.ts';
import { freePort, freeRange } from '../../../scripts/freePorts.ts';
import { findServices, ROOT } from '../../../scripts/workspace.ts';
import { readKeys } from '../keys.ts';
import { listStacks } from '../plugin/client.ts';
import { memoryOf, processTree } from './processTree.ts';

export const name = 'start';
export const onDemand = true;

/** So many services there will be; until they are, copies of those that are stand for them. */
const ALL = 8;
/** The ports of so many services, with room for names that have no place of their own. */
const PORTS = 200;
/** Until what a start leaves behind is collected. */
const SETTLE_MS = 5000;
const MIB = 2 ** 20;

/** One start of the arcade. */
interface Start {
  readySeconds: number;
  idleBytes: number;
  /** After each function has run once. */
  usedBytes: number;
  functions: number;
}

/** Starts the arcade as `npm start` does, with the services that there are and with eight, cold and warm, and weighs it. */
export async function run(): Promise<BenchTable[]> {
  const services = findServices();
  const folder = join(ROOT, '.bench/eight');
  await copyServices(folder);
  try {
    const few = await bothStarts(ROOT);
    const many = await bothStarts(folder);
    const copies = ALL - services.length;
    return [
      {
        title: 'npm start: seconds until it is ready, and memory of all its processes (sum of PSS)',
        columns: ['', 'cold s', 'warm s', 'idle MB', 'each function once MB', 'functions'],
        rows: [
          [`${services.length} services`, ...cells(few)],
          [`${ALL} services (${copies} of them copies)`, ...cells(many)],
          ['before, 2 services', '', '11', '2,660', '', '11'],
          ['goal for 2 services', '', '3', '600', '', ''],
          ['goal for 8 services', '', '10', '1,500', '', ''],
        ],
        note: 'before: an osls and an esbuild stayed for each service. cold: nothing compiled or bundled yet; warm: nothing has changed since. From the call of the script on, the web app included.',
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function cells({ cold, warm }: { cold: Start; warm: Start }): (string | number)[] {
  const { idleBytes, usedBytes, functions } = warm;
  return [
    cold.readySeconds.toFixed(1),
    warm.readySeconds.toFixed(1),
    (idleBytes / MIB).toFixed(0),
    (usedBytes / MIB).toFixed(0),
    functions,
  ];
}

async function bothStarts(compose: string): Promise<{ cold: Start; warm: Start }> {
  for (const kept of ['templates', 'bundles', 'node'])
    await rm(join(ROOT, '.cache', kept), { recursive: true, force: true });
  return { cold: await start(compose), warm: await start(compose) };
}

async function start(compose: string): Promise<Start> {
  const state = await mkdtemp(join(tmpdir(), 'start-bench-'));
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(ROOT, 'scripts/bootstrap.mjs'), 'start', `--compose=${compose}`], {
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
    const functions = await runEach(`http://127.0.0.1:${port}`, compose, state);
    await wait(SETTLE_MS);
    return { readySeconds, idleBytes, usedBytes: weigh(), functions };
  } finally {
    child.kill('SIGTERM');
    await ended;
    await rm(state, { recursive: true, force: true });
  }
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
async function runEach(endpoint: string, compose: string, state: string): Promise<number> {
  const stacks = await listStacks({ url: endpoint, secret: readKeys(state, endpoint).secret });
  const names = stacks.flatMap(({ environments }) => Object.entries(environments));
  for (const [functionName, environment] of names) {
    const key = basename(String(environment._HANDLER)).split('.')[0] ?? '';
    const event = fixtureOf(compose, key);
    const answer = await fetch(`${endpoint}/2015-03-31/functions/${functionName}/invocations`, {
      method: 'POST',
      headers: { authorization: signature('lambda'), 'content-type': 'application/json' },
      body: event,
    });
    if (!answer.ok) throw new Error(`${functionName}: ${answer.status} ${await answer.text()}`);
  }
  return names.length;
}

function fixtureOf(compose: string, key: string): string {
  const [file] = globSync(`services/*/fixtures/${key}.json`, { cwd: compose });
  return file && existsSync(join(compose, file)) ? readFileSync(join(compose, file), 'utf8') : '{}';
}

/** As SDK clients sign; local-aws reads the key and the service, and computes nothing. */
function signature(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

/** Makes a workspace of eight services, with names of their own. Inside the repository, whose packages they use. */
async function copyServices(folder: string): Promise<void> {
  const originals = findServices();
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'services'), { recursive: true });
  await cp(join(ROOT, 'services/common.yml'), join(folder, 'services/common.yml'));
  const names = Array.from({ length: ALL }, (_, at) => originals[at % originals.length]).flatMap((original, at) => {
    return original ? [{ original, name: at < originals.length ? original.name : `${original.name}-${at}` }] : [];
  });
  for (const { original, name } of names) {
    const copy = join(folder, 'services', name);
    await cp(original.folder, copy, {
      recursive: true,
      filter: (source) => !/[/\\](node_modules|tests|\.[^/\\]+)$/.test(source.slice(original.folder.length)),
    });
    await symlink(join(original.folder, 'node_modules'), join(copy, 'node_modules'));
    const yml = join(copy, 'serverless.yml');
    await writeFile(yml, (await readFile(yml, 'utf8')).replace(`service: ${original.name}`, `service: ${name}`));
  }
  const compose = names.map(({ name }) => `  ${name}: { path: services/${name} }\n`).join('');
  await writeFile(join(folder, 'serverless-compose.yml'), `services:\n${compose}`);
}
