import { RawAnswer } from '../core/service.ts';
import type { HttpRequest, HttpResponse } from './listener.ts';
import type { PlainRequest } from './resolve.ts';

/** Headers by lower-case name, one text each; HTTP/2's `:authority` as `host`. */
export function plainHeaders(request: HttpRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  const authority = headers[':authority'];
  if (authority !== undefined) headers.host ??= authority;
  return headers;
}

/** The path as it was sent (still percent-encoded), and the query's parameters. */
export function splitUrl(url: string): Pick<PlainRequest, 'path' | 'query'> & { rawQuery: string } {
  const mark = url.indexOf('?');
  if (mark === -1) return { path: url, query: new URLSearchParams(), rawQuery: '' };
  const rawQuery = url.slice(mark + 1);
  return { path: url.slice(0, mark), query: new URLSearchParams(rawQuery), rawQuery };
}

/** A signal that aborts when the client hangs up before it has its answer. */
export function abortedWith(response: HttpResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded) controller.abort();
  });
  return controller.signal;
}

/** An answer of JSON with a line's end, for people at a terminal. */
export const json = (status: number, body: unknown): RawAnswer =>
  new RawAnswer(status, { 'content-type': 'application/json; charset=utf-8' }, `${JSON.stringify(body)}\n`);

let formatted = { atSecond: Number.NaN, text: '' };

/** An instant as HTTP writes it; formatted once a second, for it stands in every answer. */
export function httpDate(atMs: number): string {
  const atSecond = Math.floor(atMs / 1000);
  if (atSecond !== formatted.atSecond) formatted = { atSecond, text: new Date(atMs).toUTCString() };
  return formatted.text;
}

/** Begins an answer that has no end yet. */
export function openStream(response: HttpResponse, headers: Record<string, string>): HttpResponse {
  (response as { writeHead(status: number, headers: object): unknown }).writeHead(200, headers);
  return response;
}
