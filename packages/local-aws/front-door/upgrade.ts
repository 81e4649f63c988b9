import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { asError } from '../core/errors.ts';
import { refusalOf } from './guard.ts';
import { plainHeaders, splitUrl } from './http.ts';

/** Takes a connection whose client asks for another protocol; must neither throw nor reject. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void | Promise<void>;

/** A client that asks to speak WebSocket (RFC 6455), and is not answered yet. */
export interface Handshake {
  incoming: IncomingMessage;
  socket: Duplex;
  /** What came behind the request. */
  head: Buffer;
  headers: Record<string, string>;
  rawHeaders: readonly string[];
  query: URLSearchParams;
}

/** What stands behind a port that takes WebSockets. */
export interface UpgradeParts {
  /** The ports whose pages may call. */
  ports: ReadonlySet<number>;
  /** Answers the handshake, one way or the other. */
  connect(path: string, handshake: Handshake): Promise<void>;
  log(message: string, error: Error): void;
}

/** Turns away foreign hosts and origins, and what is no WebSocket handshake, before anything else is looked at. */
export function upgradeHandler({ ports, connect, log }: UpgradeParts): UpgradeHandler {
  return async (incoming, socket, head) => {
    // A client that vanishes is its own affair; without a listener the error would end the process.
    socket.on('error', () => socket.destroy());
    const headers = plainHeaders(incoming);
    const refusal = refusalOf({ method: incoming.method, headers }, ports);
    if (refusal) return refuseHandshake(socket, refusal.status, refusal.message);
    if (!isHandshake(incoming, headers)) return refuseHandshake(socket, 400, 'This is no WebSocket handshake.');
    const { path, query } = splitUrl(incoming.url ?? '/');
    try {
      await connect(path, { incoming, socket, head, headers, rawHeaders: incoming.rawHeaders, query });
    } catch (thrown) {
      log(`the handshake for ${path} failed`, asError(thrown));
      refuseHandshake(socket, 500, 'local-aws failed; its log says how.');
    }
  };
}

function isHandshake({ method }: IncomingMessage, headers: Record<string, string>): boolean {
  return (
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '')
  );
}

/** Answers a handshake with an HTTP error, and ends the connection. */
export function refuseHandshake(socket: Duplex, status: number, message: string): void {
  if (socket.destroyed) return;
  const body = JSON.stringify({ message });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
