import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { RawAnswer } from '../../core/service.ts';
import type { PlainRequest } from '../../front-door/resolve.ts';
import { encodeFrame } from './frames.ts';
import type { FunctionProcesses } from './functionProcesses.ts';
import { KeptLog } from './keptLog.ts';
import type {
  CallMessage,
  EndReason,
  FromEnvironment,
  InvokeMessage,
  ResultMessage,
  ToEnvironment,
} from './protocol.ts';
import {
  crashPayload,
  type EnvironmentSpec,
  failurePayload,
  type InvocationRequest,
  type InvocationResult,
  timeoutPayload,
} from './runtime.ts';

/** Serves a call of an AWS operation as the front door would: errors are answers too. `madeBy`: the invocation's request id. */
export type ServeCall = (request: PlainRequest, signalOf: () => AbortSignal, madeBy?: string) => Promise<RawAnswer>;

/** What environments are made with. */
export interface EnvironmentParts {
  processes: FunctionProcesses;
  /** Where functions' AWS clients think that local-aws is, and what serves their calls; without it, they go over HTTP. */
  calls?: { endpoint(): string; serve: ServeCall };
  /** How long loading a function's code may take, in milliseconds. Default: 10 s, as on Lambda. */
  initLimitMs?: number;
}

/** The part of a function's memory that Node.js may use as heap, and the least that loading the SDK takes. */
const HEAP_SHARE = 0.9;
const LEAST_HEAP_MB = 96;

/** Loading the code is not counted in a function's timeout; it may take this long (developer guide, "Init phase"). */
const INIT_LIMIT_MS = 10_000;
/** Before that, its process and thread may take this long to be there, on a machine as busy as may be. */
const THREAD_LIMIT_MS = 60_000;

const MEGABYTE = 1024 * 1024;
/** What an environment is taken to need until it has told, and what its thread takes beside what it tells of, in bytes. */
const ASSUMED_BYTES = 24 * MEGABYTE;
const THREAD_BYTES = 6 * MEGABYTE;

/** The invocation that an environment is busy with. */
interface Current {
  request: InvocationRequest;
  startedAt: number;
  initDurationMs?: number;
  log: KeptLog;
  timer?: NodeJS.Timeout;
  finish(outcome: Pick<InvocationResult, 'payload' | 'functionError'>): void;
}

/** One execution environment: a thread elsewhere that has loaded one function's code, and runs one invocation at a time. */
export class ExecutionEnvironment {
  readonly logStreamName: string;
  isDead = false;
  /** Whether its code is loaded. */
  isWarm = false;
  /** When it last sent or got something, by `performance.now()`: what is silent for long waits for something. */
  heardAt = performance.now();
  /** Its thread ended on its own before it read the last invocation: nothing of that ran. */
  isUntouched = false;
  /** What its thread takes, in bytes. */
  memoryBytes = ASSUMED_BYTES;
  /** The most that it has told of. */
  #mostBytes = 0;

  readonly #timeoutMs: number;
  readonly #initLimitMs: number;
  readonly #serve: ServeCall | undefined;
  readonly #onGone: () => void;
  readonly #thread: { end(): void };
  readonly #gone = Promise.withResolvers<void>();
  /** Calls under way that can be called off. */
  readonly #aborts = new Map<number, AbortController>();
  #socket: Socket | undefined;
  /** What is to be sent once it is there. */
  #unsent: Buffer[] = [];
  #current: Current | undefined;
  /** What was sent last. */
  #lastSent: ToEnvironment['kind'] | undefined;
  /** Whether what was sent last was not read: there was nobody any more. */
  #isUnread = false;
  #isEnded = false;
  #startTimer: NodeJS.Timeout;

  /** `onGone` is called once, when the thread has ended. `frozenNowMs`: see InvocationRequest. */
  constructor(parts: EnvironmentParts, spec: EnvironmentSpec, frozenNowMs: number | undefined, onGone: () => void) {
    this.#timeoutMs = spec.timeoutMs;
    this.#initLimitMs = parts.initLimitMs ?? INIT_LIMIT_MS;
    this.#serve = parts.calls?.serve;
    this.#onGone = onGone;
    // It also keeps local-aws from ending meanwhile: nothing else does.
    this.#startTimer = this.#endIn(THREAD_LIMIT_MS);
    const day = new Date(frozenNowMs ?? Date.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    this.logStreamName = `${day}/[$LATEST]${randomUUID().replaceAll('-', '')}`;
    this.#thread = parts.processes.start(
      {
        group: spec.group,
        setup: {
          functionName: spec.functionName,
          file: spec.code.file,
          exportName: spec.code.handler.slice(spec.code.handler.lastIndexOf('.') + 1),
          memoryMb: spec.memoryMb,
          logGroupName: spec.logGroupName,
          logStreamName: this.logStreamName,
          ...(frozenNowMs !== undefined && { frozenNowMs }),
          ...(parts.calls && { endpoint: parts.calls.endpoint() }),
        },
        variables: { ...spec.variables(), AWS_LAMBDA_LOG_STREAM_NAME: this.logStreamName },
        heapMb: Math.max(LEAST_HEAP_MB, Math.floor(spec.memoryMb * HEAP_SHARE)),
        memoryMb: spec.memoryMb,
      },
      {
        connected: (socket) => this.#connected(socket),
        received: (message, body) => this.#receive(message, body),
        gone: (reason) => this.#threadGone(reason),
      },
    );
  }

  /** Runs the function once. Never rejects: whatever happens is a result. */
  invoke(request: InvocationRequest): Promise<InvocationResult> {
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    const current: Current = {
      request,
      startedAt: performance.now(),
      log: new KeptLog(),
      ...(this.isWarm && { timer: this.#endIn(this.#timeoutMs) }),
      finish: (outcome) => {
        clearTimeout(current.timer);
        this.#current = undefined;
        const { startedAt, initDurationMs, log } = current;
        resolve({
          ...outcome,
          log: log.lines,
          logStreamName: this.logStreamName,
          durationMs: performance.now() - startedAt,
          ...(initDurationMs !== undefined && { initDurationMs }),
          ...(this.#mostBytes > 0 && { memoryUsedMb: Math.ceil(this.#mostBytes / MEGABYTE) }),
        });
      },
    };
    this.#current = current;
    if (this.isDead) {
      this.isUntouched = !this.#isEnded;
      this.#died(crashPayload(request.requestId));
    } else this.#send(messageOf(request, this.#timeoutMs), request.payload);
    return promise;
  }

  /** Ends the thread at once, and with it what it is doing. Resolves when it has ended. */
  terminate(): Promise<void> {
    this.isDead = true;
    this.#isEnded = true;
    this.#thread.end();
    // The end of the thread is what ends the invocation: until then it may still be seen at work.
    return this.#gone.promise;
  }

  #connected(socket: Socket): void {
    this.#socket = socket;
    // From now on, not from the fork on: the machine's load is not the code's fault.
    clearTimeout(this.#startTimer);
    this.#startTimer = this.#endIn(this.#initLimitMs);
    socket.once('close', () => {
      this.isDead = true;
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      // Linux says so when the other end has closed with something unread.
      this.#isUnread ||= code === 'ECONNRESET' || code === 'EPIPE';
    });
    for (const frame of this.#unsent) socket.write(frame);
    this.#unsent = [];
  }

  #send(head: ToEnvironment, body: string | Uint8Array): void {
    this.heardAt = performance.now();
    this.#lastSent = head.kind;
    const frame = encodeFrame(head, body);
    if (!this.#socket) this.#unsent.push(frame);
    else if (this.#socket.writable) this.#socket.write(frame);
    else this.#isUnread = true;
  }

  #receive(message: FromEnvironment, body: Buffer): void {
    this.heardAt = performance.now();
    if (message.kind === 'call' && !this.isDead) void this.#serveCall(message, body);
    if (message.kind === 'abort') this.#aborts.get(message.id)?.abort();
    if (message.kind === 'ready') this.#ready(message.initDurationMs);
    const current = this.#current;
    if (!current || !('lines' in message)) return;
    current.log.add(message.lines);
    if (message.kind === 'died') this.#died(body.toString());
    if (message.kind === 'result') this.#finish(current, message, body.toString());
  }

  #ready(initDurationMs: number): void {
    this.isWarm = true;
    clearTimeout(this.#startTimer);
    const current = this.#current;
    if (!current) return;
    current.timer = this.#endIn(this.#timeoutMs);
    current.startedAt = performance.now();
    current.initDurationMs = initDurationMs;
  }

  #finish(current: Current, { failed, isBroken, memoryBytes }: ResultMessage, payload: string): void {
    if (memoryBytes !== undefined) {
      this.memoryBytes = memoryBytes + THREAD_BYTES;
      this.#mostBytes = Math.max(this.#mostBytes, this.memoryBytes);
    }
    if (isBroken || current.request.isLast) void this.terminate();
    current.finish({ payload, ...(failed && { functionError: 'Unhandled' as const }) });
  }

  async #serveCall({ id, method, path, headers }: CallMessage, body: Buffer): Promise<void> {
    const mark = path.indexOf('?');
    const request = {
      method,
      path: mark < 0 ? path : path.slice(0, mark),
      query: new URLSearchParams(mark < 0 ? '' : path.slice(mark + 1)),
      headers,
      body,
    };
    const answer = await this.#serve?.(request, () => this.#signalOf(id), this.#current?.request.requestId);
    this.#aborts.delete(id);
    if (!answer) return;
    this.#send({ kind: 'answer', id, status: answer.status, headers: answer.headers }, answer.body);
  }

  /** Made when it is asked for: few operations wait long enough to be called off. */
  #signalOf(id: number): AbortSignal {
    const controller = this.#aborts.get(id) ?? new AbortController();
    if (this.isDead) controller.abort();
    else this.#aborts.set(id, controller);
    return controller.signal;
  }

  #endIn(limitMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      const requestId = this.#current?.request.requestId ?? '';
      void this.terminate();
      this.#current?.finish({ payload: timeoutPayload(requestId, limitMs), functionError: 'Unhandled' });
    }, limitMs);
  }

  #threadGone(reason: EndReason | undefined): void {
    clearTimeout(this.#startTimer);
    const isUnread = this.#isUnread || this.#unsent.length > 0;
    this.isUntouched = isUnread && this.#lastSent === 'invoke' && !this.#isEnded && reason !== 'out-of-memory';
    const requestId = this.#current?.request.requestId ?? '';
    this.#died(
      reason === 'out-of-memory'
        ? failurePayload(
            'Runtime.OutOfMemory',
            `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
          )
        : crashPayload(requestId, reason?.message),
    );
    for (const abort of this.#aborts.values()) abort.abort();
    this.#aborts.clear();
    this.#gone.resolve();
    this.#onGone();
  }

  #died(payload: string): void {
    this.isDead = true;
    this.#current?.finish({ payload, functionError: 'Unhandled' });
  }
}

function messageOf(request: InvocationRequest, timeoutMs: number): InvokeMessage {
  return {
    kind: 'invoke',
    requestId: request.requestId,
    invokedFunctionArn: request.invokedFunctionArn,
    functionVersion: request.functionVersion ?? '$LATEST',
    traceHeader: request.traceHeader,
    timeoutMs,
    ...(request.frozenNowMs !== undefined && { frozenNowMs: request.frozenNowMs }),
    ...(request.clientContext !== undefined && { clientContext: request.clientContext }),
  };
}
