import type { Core } from '../core/cloud.ts';
import { AwsError, asError, internalError } from '../core/errors.ts';
import { RawAnswer } from '../core/service.ts';
import type { Iam } from '../iam/index.ts';
import { errorAnswer, send } from './answer.ts';
import { ClientGone, readBody } from './body.ts';
import { type CallParts, serveCall } from './call.ts';
import { type Refusal, refusalOf } from './guard.ts';
import { abortedWith, corsHeaders, httpDate, openStream, PREFLIGHT_HEADERS, plainHeaders, splitUrl } from './http.ts';
import { type HttpRequest, type HttpResponse, type Listener, listen } from './listener.ts';
import { type LocalApiParts, problem, serveLocal } from './localApi.ts';
import type { PlainRequest } from './resolve.ts';

export { PortError } from './listener.ts';
export type { DeployRequest } from './localApi.ts';

/** A request to a path that a service has taken for itself. */
export interface RouteRequest extends PlainRequest {
  signal: AbortSignal;
  /** Names and values in turn, as they were sent: spelling and repetition are lost in `headers`. */
  rawHeaders: readonly string[];
  /** What the answer's `x-amzn-requestid` says. */
  requestId: string;
}

/** Serves requests below a path prefix. An AwsError that it throws becomes problem details. */
export type RouteHandler = (request: RouteRequest) => Promise<RawAnswer>;

/** The one port of local-aws: all AWS protocols, `/_local/*`, and what services serve by path. */
export interface FrontDoor {
  /** Gives all paths that begin with `prefix` (`/_api/`) to a handler. */
  registerRoute(prefix: string, handler: RouteHandler): void;
  /** Serves a call of an AWS operation that has come by another way than the port. Never rejects: errors are answers. */
  serve(request: PlainRequest, signalOf: () => AbortSignal): Promise<RawAnswer>;
  /** Starts listening on 127.0.0.1; 0 takes any free port. Rejects with PortError. */
  listen(port: number): Promise<void>;
  /** `http://127.0.0.1:<port>`. Throws before it listens. */
  endpoint(): string;
  port(): number;
  close(): Promise<void>;
}

/** What a front door is made of; `local` is looked up late, because stacks are assembled after it. */
export interface FrontDoorParts {
  core: Core;
  iam: Pick<Iam, 'principalOf'>;
  local: LocalApiParts;
  log?: (message: string, error: Error) => void;
}

const LOCAL_PREFIX = '/_local/';

type CommonHeaders = Record<string, string> & { 'x-amzn-requestid': string; date: string };

const refused = ({ status, message }: Refusal) => problem(new AwsError('Forbidden', message, { status }));

/** A path that does not decode would be an exception in whoever reads a name from it. */
function checkEncoding(path: string): void {
  try {
    if (path.includes('%')) decodeURIComponent(path);
  } catch (cause) {
    throw new AwsError('MalformedPath', `The path '${path}' is not percent-encoded well.`, { cause });
  }
}

/** Makes a front door that does not listen yet. */
export function createFrontDoor(parts: FrontDoorParts): FrontDoor {
  const { core, iam, local, log = (message, error) => console.error(`local-aws: ${message}`, error) } = parts;
  const routes = new Map<string, RouteHandler>();
  const calls: CallParts = { core, iam, log };
  let listener: Listener | undefined;

  const listening = () => {
    if (!listener) throw new Error('the front door of local-aws is not open');
    return listener;
  };

  const routeOf = (path: string) => [...routes].find(([prefix]) => path.startsWith(prefix))?.[1];

  const answerTo = async (
    request: PlainRequest,
    rawHeaders: readonly string[],
    response: HttpResponse,
    common: CommonHeaders,
  ): Promise<RawAnswer | undefined> => {
    const { path, method, headers } = request;
    if (path.startsWith(LOCAL_PREFIX)) {
      if (method === 'OPTIONS') return new RawAnswer(204, PREFLIGHT_HEADERS);
      return serveLocal(local, request, (streamHeaders) => openStream(response, { ...common, ...streamHeaders }));
    }
    const route = routeOf(path);
    if (route) {
      const requestId = common['x-amzn-requestid'];
      return route({ ...request, rawHeaders, requestId, signal: abortedWith(response) });
    }
    if (path === '/' && method === 'GET' && headers.authorization === undefined) {
      return serveLocal(local, { ...request, path: `${LOCAL_PREFIX}health` }, () => response);
    }
    return serveCall(calls, request, common['x-amzn-requestid'], () => abortedWith(response));
  };

  /** What escaped: a body that is too large, an error of `/_local/*` or of a route, or a fault of our own. */
  const failure = (thrown: unknown, path: string, requestId: string): RawAnswer => {
    if (!(thrown instanceof AwsError)) log(`request ${requestId} for ${path} failed`, asError(thrown));
    const error = thrown instanceof AwsError ? thrown : internalError(requestId);
    return path.startsWith(LOCAL_PREFIX) || routeOf(path) ? problem(error) : errorAnswer(undefined, error, requestId);
  };

  const commonHeaders = (): CommonHeaders => ({ 'x-amzn-requestid': core.newId(), date: httpDate(core.clock.now()) });

  const serve: FrontDoor['serve'] = async (request, signalOf) => {
    const common = commonHeaders();
    const requestId = common['x-amzn-requestid'];
    try {
      checkEncoding(request.path);
      const { status, headers, body } = await serveCall(calls, request, requestId, signalOf);
      return new RawAnswer(status, { ...headers, ...common }, body);
    } catch (thrown) {
      const { status, headers, body } = failure(thrown, request.path, requestId);
      return new RawAnswer(status, { ...headers, ...common }, body);
    }
  };

  const handle = async (request: HttpRequest, response: HttpResponse) => {
    const headers = plainHeaders(request);
    const { path, query } = splitUrl(request.url ?? '/');
    const common = commonHeaders();
    try {
      const refusal = refusalOf(headers.host, headers.origin, listening().port);
      if (refusal) {
        request.resume();
        return send(response, refused(refusal), common);
      }
      if (path.startsWith(LOCAL_PREFIX)) Object.assign(common, corsHeaders(headers.origin));
      const body = await readBody(request);
      checkEncoding(path);
      const plain = { method: request.method ?? 'GET', path, query, headers, body };
      const answer = await answerTo(plain, request.rawHeaders, response, common);
      if (answer) send(response, answer, common);
    } catch (thrown) {
      if (thrown instanceof ClientGone) return;
      send(response, failure(thrown, path, common['x-amzn-requestid']), common);
    }
  };

  return {
    registerRoute: (prefix, handler) => void routes.set(prefix, handler),
    serve,
    async listen(port) {
      listener = await listen(port, (request, response) => void handle(request, response));
    },
    endpoint: () => `http://127.0.0.1:${listening().port}`,
    port: () => listening().port,
    close: async () => listener?.close(),
  };
}
