import { EventEmitter } from 'node:events';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { Readable } from 'node:stream';
import type { AnswerMessage, FromEnvironment } from '../protocol.ts';

/** What is larger goes over HTTP, where it streams. */
const MAX_CARRIED_BYTES = 1024 * 1024;

/** What these methods' requests carry when they do not say how much. */
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'DELETE']);

type Send = (head: FromEnvironment, body?: string | Uint8Array) => void;

/** The calls of a function's AWS clients that are under way. */
export interface CarriedCalls {
  /** The answer to one of them. */
  answered(message: AnswerMessage, body: Buffer): void;
}

/**
 * Has the calls of a function's AWS clients travel over the environment's own socket instead of TCP and HTTP: signed requests
 * through `http.request` to `endpoint`, of a known and moderate length. The client notices nothing. All else goes where it
 * always went: other hosts, other paths of local-aws, streams, HTTP/2.
 */
export function carryCalls(endpoint: string | undefined, send: Send): CarriedCalls {
  const waiting = new Map<number, CarriedRequest>();
  let lastId = 0;

  const { request } = http;
  const origin = endpoint === undefined ? undefined : new URL(endpoint);
  const carried = (...parameters: unknown[]): unknown => {
    const [options, callback] = parameters;
    if (!origin || !isCarried(options, origin)) return Reflect.apply(request, http, parameters);
    lastId += 1;
    const call = new CarriedRequest(lastId, options, send, () => waiting.delete(call.id));
    if (typeof callback === 'function') call.once('response', callback as () => void);
    waiting.set(call.id, call);
    return call;
  };
  http.request = carried as typeof http.request;
  // For bundles that are ES modules and import the function by its name.
  syncBuiltinESMExports();

  return {
    answered(message, body) {
      const call = waiting.get(message.id);
      waiting.delete(message.id);
      call?.respond(message, body);
    },
  };
}

/** A request's options, as the SDK's handler gives them. */
interface SdkRequest {
  host: string;
  port: number;
  method: string;
  path: string;
  headers: Record<string, unknown>;
}

function isCarried(options: unknown, endpoint: URL): options is SdkRequest {
  if (typeof options !== 'object' || options === null || options instanceof URL) return false;
  const { host, port, headers, path, method } = options as Partial<SdkRequest>;
  return (
    host === endpoint.hostname &&
    String(port) === endpoint.port &&
    typeof path === 'string' &&
    typeof method === 'string' &&
    // The laptop's own paths and those of APIs: not AWS's protocols.
    !path.startsWith('/_') &&
    typeof headers === 'object' &&
    headers !== null &&
    typeof headers.authorization === 'string' &&
    headers.authorization.startsWith('AWS4-') &&
    headers.expect === undefined &&
    headers.Expect === undefined &&
    lengthOf(method, headers as Record<string, unknown>) <= MAX_CARRIED_BYTES
  );
}

/** How long the body will be, in bytes; NaN: nobody knows. */
function lengthOf(method: string, headers: Record<string, unknown>): number {
  for (const name in headers) if (name.toLowerCase() === 'content-length') return Number(headers[name]);
  return WITHOUT_BODY.has(method) && headers['transfer-encoding'] === undefined ? 0 : Number.NaN;
}

/** What stands in the place of a ClientRequest: as much of one as HTTP handlers and tracers use. */
class CarriedRequest extends EventEmitter {
  readonly id: number;
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly protocol = 'http:';
  readonly socket = undefined;
  writable = true;
  writableEnded = false;
  destroyed = false;

  readonly #headers: Record<string, string> = {};
  readonly #send: Send;
  readonly #forget: () => void;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(id: number, options: SdkRequest, send: Send, forget: () => void) {
    super();
    this.id = id;
    this.method = options.method;
    this.path = options.path;
    this.host = options.host;
    this.#send = send;
    this.#forget = forget;
    for (const name in options.headers) this.setHeader(name, options.headers[name]);
  }

  setHeader(name: string, value: unknown): this {
    if (value !== undefined) this.#headers[name.toLowerCase()] = String(value);
    return this;
  }

  getHeader(name: string): string | undefined {
    return this.#headers[name.toLowerCase()];
  }

  getHeaders(): Record<string, string> {
    return { ...this.#headers };
  }

  hasHeader(name: string): boolean {
    return name.toLowerCase() in this.#headers;
  }

  removeHeader(name: string): void {
    delete this.#headers[name.toLowerCase()];
  }

  write(chunk: string | Uint8Array, ...rest: unknown[]): boolean {
    if (this.#isTooLong(Buffer.byteLength(chunk))) return false;
    this.#chunks.push(Buffer.from(chunk as string));
    for (const done of rest) if (typeof done === 'function') queueMicrotask(() => done());
    return true;
  }

  end(chunk?: unknown, ...rest: unknown[]): this {
    if (this.writableEnded || this.destroyed) return this;
    const isBody = typeof chunk === 'string' || chunk instanceof Uint8Array;
    if (isBody && this.#isTooLong(Buffer.byteLength(chunk))) return this;
    this.writableEnded = true;
    const head = { kind: 'call' as const, id: this.id, method: this.method, path: this.path, headers: this.#headers };
    // The one piece that almost all bodies are is not copied.
    if (this.#chunks.length === 0) this.#send(head, isBody ? chunk : undefined);
    else {
      if (isBody) this.#chunks.push(Buffer.from(chunk as string));
      this.#send(head, Buffer.concat(this.#chunks));
    }
    this.#chunks = [];
    for (const done of [chunk, ...rest]) if (typeof done === 'function') queueMicrotask(() => done());
    this.emit('finish');
    return this;
  }

  destroy(error?: Error): this {
    if (this.destroyed) return this;
    this.destroyed = true;
    this.#forget();
    if (this.writableEnded) this.#send({ kind: 'abort', id: this.id });
    process.nextTick(() => {
      // As a connection that was cut: an HTTP client always tells of it.
      this.emit('error', error ?? Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
      this.emit('close');
    });
    return this;
  }

  /** It said that there would be less. A frame that is too large would end the environment; so the call fails instead. */
  #isTooLong(moreBytes: number): boolean {
    this.#length += moreBytes;
    const isTooLong = this.#length > MAX_CARRIED_BYTES;
    if (isTooLong) {
      this.#chunks = [];
      this.destroy(
        new Error(
          `a body of ${this.#length} bytes or more, with a content-length of ${this.#headers['content-length']}`,
        ),
      );
    }
    return isTooLong;
  }

  abort(): void {
    this.destroy();
  }

  flushHeaders(): void {}
  setNoDelay(): void {}
  setSocketKeepAlive(): void {}
  setTimeout(): this {
    return this;
  }

  respond(message: AnswerMessage, body: Buffer): void {
    if (this.destroyed) return;
    this.destroyed = true;
    const response = new CarriedResponse(message, body);
    response.once('close', () => this.emit('close'));
    this.emit('response', response);
  }
}

/** What stands in the place of an IncomingMessage. */
class CarriedResponse extends Readable {
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly headers: Record<string, string | string[]>;
  readonly httpVersion = '1.1';
  readonly complete = true;

  constructor({ status, headers }: AnswerMessage, body: Buffer) {
    super();
    this.statusCode = status;
    this.statusMessage = http.STATUS_CODES[status] ?? '';
    this.headers = headers;
    if (body.length > 0) this.push(body);
    this.push(null);
  }

  get rawHeaders(): string[] {
    return Object.entries(this.headers).flatMap(([name, value]) =>
      [value].flat().flatMap((one): string[] => [name, one]),
    );
  }

  override _read(): void {}
}
