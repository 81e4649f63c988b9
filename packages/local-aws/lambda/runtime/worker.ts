/**
 * The inside of an execution environment: a worker thread that loads one function's bundle and runs it, one invocation
 * at a time, as Lambda's Node.js runtime does. It lives as long as the environment, so module state stays.
 */
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { captureOutput } from './capture.ts';
import { createContext } from './context.ts';
import { describeFailure, type Handler, loadHandler } from './handler.ts';
import type { FromWorker, InvokeMessage, WorkerSetup } from './protocol.ts';
import { freezeTime } from './time.ts';

const require = createRequire(import.meta.url);
require('./guard.cjs');

const port = parentPort;
if (!port) throw new Error('worker.ts runs in a worker thread only');
const setup = workerData as WorkerSetup;
const send = (message: FromWorker) => port.postMessage(message);

const time = freezeTime(setup.frozenNowMs);
const output = captureOutput((lines) => send({ kind: 'log', lines }));

/** What is not caught ends the environment, as on Lambda. */
function dieOf(errorType: string, thrown: unknown): void {
  const failure = { ...describeFailure(thrown), errorType };
  output.error('Uncaught Exception', failure);
  send({ kind: 'died', payload: JSON.stringify(failure), lines: output.take() });
  process.exit(1);
}
process.on('uncaughtException', (error) => dieOf('Runtime.UncaughtException', error));
process.on('unhandledRejection', (reason) => dieOf('Runtime.UnhandledPromiseRejection', reason));

// The process is that of local-aws. On Lambda the signal would end the environment and nothing else.
const { kill } = process;
process.kill = (pid, signal) => {
  if (pid === process.pid && signal !== 0) process.exit(1);
  return kill.call(process, pid, signal);
};

const startedAt = performance.now();
const loaded = loadHandler(setup.file, setup.exportName).then(
  (handler) => ({ handler }),
  (thrown: unknown) => ({ failure: describeFailure(thrown) }),
);
void loaded.then(() => send({ kind: 'ready', initDurationMs: performance.now() - startedAt }));

async function answer(handler: Handler, message: InvokeMessage): Promise<{ payload: string; failed: boolean }> {
  try {
    const result = await handler(JSON.parse(message.payload), createContext(setup, message));
    return { payload: JSON.stringify(result) ?? 'null', failed: false };
  } catch (thrown) {
    const failure = describeFailure(thrown);
    output.error('Invoke Error', failure);
    return { payload: JSON.stringify(failure), failed: true };
  }
}

async function run(message: InvokeMessage): Promise<void> {
  time.set(message.frozenNowMs);
  output.begin(message.requestId);
  process.env._X_AMZN_TRACE_ID = message.traceHeader;
  const code = await loaded;
  const ran =
    'handler' in code ? await answer(code.handler, message) : { payload: JSON.stringify(code.failure), failed: true };
  if ('failure' in code) output.error('Uncaught Exception', code.failure);
  send({
    kind: 'result',
    ...ran,
    lines: output.take(),
    // An environment whose code does not load is started anew for the next invocation.
    isBroken: 'failure' in code,
  });
}

port.on('message', (message: InvokeMessage) => void run(message));
