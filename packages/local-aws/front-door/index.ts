import { z } from 'zod';
import type { Core } from '../core/cloud.ts';
import type { AwsError } from '../core/errors.ts';
import { RawAnswer } from '../core/service.ts';
import { ACCOUNT, kind } from '../core/store/index.ts';
import type { Iam } from '../iam/index.ts';
import type { Keys } from '../keys.ts';
import { errorAnswer, whole } from './answer.ts';
import { serveCall } from './call.ts';
import { anyCallers, type Callers, notForFunctions, sessionCallers } from './callers.ts';
import { callCors, callPreflight, corsHeaders, type IsPage, PREFLIGHT_HEADERS } from './cors.ts';
import {
  type CommonHeaders,
  checkEncoding,
  commonHeaders,
  errorOf,
  exchangeHandler,
  type ReceivedRequest,
} from './exchange.ts';
import { isOfPage, isOriginAt, isSiteAt } from './guard.ts';
import { abortedWith, openStream } from './http.ts';
import { type HttpResponse, type Listener, listen, PortError } from './listener.ts';
import { type LocalApiParts, problem, serveLocal } from './localApi.ts';
import { type PlainRequest, streamsBody } from './resolve.ts';
import { type Handshake, refuseHandshake, upgradeHandler } from './upgrade.ts';

export { PortError } from './listener.ts';
export type { DeployRequest } from './localApi.ts';

/** What is served by path or by host, outside AWS's protocols. */
export interface Route {
  /** Whether it answers whatever is asked of this host, `name:port`. Default: the path decides. */
  isHost?(host: string): boolean;
  /**
   * Answers a request below its prefix; undefined when it is a call of an AWS operation after all. An AwsError that it throws
   * becomes problem details.
   */
  serve(request: ReceivedRequest): Promise<RawAnswer | undefined>;
  /** Answers a client that asks to speak WebSocket. */
  connect?(path: string, handshake: Handshake): Promise<void>;
}

/** A port, and what stands behind it. */
export interface Door {
  /**
   * Serves a call of an AWS operation that has come by another way than the port. `madeBy`: see CallRequest. Never rejects: errors
   * are answers.
   */
  serve(request: PlainRequest, signalOf: () => AbortSignal, madeBy?: string): Promise<RawAnswer>;
  /** `http://127.0.0.1:<port>`. Throws before it listens. */
  endpoint(): string;
  port(): number;
}

/** The doors of local-aws: all AWS protocols, what services serve by path, and, at the main one, `/_local/*`. */
export interface FrontDoor extends Door {
  /**
   * Where functions call: the port that it had before, if that is free, else any; at it only the credentials of roles count, and
   * `/_local/*` is not.
   */
  forFunctions: Door;
  /** The ports in use, whose pages may call: the main one, and what is added. */
  ports: Set<number>;
  /** Gives all paths that begin with `prefix` (`/_api/`) to a route. */
  registerRoute(prefix: string, route: Route): void;
  /** Starts listening on 127.0.0.1; 0 takes any free port. Rejects with PortError. */
  listen(port: number): Promise<void>;
  close(): Promise<void>;
}

/** What a front door is made of; `local` is looked up late, because stacks are assembled after it. */
export interface FrontDoorParts {
  core: Core;
  iam: Pick<Iam, 'principalOf'>;
  keys: Omit<Keys, 'endpoint'>;
  local: Omit<LocalApiParts, 'keys'>;
  /** Ports of the arcade's pages, which another process serves; they may call AWS with credentials of a sign-in. Default: none. */
  pages?: readonly number[];
  /** Resolves when calls can be served; those that come through the port before wait, but for `/_local/*`. Default: at once. */
  ready?: Promise<void>;
  log?: (message: string, error: Error) => void;
}

/** What functions know of addresses they may tell others, who keep them: an API at which one of them is called back. */
const FUNCTIONS_PORT = kind<number>('front-door/functions-port', z.number());

const LOCAL_PREFIX = '/_local/';
const NO_PAGES: IsPage = () => false;

/** Makes a front door that does not listen yet. */
export function createFrontDoor(parts: FrontDoorParts): FrontDoor {
  const routes = new Map<string, Route>();
  const pages: ReadonlySet<number> = new Set(parts.pages);
  const ports = new Set(pages);
  const local = { ...parts.local, keys: parts.keys };
  // A distribution's pages are those of a stage; they come from this port itself.
  const isPage: IsPage = (origin) => isOriginAt(origin, pages) || isSiteAt(origin, ports);
  const main = createDoor({ ...parts, routes, ports, isPage }, anyCallers(parts), (request, response, headers) =>
    request.method === 'OPTIONS'
      ? new RawAnswer(204, PREFLIGHT_HEADERS)
      : serveLocal(local, request, (more) => openStream(response, { ...headers, ...more })),
  );
  const forFunctions = createDoor({ ...parts, routes, ports, isPage: NO_PAGES }, sessionCallers(parts), ({ path }) => {
    throw notForFunctions(path);
  });
  return {
    ...main,
    forFunctions,
    ports,
    registerRoute: (prefix, route) => void routes.set(prefix, route),
    async listen(port) {
      await main.listen(port);
      ports.add(main.port());
      const kept = parts.core.store.collection(ACCOUNT, FUNCTIONS_PORT);
      await listenAgain(forFunctions, kept.get('port') ?? 0);
      kept.put('port', forFunctions.port());
    },
    async close() {
      await Promise.all([main.close(), forFunctions.close()]);
    },
  };
}

/** Listens where it did before; where somebody else does so by now, elsewhere. */
async function listenAgain({ listen: open }: Pick<FrontDoor, 'listen'>, port: number): Promise<void> {
  try {
    await open(port);
  } catch (error) {
    if (!(error instanceof PortError) || port === 0) throw error;
    await open(0);
  }
}

/** Answers what is asked below `/_local/`. */
type Local = (
  request: ReceivedRequest,
  response: HttpResponse,
  headers: CommonHeaders,
) => RawAnswer | undefined | Promise<RawAnswer | undefined>;

function createDoor(
  parts: Omit<FrontDoorParts, 'pages'> & {
    routes: ReadonlyMap<string, Route>;
    ports: ReadonlySet<number>;
    isPage: IsPage;
  },
  callers: Callers,
  local: Local,
): Door & Pick<FrontDoor, 'listen' | 'close'> {
  const {
    core,
    routes,
    ports,
    isPage,
    log = (message, error) => console.error(`local-aws: ${message}`, error),
  } = parts;
  const calls = { core, callers, log };
  // Whatever a page signs with, it is nobody but who has signed in: the owner's keys are for programs.
  const callsOfPages = { ...calls, callers: sessionCallers(parts) };
  let listener: Listener | undefined;

  const port = () => {
    if (!listener) throw new Error('the front door of local-aws is not open');
    return listener.port;
  };

  const routeOf = (path: string, host = '') => {
    for (const [prefix, route] of routes) if (route.isHost?.(host) ?? path.startsWith(prefix)) return route;
    return undefined;
  };

  const answer = async (request: ReceivedRequest, response: HttpResponse, common: CommonHeaders) => {
    const { path, method, headers } = request;
    const route = routeOf(path, headers.host);
    if (path.startsWith(LOCAL_PREFIX) && !route) return local(request, response, common);
    await parts.ready;
    const served = await route?.serve(request);
    if (served) return served;
    if (path === '/' && method === 'GET' && headers.authorization === undefined) {
      return local({ ...request, path: `${LOCAL_PREFIX}health` }, response, common);
    }
    if (method === 'OPTIONS' && headers['access-control-request-method'] !== undefined)
      return callPreflight(headers, isPage);
    const asking = isOfPage(request) ? callsOfPages : calls;
    return serveCall(asking, request, request.requestId, () => abortedWith(response));
  };

  /** What escaped: a body that is too large, an error of `/_local/*` or of a route, or a fault of our own. */
  const failure = (error: AwsError, { path, requestId }: { path: string; requestId: string }) =>
    path.startsWith(LOCAL_PREFIX) || routeOf(path) ? problem(error) : errorAnswer(undefined, error, requestId);

  const handler = exchangeHandler({
    core,
    log,
    ports,
    headersFor(path, { origin, host }) {
      const route = routeOf(path, host);
      if (path.startsWith(LOCAL_PREFIX) && !route) return corsHeaders(origin);
      return route ? {} : callCors(origin, isPage);
    },
    streams: (head) => !routeOf(head.path, head.headers.host) && streamsBody(core.services, head),
    answer,
    failure,
  });
  const upgrade = upgradeHandler({
    log,
    ports,
    async connect(path, handshake) {
      await parts.ready;
      const route = routeOf(path, handshake.headers.host);
      if (route?.connect) await route.connect(path, handshake);
      else refuseHandshake(handshake.socket, 404, `There is no WebSocket API at ${path}.`);
    },
  });

  return {
    async serve(request, signalOf, madeBy) {
      const common = commonHeaders(core);
      const requestId = common['x-amzn-requestid'];
      const { path } = request;
      try {
        checkEncoding(path);
        const { status, headers, body } = await whole(await serveCall(calls, request, requestId, signalOf, madeBy));
        return new RawAnswer(status, { ...headers, ...common }, body);
      } catch (thrown) {
        const { status, headers, body } = failure(errorOf(thrown, { path, requestId, log }), { path, requestId });
        return new RawAnswer(status, { ...headers, ...common }, body);
      }
    },
    async listen(wanted) {
      listener = await listen(wanted, handler, { upgrade });
    },
    endpoint: () => `http://127.0.0.1:${port()}`,
    port,
    close: async () => listener?.close(),
  };
}
