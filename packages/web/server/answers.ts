import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib';

/** What is asked for. */
export interface Asked {
  /** Begins with a slash; not decoded. */
  path: string;
  /** With its question mark, or empty. */
  query: string;
}

/** What of a request says where it goes. Some programs send a whole URL: its host counts for nothing. */
export function askedOf({ url = '/' }: Pick<IncomingMessage, 'url'>): Asked {
  const [, path = '/', query = ''] = /^(?:https?:\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?/i.exec(url) ?? [];
  return { path: path.startsWith('/') ? path : `/${path}`, query };
}

/** Answers with a sentence. */
export function answerText(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
}

/** Answers with an error as RFC 9457 problem details. */
export function answerProblem(response: ServerResponse, status: number, detail: string): void {
  const body = { type: 'about:blank', title: STATUS_CODES[status], status, detail };
  response
    .writeHead(status, { 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
    .end(`${JSON.stringify(body)}\n`);
}

/** An HTTP answer in the place of a WebSocket. */
export function refusedHandshake(status: number, message: string): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${message}\n`;
}

/** How a body may be sent, the shortest first. */
export type Encoding = 'br' | 'gzip';

/** The best that the reader takes; undefined when it takes the plain body only. */
export function encodingFor({ headers }: Pick<IncomingMessage, 'headers'>): Encoding | undefined {
  const taken = String(headers['accept-encoding'] ?? '')
    .split(',')
    .map((each) => each.trim().toLowerCase())
    .filter((each) => !/;\s*q=0(\.0*)?$/.test(each))
    .map((each) => each.replace(/\s*;.*/, ''));
  return (['br', 'gzip'] as const).find((encoding) => taken.includes(encoding));
}

/** Quality for what is compressed while somebody waits. */
const QUICK_BROTLI = 5;

/** Compresses at once. */
export function compressed(body: Buffer, encoding: Encoding): Buffer {
  if (encoding === 'gzip') return gzipSync(body);
  return brotliCompressSync(body, { params: { [zlib.BROTLI_PARAM_QUALITY]: QUICK_BROTLI } });
}
