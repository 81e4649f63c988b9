import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { answerText } from './answers.ts';
import type { Page } from './page.ts';

const ROOT = dirname(import.meta.dirname);

/** What Vite serves to develop with and nobody needs here: it starts an editor on the file that a request names. */
const EDITOR_PATH = /^\/__open-in-editor([/.]|$)/i;

/** The protocols of Vite's own WebSockets. */
const OF_VITE = ['vite-hmr', 'vite-ping'];

/** The page from its sources, for those who change it: what they save is in the browser at once. */
export async function hotPage(): Promise<Page> {
  // Loaded only now: it takes a third of a second and many megabytes, and a built page needs nothing of it.
  const { createServer: createVite } = await import('vite');
  // Never listens: it takes the WebSockets that have passed the door.
  const sockets = createServer();
  const vite = await createVite({
    root: ROOT,
    configFile: join(ROOT, 'vite.config.ts'),
    configLoader: 'native',
    logLevel: 'warn',
    clearScreen: false,
    appType: 'custom',
    server: {
      middlewareMode: true,
      ws: { server: sockets },
      // Vite's own answer would be to let the pages of every port of this machine read.
      cors: false,
      // To this Vite adds its own part in the browser, and what the page's sources import: lessons show files of services. Its default
      // is the whole repository, with the state of local-aws.
      fs: { strict: true, allow: [ROOT] },
    },
  });
  return {
    async html(path) {
      return vite.transformIndexHtml(path, await readFile(join(ROOT, 'index.html'), 'utf8'));
    },
    serveFile(request, response, path) {
      if (EDITOR_PATH.test(path)) {
        answerText(response, 404, 'No editor is opened from here.');
        return Promise.resolve(true);
      }
      return new Promise((resolve, reject) => {
        response.once('close', () => resolve(true));
        vite.middlewares(request, response, (error?: unknown) => (error ? reject(error) : resolve(false)));
      });
    },
    takeSocket(request, socket, head) {
      if (!OF_VITE.includes(request.headers['sec-websocket-protocol'] ?? '')) return false;
      return sockets.emit('upgrade', request, socket, head);
    },
    close: () => vite.close(),
  };
}
