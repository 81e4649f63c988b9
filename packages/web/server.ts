import { createServer, type ProxyOptions } from 'vite';

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
}

/** Where each path of the app's origin goes. A longer prefix stands before a shorter one. */
export function proxyTable({ services, localAwsUrl }: Omit<WebOptions, 'port'>): Record<string, ProxyOptions> {
  const table: Record<string, ProxyOptions> = {};
  for (const { name, url, wsUrl } of services) {
    const apiPrefix = new RegExp(`^/api/${name}(?=/|$)`);
    table[`^/api/${name}(/|$)`] = { target: url, changeOrigin: true, rewrite: (path) => path.replace(apiPrefix, '') };
    if (wsUrl) {
      const wsPrefix = new RegExp(`^/ws/${name}(?=/|\\?|$)`);
      table[`^/ws/${name}(/|\\?|$)`] = { target: wsUrl, ws: true, rewrite: (path) => path.replace(wsPrefix, '') };
    }
  }
  // The Origin header of the page stays: local-aws checks it.
  table['^/_local/'] = { target: localAwsUrl, changeOrigin: true };
  return table;
}

/**
 * Starts the web app with its proxies on loopback.
 * Gives its address and a function that stops it. Throws when the port is taken.
 */
export async function startWeb(options: WebOptions): Promise<{ url: string; port: number; close(): Promise<void> }> {
  const server = await createServer({
    root: import.meta.dirname,
    configFile: `${import.meta.dirname}/vite.config.ts`,
    logLevel: 'warn',
    clearScreen: false,
    server: { host: '127.0.0.1', port: options.port, strictPort: true, proxy: proxyTable(options) },
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (!address || typeof address === 'string') throw new Error('the web server has no port');
  return { url: `http://localhost:${address.port}`, port: address.port, close: () => server.close() };
}
