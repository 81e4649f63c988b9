import { createServer as createHttp1Server, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  constants,
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { UpgradeHandler } from './upgrade.ts';

/** A request of either version of HTTP. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;
/** The answer to it. */
export type HttpResponse = ServerResponse | Http2ServerResponse;
/** Handles one request; must neither throw nor reject. */
export type HttpHandler = (request: HttpRequest, response: HttpResponse) => void | Promise<void>;

/** A port that is being listened on. */
export interface Listener {
  port: number;
  /** Stops listening and ends all connections. */
  close(): Promise<void>;
}

/** Nothing else is ever listened on: what runs here has no real access control. */
const LOOPBACK = '127.0.0.1';

/** What every HTTP/2 connection begins with when client and server have not negotiated: RFC 9113, section 3.4. */
const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2.0');

/** Functions keep connections open between calls for as long as they like. */
const KEEP_ALIVE_MS = 120_000;

/** So long a client may take to send a request, and a new connection to send anything, in milliseconds. */
const REQUEST_MS = 60_000;
/** How often it is looked for those that have taken longer. */
const LOOK_MS = 5000;

/** The port is in use, or may not be used. */
export class PortError extends Error {
  override readonly name = 'PortError';
}

/** What is known of a port beyond its number. */
export interface ListenOptions {
  /** What its user can do when it is taken. Default: words for the port of local-aws itself. */
  hint?: string;
  /** Takes clients that ask for another protocol; without it they get the answer of a plain request. */
  upgrade?: UpgradeHandler;
  /** How long a client may take to send a request, in milliseconds. Default: a minute. How long the answer takes is another matter. */
  requestMs?: number;
}

/**
 * Listens on the loopback address at `port` (0: any free one) for HTTP/1.1 and cleartext HTTP/2 (by prior knowledge, as
 * the SDK's HTTP/2 clients speak it). Rejects with PortError, in a sentence that names the port.
 */
export async function listen(port: number, handler: HttpHandler, options: ListenOptions = {}): Promise<Listener> {
  const handle = (request: HttpRequest, response: HttpResponse) => void handler(request, response);
  const { upgrade, requestMs = REQUEST_MS } = options;
  const http1 = createHttp1Server(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: Math.min(LOOK_MS, requestMs),
    },
    handle,
  );
  // Node.js looks for requests that stay half-sent from the moment that the server listens; this one only gets connections.
  http1.emit('listening');
  const http2 = createHttp2Server({}, (request, response) => {
    endHalfSent(request, requestMs);
    handle(request, response);
  });
  http1.on('clientError', answerMalformed);
  if (upgrade) http1.on('upgrade', (request, socket, head) => void upgrade(request, socket, head));
  http2.on('sessionError', () => {});
  http2.on('session', endIdle);

  const sockets = new Set<Socket>();
  // A client may close its half once it has asked, and still reads the answer.
  const tcp = createTcpServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A client that vanishes is its own affair; without a listener the error would end the process.
    socket.on('error', () => socket.destroy());
    decideProtocol(socket, requestMs, (isHttp2) => (isHttp2 ? http2 : http1).emit('connection', socket));
  });
  await bind(tcp, port, options);
  return {
    port: (tcp.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => tcp.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      http1.close();
      await closed;
    },
  };
}

function bind(server: Server, port: number, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(port, error, options)));
    server.listen(port, LOOPBACK, resolve);
  });
}

function portError(port: number, error: NodeJS.ErrnoException, { hint }: ListenOptions): PortError {
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} is already in use: ${hint ?? 'is another local-aws running? Stop it, or set LOCAL_AWS_PORT'}.`,
    EACCES: `Port ${port} may not be used by this account: ${hint === undefined ? 'set LOCAL_AWS_PORT to' : 'take'} one above 1023.`,
  };
  return new PortError(reasons[error.code ?? ''] ?? `Port ${port} cannot be used: ${error.message}`, { cause: error });
}

/** Resets a request over HTTP/2 that has not come whole in time. */
function endHalfSent(request: Http2ServerRequest, requestMs: number): void {
  const timer = setTimeout(() => request.stream.close(constants.NGHTTP2_CANCEL), requestMs);
  const whole = () => clearTimeout(timer);
  request.once('end', whole).once('close', whole);
}

/** Ends a connection over HTTP/2 that nobody has used for a while, as HTTP/1.1 has it. */
function endIdle(session: ServerHttp2Session): void {
  let streams = 0;
  session.on('stream', (stream) => {
    streams += 1;
    stream.once('close', () => {
      streams -= 1;
    });
  });
  session.setTimeout(KEEP_ALIVE_MS, () => {
    if (streams === 0) session.destroy();
  });
}

/** Reads just enough to tell the versions apart, and puts it back. */
function decideProtocol(socket: Socket, requestMs: number, decided: (isHttp2: boolean) => void): void {
  let start: Buffer = Buffer.alloc(0);
  const giveUp = () => socket.destroy();
  const timer = setTimeout(giveUp, requestMs);
  socket.once('close', () => clearTimeout(timer));
  const look = () => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    start = Buffer.concat([start, chunk]);
    const length = Math.min(start.length, HTTP2_PREFACE.length);
    const maybeHttp2 = start.subarray(0, length).equals(HTTP2_PREFACE.subarray(0, length));
    if (maybeHttp2 && length < HTTP2_PREFACE.length) return;
    socket.off('readable', look).off('end', giveUp);
    clearTimeout(timer);
    socket.unshift(start);
    decided(maybeHttp2);
  };
  socket.on('readable', look).on('end', giveUp);
}

const MALFORMED: Partial<Record<string, readonly [status: string, sentence: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The request headers are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not come whole in time.'],
};

function answerMalformed(error: NodeJS.ErrnoException, socket: NodeJS.WritableStream & { writable: boolean }): void {
  if (!socket.writable || error.code === 'ECONNRESET') return;
  const [status, sentence] = MALFORMED[error.code ?? ''] ?? [
    '400 Bad Request',
    'This is not a well-formed HTTP request.',
  ];
  const body = `${sentence}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}
