import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { rightPath } from '../src/routes.ts';
import { type Asked, answerText, compressed, encodingFor } from './answers.ts';

/** The page as it was built, or as Vite serves it to those who change it. */
export interface Page {
  /** The shell's HTML for an address of the app (`/ping-pong`, without a query). */
  html(path: string): Promise<string>;
  /** Answers when a file of the page has this path; gives whether it has. */
  serveFile(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean>;
  /** Takes a WebSocket that is meant for it; gives whether it was. */
  takeSocket(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  close(): Promise<void>;
}

/** Adds tags to a page's head, at its end. */
export const withTags = (html: string, tags: string): string =>
  html.replace(/(?=[ \t]*<\/head>)/, () => `    ${tags}\n`);

/** The name under which the page finds its session. */
const SESSION_META = 'arcade-session';

/**
 * Serves the app: its files, and the shell under each of its addresses. Another way to write an address leads to the right one; any
 * other is a 404, with the shell for those who look at it.
 */
export async function servePage(
  page: Page,
  {
    request,
    response,
    asked,
    session,
  }: { request: IncomingMessage; response: ServerResponse; asked: Asked; session?: string | undefined },
): Promise<void> {
  const { path, query } = asked;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    request.resume();
    response.setHeader('allow', 'GET, HEAD');
    return answerText(response, 405, `There is no ${request.method} here.`);
  }
  const right = rightPath(path);
  if (right !== undefined && right !== path) {
    // Not for ever: other programs may have this port tomorrow.
    response.writeHead(302, { location: right + query, 'cache-control': 'no-store' }).end();
    return;
  }
  if (right === undefined) {
    if (await page.serveFile(request, response, path)) return;
    if (!request.headers.accept?.includes('text/html')) return answerText(response, 404, 'Nothing is here.');
  }
  const html = withSession(await page.html(path), session);
  const encoding = encodingFor(request);
  const body = Buffer.from(html);
  const sent = encoding ? compressed(body, encoding) : body;
  response.writeHead(right === undefined ? 404 : 200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': sent.length,
    // It has this server's session, and names the files of this build.
    'cache-control': 'no-store',
    vary: 'accept-encoding',
    ...(encoding && { 'content-encoding': encoding }),
  });
  response.end(request.method === 'HEAD' ? undefined : sent);
}

const withSession = (html: string, session: string | undefined) =>
  session === undefined ? html : withTags(html, `<meta name="${SESSION_META}" content="${session}" />`);
