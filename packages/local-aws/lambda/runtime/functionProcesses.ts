import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { endOf, exitReason, hasEnded, killGroup, startFunctions } from './childProcess.ts';
import { endChildrenOf } from './children.ts';
import { type EnvironmentCode, writeEnvironmentCode } from './environmentCode.ts';
import { createFrameReader, encodeFrame, FrameError } from './frames.ts';
import { makeFunctionFolder } from './functionFolder.ts';
import {
  type EndReason,
  type EnvironmentSetup,
  type FromEnvironment,
  MAX_FRAME_BYTES,
  MAX_PROCESS_FRAME_BYTES,
  type ToProcess,
} from './protocol.ts';
import { environmentMessage, processMessage } from './received.ts';

/** How long a thread may take to end. One that is busy outside of JavaScript does not: then its process is ended. */
const END_MS = 3000;
/** A process without environments ends after this time. */
const KEEP_EMPTY_MS = 5000;
/** What an environment sent with its last breath may come a moment after the news that it has ended. */
const LAST_WORDS_MS = 100;
/** How long is waited for that, in milliseconds. */
const STDERR_MS = 50;
/** How often a process looks at its memory, in milliseconds: a thread can fill a gigabyte in about a second. */
const MEMORY_LOOK_MS = 250;
/** How much is kept of what a process writes to stderr: V8 says there why it aborts. */
const STDERR_CHARACTERS = 4000;

/** What is told to whoever had an environment started. */
export interface EnvironmentEvents {
  /** It has said hello, and can be written to. */
  connected(socket: Socket): void;
  received(message: FromEnvironment, body: Buffer): void;
  /** Its thread has ended, and all that it sent has been received. Told once. */
  gone(reason: EndReason | undefined): void;
}

/** How an environment is to be started. */
export interface EnvironmentStart {
  /** Environments of one group share a process, and its fate. */
  group: string;
  setup: Omit<EnvironmentSetup, 'id' | 'socketPath'>;
  variables: Record<string, string>;
  heapMb: number;
  memoryMb: number;
}

interface Linked {
  events: EnvironmentEvents;
  logStreamName: string;
  process?: FunctionProcess;
  socket?: Socket;
  endTimer?: NodeJS.Timeout;
  /** Its thread has ended: tells so, once. */
  told?(): void;
}

interface FunctionProcess {
  group: string;
  child: ChildProcess;
  channel: Socket | undefined;
  ids: Set<string>;
  stderr: string;
  emptyTimer?: NodeJS.Timeout;
}

interface Place extends EnvironmentCode {
  folder: string;
  socketPath: string;
  server: Server;
}

/** The processes in which functions run, one for each group, started when they are needed. */
export class FunctionProcesses {
  readonly #processes = new Map<string, FunctionProcess>();
  readonly #environments = new Map<string, Linked>();
  #place: Promise<Place> | undefined;
  readonly #memoryLookMs: number;
  #isClosed = false;

  constructor(memoryLookMs = MEMORY_LOOK_MS) {
    this.#memoryLookMs = memoryLookMs;
  }

  /** Starts an environment. `end` ends it at once, whatever it does. */
  start(start: EnvironmentStart, events: EnvironmentEvents): { end(): void } {
    const id = randomUUID();
    const linked: Linked = { events, logStreamName: start.setup.logStreamName };
    this.#environments.set(id, linked);
    this.#startIn(id, start, linked).catch((error: unknown) =>
      this.#gone(id, { message: error instanceof Error ? error.message : String(error) }),
    );
    return { end: () => this.#end(id) };
  }

  /** Ends all processes. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const ended = [...this.#processes.values()].map(({ child }) => endOf(child));
    for (const { child } of this.#processes.values()) killGroup(child);
    await Promise.all(ended);
    const place = await this.#place?.catch(() => undefined);
    if (!place) return;
    for (const { socket } of this.#environments.values()) socket?.destroy();
    await new Promise<void>((resolve) => place.server.close(() => resolve()));
    await rm(place.folder, { recursive: true, force: true });
  }

  async #startIn(id: string, start: EnvironmentStart, linked: Linked): Promise<void> {
    this.#place ??= this.#open();
    const { socketPath, ...code } = await this.#place;
    if (this.#isClosed || linked.told) return this.#gone(id, undefined);
    const started = this.#processes.get(start.group) ?? this.#fork(start.group, code);
    linked.process = started;
    started.ids.add(id);
    clearTimeout(started.emptyTimer);
    const { setup, variables, heapMb, memoryMb } = start;
    tell(started, { kind: 'start', setup: { ...setup, id, socketPath }, variables, heapMb, memoryMb });
  }

  async #open(): Promise<Place> {
    const folder = await makeFunctionFolder();
    const socketPath = process.platform === 'win32' ? `\\\\.\\pipe\\local-aws-${randomUUID()}` : join(folder, 'socket');
    const server = createServer((socket) => this.#accept(socket));
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socketPath, resolve));
    server.unref();
    return { folder, socketPath, server, ...(await writeEnvironmentCode(folder)) };
  }

  #fork(group: string, { processFile, environmentFile }: EnvironmentCode): FunctionProcess {
    const { child, channel } = startFunctions(processFile, [group, environmentFile, String(this.#memoryLookMs)]);
    const started: FunctionProcess = { group, child, channel, ids: new Set(), stderr: '' };
    this.#processes.set(group, started);
    this.#listen(started);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      started.stderr = (started.stderr + text).slice(-STDERR_CHARACTERS);
    });
    child.on('error', (error) => this.#processGone(started, error.message));
    child.on('exit', (code, signal) => {
      this.#forget(started);
      this.#endChildren(started);
      // Not 'close': a process that a function started may hold the pipe for as long as it likes.
      setTimeout(
        () => {
          child.stderr?.destroy();
          channel?.destroy();
          this.#processGone(started, exitReason(started.stderr, code, signal));
        },
        this.#isClosed ? 0 : STDERR_MS,
      );
    });
    return started;
  }

  /** Hears which environments have ended. Functions can write to the channel too: what the process does not say ends it. */
  #listen(started: FunctionProcess): void {
    const { channel, child, ids } = started;
    const frames = createFrameReader(({ head }) => {
      const { id, reason } = processMessage(head);
      if (!ids.has(id)) throw new FrameError('a process tells of an environment that is not its own');
      this.#gone(id, reason);
    }, MAX_PROCESS_FRAME_BYTES);
    // Before this end of it is closed: the process would think that local-aws is gone, and take away the code of all stacks.
    const end = () => {
      if (!hasEnded(child)) this.#kill(started);
      channel?.destroy();
    };
    channel?.on('data', (chunk) => {
      try {
        frames.push(chunk);
      } catch {
        end();
      }
    });
    channel?.on('error', end);
    channel?.on('end', end);
  }

  /** From here on, environments of the group start in another process. */
  #forget(ended: FunctionProcess): void {
    if (this.#processes.get(ended.group) === ended) this.#processes.delete(ended.group);
    clearTimeout(ended.emptyTimer);
  }

  #kill(killed: FunctionProcess): void {
    this.#forget(killed);
    killGroup(killed.child);
  }

  /** A process that has ended cannot do that itself. */
  #endChildren({ child, ids }: FunctionProcess): void {
    killGroup(child);
    const streams = [...ids].flatMap((id) => this.#environments.get(id)?.logStreamName ?? []);
    endChildrenOf(new Set(streams));
  }

  #processGone(ended: FunctionProcess, message: string): void {
    this.#forget(ended);
    for (const id of ended.ids) this.#gone(id, { message });
  }

  #accept(socket: Socket): void {
    socket.unref();
    let id: string | undefined;
    const frames = createFrameReader(({ head, body }) => {
      const message = environmentMessage(head);
      if (id !== undefined) {
        this.#environments.get(id)?.events.received(message, body);
        return;
      }
      const linked = message.kind === 'hello' ? this.#environments.get(message.id) : undefined;
      if (message.kind !== 'hello' || !linked || linked.socket) {
        socket.destroy();
        return;
      }
      id = message.id;
      linked.socket = socket;
      socket.once('close', () => linked.told?.());
      linked.events.connected(socket);
    }, MAX_FRAME_BYTES);
    socket.on('data', (chunk) => {
      try {
        frames.push(chunk);
      } catch {
        // No environment sends that, but code in it that has found the socket may.
        if (id !== undefined) this.#end(id);
        socket.destroy();
      }
    });
    // That an environment is gone is told by its process.
    socket.on('error', () => socket.destroy());
  }

  #end(id: string): void {
    const linked = this.#environments.get(id);
    if (!linked) return;
    const { process } = linked;
    if (!process) {
      this.#gone(id, undefined);
      return;
    }
    tell(process, { kind: 'end', id });
    if (!linked.told) linked.endTimer ??= setTimeout(() => this.#kill(process), END_MS);
  }

  #gone(id: string, reason: EndReason | undefined): void {
    const linked = this.#environments.get(id);
    if (!linked || linked.told) return;
    const told = () => {
      if (!this.#environments.delete(id)) return;
      clearTimeout(timer);
      linked.events.gone(reason);
    };
    linked.told = told;
    clearTimeout(linked.endTimer);
    const { process, socket } = linked;
    // The end of its socket says that all it sent has been received. It may not even have been accepted yet.
    const timer = setTimeout(() => (linked.socket ? linked.socket.destroy() : told()), LAST_WORDS_MS);
    if (process) this.#leave(process, id);
    if (!process || socket?.closed) told();
  }

  #leave(left: FunctionProcess, id: string): void {
    left.ids.delete(id);
    if (left.ids.size > 0 || hasEnded(left.child)) return;
    left.emptyTimer = setTimeout(() => this.#kill(left), KEEP_EMPTY_MS).unref();
  }
}

function tell({ channel }: FunctionProcess, message: ToProcess): void {
  // One that is ending says so itself.
  if (channel?.writable) channel.write(encodeFrame(message));
}
