import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { createServer, type Plugin, type ProxyOptions } from 'vite';

/** A service whose API the web app serves under its own origin. */
export interface ProxiedService {
  /** The folder name of the service: its API appears under `/api/<name>/`. */
  name: string;
  /** Where its HTTP API listens: `http://127.0.0.1:4110`. */
  url: string;
  /** Where its WebSocket API listens, if it has one; appears under `/ws/<name>`. */
  wsUrl?: string;
}

/** Options of `startWeb`. */
export interface WebOptions {
  /** TCP port on loopback; 0 takes a free one. */
  port: number;
  services: readonly ProxiedService[];
  /** Where local-aws listens; its journal appears under `/_local/`. */
  localAwsUrl: string;
  /** Why a request is turned away that came to `port`; undefined when it is not. */
  refusalOf(
    request: Pick<IncomingMessage, 'method' | 'headers'>,
    port: number,
  ): { status: number; message: string } | undefined;
}

/** Where each path of the app's origin goes. A longer prefix stands before a shorter one. */
export function proxyTable({
  services,
  localAwsUrl,
}: Pick<WebOptions, 'services' | 'localAwsUrl'>): Record<string, ProxyOptions> {
  const table: Record<string, ProxyOptions> = {};
  for (const { name, url, wsUrl } of services) {
    const apiPrefix = new RegExp(`^/api/${name}(?=/|$)`);
    table[`^/api/${name}(/|$)`] = { target: url, changeOrigin: true, rewrite: (path) => path.replace(apiPrefix, '') };
    if (wsUrl) {
      const wsPrefix = new RegExp(`^/ws/${name}(?=/|\\?|$)`);
      table[`^/ws/${name}(/|\\?|$)`] = { target: wsUrl, ws: true, rewrite: (path) => path.replace(wsPrefix, '') };
    }
  }
  // The page's Origin and Sec-Fetch-Site stay: local-aws checks them.
  table['^/_local/'] = { target: localAwsUrl, changeOrigin: true };
  return table;
}

/** What Vite serves to develop with and nobody needs here: it starts an editor on the file that a request names. */
const EDITOR_PATH = '/__open-in-editor';

/** Stands before all that Vite does: turns away other pages' requests, and keeps the app out of their frames. */
function doorkeeper({ refusalOf }: WebOptions): Plugin {
  return {
    name: 'arcade-doorkeeper',
    configureServer({ middlewares, httpServer }) {
      const answer = (response: ServerResponse, status: number, message: string) =>
        response.writeHead(status, { 'content-type': 'text/plain' }).end(`${message}\n`);
      middlewares.use((request, response, next) => {
        response.setHeader('x-frame-options', 'DENY');
        response.setHeader('content-security-policy', "frame-ancestors 'none'");
        const refusal = refusalOf(request, request.socket.localPort ?? 0);
        if (!refusal) return next();
        request.resume();
        answer(response, refusal.status, refusal.message);
      });
      middlewares.use(EDITOR_PATH, (_request, response) => answer(response, 404, 'No editor is opened from here.'));
      // Once Vite and its proxy listen: each of them takes a WebSocket for itself, so nobody else's would be asked about before.
      return () => {
        const takers = httpServer?.listeners('upgrade') ?? [];
        httpServer?.removeAllListeners('upgrade');
        httpServer?.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
          const refusal = refusalOf(request, request.socket.localPort ?? 0);
          if (!refusal) for (const take of takers) take.call(httpServer, request, socket, head);
          else socket.once('error', () => socket.destroy()).end(refusedHandshake(refusal.status, refusal.message));
        });
      };
    },
  };
}

/** An HTTP answer in the place of a WebSocket. */
function refusedHandshake(status: number, message: string): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${message}\n`;
}

/**
 * Starts the web app with its proxies on loopback.
 * Gives its address and a function that stops it. Throws when the port is taken.
 */
export async function startWeb(options: WebOptions): Promise<{ url: string; port: number; close(): Promise<void> }> {
  const listeners = new Set(process.listeners('SIGTERM'));
  const server = await createServer({
    root: import.meta.dirname,
    configFile: `${import.meta.dirname}/vite.config.ts`,
    logLevel: 'warn',
    clearScreen: false,
    plugins: [doorkeeper(options)],
    server: {
      host: '127.0.0.1',
      port: options.port,
      strictPort: true,
      // Vite's own answer would be to let the pages of every port of this machine read.
      cors: false,
      // To these Vite adds its own part in the browser. Its default is the whole repository, with the state of local-aws.
      fs: { strict: true, allow: [import.meta.dirname] },
      proxy: proxyTable(options),
    },
  });
  // Vite's own would end the process as soon as the app is closed, and with it whatever else has yet to be.
  for (const added of process.listeners('SIGTERM')) if (!listeners.has(added)) process.off('SIGTERM', added);
  await server.listen();
  const address = server.httpServer?.address();
  if (!address || typeof address === 'string') throw new Error('the web server has no port');
  return { url: `http://localhost:${address.port}`, port: address.port, close: () => server.close() };
}
