/**
 * A process of functions: starts and ends execution environments as local-aws says, each a thread with a heap of its own, and
 * watches what memory they take. No function's code runs in this thread, so it always answers. When local-aws is gone,
 * however it went, so is this process.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { endChildrenOf } from '../children.ts';
import { createFrameReader, encodeFrame } from '../frames.ts';
import {
  CHANNEL_FD,
  type EndReason,
  type EnvironmentSetup,
  type FromProcess,
  MAX_REASON_CHARACTERS,
  type ToProcess,
} from '../protocol.ts';

/** The process as a whole is looked at first: while it has grown by less than this, in bytes, nobody can have taken much. */
const UNNOTICED_BYTES = 32 * 1024 * 1024;
/** What the process itself takes, and each thread beside what it tells of: compiled code, what `malloc` keeps for later. */
const OWN_BYTES = 128 * 1024 * 1024;
const BESIDE_BYTES = 64 * 1024 * 1024;
/** For objects that live briefly. V8 would let each thread's grow to several times that before it collects. */
const YOUNG_HEAP_MB = 12;
/** So many looks in a row may find more than the environments have told of, which is a moment old; then the process ends itself. */
const MOST_LOOKS_AT_TOO_MUCH = 6;
/** While one of them does not tell, or is being ended, it is given time: it may be all that is too much. */
const MOST_LOOKS_MEANWHILE = 20;
/** The least that counts as too much: the SDK alone takes half of it. */
const LEAST_MEMORY_MB = 192;
const MEGABYTE = 1024 * 1024;

interface Environment {
  worker: Worker;
  logStreamName: string;
  limitBytes: number;
  /** What it took when it last told. */
  bytes: number;
  /** How often it has been asked since it last told: it may be filling a Buffer of any size. */
  unanswered: number;
  /** It was told to end. */
  isEnded: boolean;
  reason?: EndReason;
}

const [, , title = 'functions', environmentFile = '', lookMs] = process.argv;
const codeFolder = dirname(environmentFile);
const guardFile = join(codeFolder, 'guard.cjs');
const environments = new Map<string, Environment>();
const channel = new Socket({ fd: CHANNEL_FD });
const tell = (message: FromProcess) => channel.write(encodeFrame(message));

process.title = `local-aws ${title}`;
try {
  // Where the system itself runs out of memory, Linux ends this process before local-aws.
  writeFileSync('/proc/self/oom_score_adj', '500');
} catch {
  // Another system.
}

function start({ setup, variables, heapMb, memoryMb }: Extract<ToProcess, { kind: 'start' }>): void {
  const worker = new Worker(environmentFile, {
    workerData: setup satisfies EnvironmentSetup,
    env: variables,
    execArgv: ['--require', guardFile],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
  });
  const { logStreamName } = setup;
  const limitBytes = Math.max(memoryMb, LEAST_MEMORY_MB) * MEGABYTE;
  const environment: Environment = { worker, logStreamName, limitBytes, bytes: 0, unanswered: 0, isEnded: false };
  environments.set(setup.id, environment);
  worker.on('error', (error: NodeJS.ErrnoException) => {
    environment.reason ??=
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? 'out-of-memory'
        : { message: String(error.message).slice(0, MAX_REASON_CHARACTERS) };
  });
  worker.on('exit', (code) => {
    environments.delete(setup.id);
    if (code !== 0 && !environment.isEnded) {
      environment.reason ??= { message: `Runtime exited with error: exit status ${code}` };
    }
    endChildrenOf(new Set([logStreamName]));
    tell({ kind: 'ended', id: setup.id, ...(environment.reason && { reason: environment.reason }) });
  });
}

let unremarkableBytes = 0;
let looksAtTooMuch = 0;

function look(): void {
  const rss = process.memoryUsage.rss();
  if (looksAtTooMuch === 0 && rss < unremarkableBytes + UNNOTICED_BYTES) {
    unremarkableBytes = Math.min(unremarkableBytes, rss);
    return;
  }
  unremarkableBytes = rss;
  looksAtTooMuch = rss > mostBytes() ? looksAtTooMuch + 1 : 0;
  const isOneUnderWay = [...environments.values()].some(
    ({ unanswered, isEnded, reason }) => unanswered > 0 || isEnded || reason,
  );
  if (looksAtTooMuch > (isOneUnderWay ? MOST_LOOKS_MEANWHILE : MOST_LOOKS_AT_TOO_MUCH)) endProcess();
  for (const environment of environments.values()) void endWhenTooLarge(environment);
}

/**
 * What the process may take: what its environments have told of, and as much again as one of them may have for what none of
 * them counts (memory that threads share, threads that a function has started).
 */
function mostBytes(): number {
  const all = [...environments.values()];
  const told = all.reduce((sum, { bytes, limitBytes, unanswered }) => sum + (unanswered > 0 ? limitBytes : bytes), 0);
  return OWN_BYTES + told + all.length * BESIDE_BYTES + Math.max(0, ...all.map(({ limitBytes }) => limitBytes));
}

/** Ends an environment whose heap, with what it holds outside of it, has passed its limit. */
async function endWhenTooLarge(environment: Environment): Promise<void> {
  // Asked again and again: one that has only just started, or waits outside of JavaScript, may never answer the first time.
  environment.unanswered += 1;
  const statistics = await environment.worker.getHeapStatistics().catch(() => undefined);
  environment.unanswered = 0;
  // It runs not yet, or not any more.
  if (!statistics || environment.reason) return;
  const { used_heap_size, total_physical_size, external_memory, malloced_memory } = statistics;
  environment.bytes = total_physical_size + external_memory + malloced_memory;
  if (used_heap_size + external_memory <= environment.limitBytes) return;
  environment.reason = 'out-of-memory';
  await environment.worker.terminate();
}

/** Not exit(): that would wait for threads that are busy outside of JavaScript. With it goes its group. */
function endProcess(): void {
  process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');
}

setInterval(look, Number(lookMs));

function end(id: string): void {
  const environment = environments.get(id);
  if (!environment) return;
  environment.isEnded = true;
  // First: a thread that waits for one of them does not end.
  endChildrenOf(new Set([environment.logStreamName]));
  void environment.worker.terminate();
}

function leave(): void {
  endChildrenOf(new Set([...environments.values()].map(({ logStreamName }) => logStreamName)));
  endProcess();
}

const frames = createFrameReader(({ head }) => {
  const message = head as ToProcess;
  if (message.kind === 'start') start(message);
  else end(message.id);
}, Number.POSITIVE_INFINITY);
channel.on('data', (chunk) => {
  try {
    frames.push(chunk);
  } catch {
    // A function has read a part of it.
    leave();
  }
});
channel.on('end', () => {
  // The code's folder, not the socket's: on Windows that is a pipe.
  rmSync(codeFolder, { recursive: true, force: true });
  leave();
});
// A function has closed it: local-aws is still there, and needs the folder.
channel.on('error', leave);
