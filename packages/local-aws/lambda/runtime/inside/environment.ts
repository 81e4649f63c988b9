/**
 * The inside of an execution environment: a thread that loads one function's bundle and runs it, one invocation at a time, as
 * Lambda's Node.js runtime does. It lives as long as the environment, so module state stays.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { getHeapStatistics } from 'node:v8';
import { workerData } from 'node:worker_threads';
import { createFrameReader, encodeFrame } from '../frames.ts';
import type { EnvironmentSetup, FromEnvironment, InvokeMessage, ToEnvironment } from '../protocol.ts';
import { failurePayload } from '../runtime.ts';
import { carryCalls } from './calls.ts';
import { captureOutput } from './capture.ts';
import { createContext } from './context.ts';
import { describeFailure, type Failure, type Handler, loadHandler } from './handler.ts';
import { freezeTime } from './time.ts';

/** The most that a function may answer (developer guide, "Lambda quotas"). */
const MAX_RESPONSE_BYTES = 6_291_556;
/** How long the last words of an environment may take to be sent, in milliseconds. */
const LAST_WORDS_MS = 500;
/** How often local-aws is told what memory is taken, in milliseconds. */
const MEMORY_EVERY_MS = 1000;

const setup = workerData as EnvironmentSetup;
const exit = process.exit.bind(process);

const socket = connect(setup.socketPath);
const send = (head: FromEnvironment, body?: string | Uint8Array, sent?: () => void) =>
  socket.write(encodeFrame(head, body), sent);
send({ kind: 'hello', id: setup.id });

const time = freezeTime(setup.frozenNowMs);
const output = captureOutput({
  flush: (lines) => send({ kind: 'log', lines }),
  isCongested: () => socket.writableLength > 0,
});
const calls = carryCalls(setup.endpoint, send);

/** What is not caught ends the environment, as on Lambda. */
function dieOf(errorType: string, thrown: unknown): void {
  const failure = { ...describeFailure(thrown), errorType };
  output.error('Uncaught Exception', failure);
  send({ kind: 'died', lines: output.take() }, limited(JSON.stringify(failure)).payload, () => exit(1));
  setTimeout(() => exit(1), LAST_WORDS_MS);
}
process.on('uncaughtException', (error) => dieOf('Runtime.UncaughtException', error));
process.on('unhandledRejection', (reason) => dieOf('Runtime.UnhandledPromiseRejection', reason));
process.on('exit', () => send({ kind: 'log', lines: output.take() }));

/** Loads the code once the hello is out: until then local-aws does not know that there is anything to wait for. */
async function load(): Promise<{ handler: Handler } | { failure: Failure }> {
  await once(socket, 'connect');
  const startedAt = performance.now();
  const code = await loadHandler(setup.file, setup.exportName).then(
    (handler) => ({ handler }),
    (thrown: unknown) => ({ failure: describeFailure(thrown) }),
  );
  send({ kind: 'ready', initDurationMs: performance.now() - startedAt });
  return code;
}
const loaded = load();

interface Outcome {
  payload: string;
  failed: boolean;
}

async function answer(handler: Handler, message: InvokeMessage, event: Buffer): Promise<Outcome> {
  try {
    const result = await handler(JSON.parse(event.toString()), createContext(setup, message));
    return limited(JSON.stringify(result) ?? 'null', false);
  } catch (thrown) {
    const failure = describeFailure(thrown);
    output.error('Invoke Error', failure);
    return limited(JSON.stringify(failure));
  }
}

function limited(payload: string, failed = true): Outcome {
  if (payload.length <= MAX_RESPONSE_BYTES / 3 || Buffer.byteLength(payload) <= MAX_RESPONSE_BYTES) {
    return { payload, failed };
  }
  const message = `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
  return { payload: failurePayload('Function.ResponseSizeTooLarge', message), failed: true };
}

let memoryToldAt = -MEMORY_EVERY_MS;

/** What the thread has taken, when it is time to tell. */
function memoryNow(): { memoryBytes?: number } {
  const now = performance.now();
  if (now - memoryToldAt < MEMORY_EVERY_MS) return {};
  memoryToldAt = now;
  const { total_physical_size, external_memory, malloced_memory } = getHeapStatistics();
  return { memoryBytes: total_physical_size + external_memory + malloced_memory };
}

async function run(message: InvokeMessage, event: Buffer): Promise<void> {
  // While the code loads there is no invocation yet: its log names none, and there is no trace.
  const code = await loaded;
  time.set(message.frozenNowMs);
  output.begin(message.requestId);
  process.env._X_AMZN_TRACE_ID = message.traceHeader;
  const { payload, failed } =
    'handler' in code ? await answer(code.handler, message, event) : limited(JSON.stringify(code.failure));
  if ('failure' in code) output.error('Uncaught Exception', code.failure);
  // An environment whose code does not load is started anew for the next invocation.
  const isBroken = 'failure' in code;
  send({ kind: 'result', failed, lines: output.take(), isBroken, ...memoryNow() }, payload);
}

const frames = createFrameReader(({ head, body }) => {
  const message = head as ToEnvironment;
  if (message.kind === 'invoke') void run(message, body);
  else calls.answered(message, body);
}, Number.POSITIVE_INFINITY);
socket.on('data', (chunk) => frames.push(chunk));
// Without local-aws there is nobody to run for.
socket.on('error', () => exit(1));
socket.on('close', () => exit(1));
