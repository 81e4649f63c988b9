import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type InvokeMessage, isFromWorker, type WorkerSetup } from './protocol.ts';
import {
  crashPayload,
  type EnvironmentSpec,
  type InvocationRequest,
  type InvocationResult,
  type LogLine,
  timeoutPayload,
} from './runtime.ts';

const WORKER_FILE = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** The part of a function's memory that Node.js may use as heap, and the least that loading the SDK takes. */
const HEAP_SHARE = 0.9;
const LEAST_HEAP_MB = 96;
/** For objects that live briefly. V8 would let each thread's grow to several times that before it collects. */
const YOUNG_HEAP_MB = 12;

/** Loading the code is not counted in a function's timeout; on Lambda it may take this long. */
const INIT_LIMIT_MS = 10_000;

/** How many lines of one invocation are kept, the latest: a function that logs in a loop must not fill the memory. */
const MAX_LOG_LINES = 10_000;

/** The invocation that an environment is busy with. */
interface Current {
  request: InvocationRequest;
  startedAt: number;
  initDurationMs?: number;
  log: LogLine[];
  timer: NodeJS.Timeout;
  finish(outcome: Pick<InvocationResult, 'payload' | 'functionError'>): void;
}

/** One execution environment: a thread that has loaded one function's code, and runs one invocation at a time. */
export class WorkerEnvironment {
  readonly logStreamName: string;
  isDead = false;

  readonly #spec: EnvironmentSpec;
  readonly #worker: Worker;
  readonly #onExit: () => void;
  #current: Current | undefined;
  #isWarm = false;

  /** `onExit` is called once, when the thread is gone. `frozenNowMs`: see InvocationRequest. */
  constructor(spec: EnvironmentSpec, frozenNowMs: number | undefined, onExit: () => void) {
    if (spec.code.kind !== 'bundle') throw new TypeError(`${spec.functionName} has no bundle`);
    this.#spec = spec;
    this.#onExit = onExit;
    const day = new Date(frozenNowMs ?? Date.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    this.logStreamName = `${day}/[$LATEST]${randomUUID().replaceAll('-', '')}`;

    const setup: WorkerSetup = {
      functionName: spec.functionName,
      file: spec.code.file,
      exportName: spec.code.handler.slice(spec.code.handler.lastIndexOf('.') + 1),
      memoryMb: spec.memoryMb,
      logGroupName: spec.logGroupName,
      logStreamName: this.logStreamName,
      ...(frozenNowMs !== undefined && { frozenNowMs }),
    };
    this.#worker = new Worker(WORKER_FILE, {
      workerData: setup,
      env: { ...spec.variables(), AWS_LAMBDA_LOG_STREAM_NAME: this.logStreamName },
      // The thread's own NODE_OPTIONS and arguments must not come from a test runner or a debugger around local-aws.
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: Math.max(LEAST_HEAP_MB, Math.floor(spec.memoryMb * HEAP_SHARE)),
        maxYoungGenerationSizeMb: YOUNG_HEAP_MB,
      },
    });
    this.#worker.on('message', (message: unknown) => this.#receive(message));
    this.#worker.on('error', (error) => this.#died(crashPayload(this.#requestId, error.message)));
    this.#worker.on('exit', () => {
      this.#died(crashPayload(this.#requestId));
      this.#onExit();
    });
    this.#worker.unref();
  }

  /** Runs the function once. Never rejects: whatever happens is a result. */
  invoke(request: InvocationRequest): Promise<InvocationResult> {
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    const current: Current = {
      request,
      startedAt: performance.now(),
      log: [],
      timer: setTimeout(() => this.#timeOut(), this.#isWarm ? this.#spec.timeoutMs : INIT_LIMIT_MS),
      finish: (outcome) => {
        clearTimeout(current.timer);
        this.#current = undefined;
        this.#worker.unref();
        const { startedAt, initDurationMs, log } = current;
        resolve({
          ...outcome,
          log,
          logStreamName: this.logStreamName,
          durationMs: performance.now() - startedAt,
          ...(initDurationMs !== undefined && { initDurationMs }),
        });
      },
    };
    this.#current = current;
    this.#worker.ref();
    if (this.isDead) this.#died(crashPayload(request.requestId));
    else this.#worker.postMessage(messageOf(request, this.#spec.timeoutMs));
    return promise;
  }

  /** Ends the thread at once, and with it what it is doing. */
  async terminate(): Promise<void> {
    this.isDead = true;
    // The exit of the thread is what ends the invocation: until then it may still be seen at work.
    await this.#worker.terminate();
  }

  get #requestId(): string {
    return this.#current?.request.requestId ?? '';
  }

  #receive(message: unknown): void {
    if (!isFromWorker(message)) return;
    if (message.kind === 'ready') this.#isWarm = true;
    const current = this.#current;
    if (!current) return;
    if (message.kind === 'ready') {
      clearTimeout(current.timer);
      current.timer = setTimeout(() => this.#timeOut(), this.#spec.timeoutMs);
      current.startedAt = performance.now();
      current.initDurationMs = message.initDurationMs;
      return;
    }
    keepLatest(current.log, message.lines);
    if (message.kind === 'died') this.#died(message.payload);
    if (message.kind !== 'result') return;
    if (message.isBroken || current.request.isLast) {
      this.isDead = true;
      void this.#worker.terminate();
    }
    current.finish({ payload: message.payload, ...(message.failed && { functionError: 'Unhandled' as const }) });
  }

  #timeOut(): void {
    const current = this.#current;
    if (!current) return;
    this.isDead = true;
    void this.#worker.terminate();
    current.finish({
      payload: timeoutPayload(current.request.requestId, this.#spec.timeoutMs),
      functionError: 'Unhandled',
    });
  }

  #died(payload: string): void {
    this.isDead = true;
    this.#current?.finish({ payload, functionError: 'Unhandled' });
  }
}

/** One by one: a call with all of them as arguments would overflow the stack. */
function keepLatest(log: LogLine[], lines: readonly LogLine[]): void {
  for (const line of lines) log.push(line);
  if (log.length > MAX_LOG_LINES) log.splice(0, log.length - MAX_LOG_LINES);
}

function messageOf(request: InvocationRequest, timeoutMs: number): InvokeMessage {
  return {
    requestId: request.requestId,
    payload: request.payload,
    invokedFunctionArn: request.invokedFunctionArn,
    traceHeader: request.traceHeader,
    timeoutMs,
    ...(request.frozenNowMs !== undefined && { frozenNowMs: request.frozenNowMs }),
    ...(request.clientContext !== undefined && { clientContext: request.clientContext }),
  };
}
