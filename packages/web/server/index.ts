import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerText, askedOf, refusedHandshake } from './answers.ts';
import { serveArcade } from './arcadeApi.ts';
import { hotPage } from './hotPage.ts';
import { keptBuild } from './keptBuild.ts';
import { type Page, servePage } from './page.ts';
import { type ProxiedService, placeFor, socketPlaceFor } from './places.ts';
import { passOn, passSocketOn, type Target } from './proxy.ts';

/** Options of `startWeb`. */
export interface WebOptions {
  /** TCP port on loopback, and at `lanAddress`. */
  port: number;
  /** An IPv4 address of this machine at which others of the network reach the app; left out: nobody does. */
  lanAddress?: string | undefined;
  /** Serve the page from its sources, for those who change it; left out: as it is built. */
  isHot?: boolean | undefined;
  services: readonly ProxiedService[];
  /** Where local-aws listens: it shows itself under `/_local/`. */
  localAwsUrl: string;
  /** What lets one change local-aws. Throws an Error when it cannot be had. */
  secret(): string;
  /** Why a request is turned away that came to the port at `address`; undefined when it is not. */
  refusalOf(
    request: Pick<IncomingMessage, 'method' | 'headers'>,
    address: string | undefined,
  ): { status: number; message: string } | undefined;
  /** Takes what is to be said while it serves. */
  report(line: string): void;
}

/**
 * Starts the web app: the page, the services' APIs and what local-aws shows, under one origin.
 * Gives its address and a function that stops it. Throws when the port is taken or the page cannot be built.
 */
export async function startWeb(options: WebOptions): Promise<{ url: string; close(): Promise<void> }> {
  const page = options.isHot ? await hotPage() : await keptBuild(options.report);
  const app = new WebApp(options, page);
  const servers: Server[] = [];
  const close = async () => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    app.endSockets();
    await page.close();
  };
  try {
    for (const host of ['127.0.0.1', ...(options.lanAddress ? [options.lanAddress] : [])]) {
      const server = createServer((request, response) => app.serve(request, response));
      server.on('upgrade', (request, socket, head) => app.upgrade(request, socket, head));
      servers.push(server);
      server.listen({ port: options.port, host, exclusive: true });
      await once(server, 'listening');
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { url: `http://localhost:${options.port}`, close };
}

/** Answers all that comes to the app's port: asks the door first, then gives it to whom it is meant for. */
class WebApp {
  readonly #options: WebOptions;
  readonly #page: Page;
  readonly #isOnLan: boolean;
  /** What the page proves with that this server has served it. Others of the network get none. */
  readonly #session: string | undefined;

  /** No longer the servers' own. */
  readonly #sockets = new Set<Duplex>();

  constructor(options: WebOptions, page: Page) {
    this.#options = options;
    this.#page = page;
    this.#isOnLan = options.lanAddress !== undefined;
    this.#session = this.#isOnLan ? undefined : randomBytes(32).toString('base64url');
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    this.#answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else answerText(response, 500, 'The web app has failed here.');
      this.#options.report(`${request.method} ${request.url?.split('?')[0]}: ${error}`);
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // For browsers that do not say what they load for.
    response.setHeader('x-frame-options', 'DENY');
    response.setHeader('content-security-policy', "frame-ancestors 'none'");
    const refusal = this.#options.refusalOf(request, request.socket.localAddress);
    if (refusal) {
      request.resume();
      return answerText(response, refusal.status, refusal.message);
    }
    const asked = askedOf(request);
    // Nobody behind reads it in another way.
    request.url = asked.path + asked.query;
    const { services, localAwsUrl } = this.#options;
    const place = placeFor(asked, request.method, { services, localAwsUrl, isOnLan: this.#isOnLan });
    if (place === 'hidden') {
      request.resume();
      return answerText(response, 403, 'This is not shown while others of the network reach the arcade.');
    }
    if (place) return passOn(request, response, this.#asLocal(place));
    const session = this.#session;
    if (asked.path.startsWith('/_arcade/'))
      return serveArcade(request, response, asked.path, { ...this.#options, session });
    return servePage(this.#page, { request, response, asked, session });
  }

  endSockets(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy()).once('close', () => this.#sockets.delete(socket));
    const refusal = this.#options.refusalOf(request, request.socket.localAddress);
    if (refusal) {
      socket.end(refusedHandshake(refusal.status, refusal.message));
      return;
    }
    const asked = askedOf(request);
    const place = socketPlaceFor(asked, this.#options);
    if (place) passSocketOn(request, socket, head, this.#asLocal(place));
    else if (!this.#page.takeSocket(request, socket, head))
      socket.end(refusedHandshake(404, 'No WebSocket is taken here.'));
  }

  /** Those behind know the page by its local name only; who came in by another has been asked about it. */
  #asLocal(place: Target): Target {
    return this.#isOnLan ? { ...place, pageOrigin: `http://localhost:${this.#options.port}` } : place;
  }
}
