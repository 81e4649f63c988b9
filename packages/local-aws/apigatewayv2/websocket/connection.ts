import type { WebSocket } from 'ws';
import type { Clock, Timer } from '../../core/clock.ts';
import type { Api } from '../model.ts';
import type { Caller } from './requestAuthorizer.ts';

/** docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
const IDLE_MS = 10 * 60_000;
const LIFE_MS = 2 * 60 * 60_000;

/** How a connection ended. */
export interface End {
  code: number;
  reason: string;
}

/** Who is at the other end. */
export interface Identity {
  sourceIp: string;
  userAgent: string;
}

/** One client's connection: from its handshake on, though it can be written to only when that is done. */
export class Connection {
  readonly id: string;
  readonly api: Api;
  readonly stageName: string;
  readonly identity: Identity;
  /** The host under which it was reached. */
  readonly domainName: string;
  readonly connectedAtMs: number;
  lastActiveAtMs: number;
  /** Who the authorizer of `$connect` says it is. */
  caller: Caller | undefined;
  readonly #clock: Clock;
  #socket: WebSocket | undefined;
  #timer: Timer | undefined;
  #ended: ((end: End) => void) | undefined;

  constructor(clock: Clock, known: Pick<Connection, 'id' | 'api' | 'stageName' | 'identity' | 'domainName'>) {
    this.#clock = clock;
    this.id = known.id;
    this.api = known.api;
    this.stageName = known.stageName;
    this.identity = known.identity;
    this.domainName = known.domainName;
    this.connectedAtMs = clock.now();
    this.lastActiveAtMs = this.connectedAtMs;
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  /** How many bytes wait for the client to take them. */
  get waitingBytes(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** The handshake is done. Calls back once, when the connection ends, whoever ends it. */
  open(socket: WebSocket, ended: (end: End) => void): void {
    this.#socket = socket;
    this.#ended = ended;
    this.#arm();
  }

  /** Something passed in either direction. */
  touch(): void {
    this.lastActiveAtMs = this.#clock.now();
  }

  /** Resolves when it is on its way. Rejects when the connection has ended. */
  send(text: string): Promise<void> {
    const socket = this.#socket;
    if (!socket) return Promise.reject(new Error(`the connection ${this.id} has ended`));
    this.touch();
    return new Promise((resolve, reject) => socket.send(text, (error) => (error ? reject(error) : resolve())));
  }

  /** Ends it from this side: what is asked of it from now on finds it gone, however long the client takes to notice. */
  close(end: End): void {
    const socket = this.#socket;
    this.end(end);
    socket?.close(end.code, end.reason);
  }

  /** The connection has ended. */
  end(end: End): void {
    const ended = this.#ended;
    this.#abandon();
    ended?.(end);
  }

  /** Ends it at once, and tells nobody. */
  terminate(): void {
    const socket = this.#socket;
    this.#abandon();
    socket?.terminate();
  }

  #abandon(): void {
    this.#timer?.cancel();
    this.#socket = undefined;
    this.#ended = undefined;
  }

  #arm(): void {
    const dueMs = Math.min(this.connectedAtMs + LIFE_MS, this.lastActiveAtMs + IDLE_MS);
    this.#timer = this.#clock.at(dueMs, () => {
      const nowMs = this.#clock.now();
      const isDue = nowMs >= this.connectedAtMs + LIFE_MS || nowMs >= this.lastActiveAtMs + IDLE_MS;
      if (isDue) this.close({ code: 1001, reason: 'Going away' });
      else this.#arm();
    });
  }
}
