import { type FunctionBackends, invokeFunction } from '../../apigateway/integrations/invoke.ts';
import { traceHeaderOf } from '../../apigateway/request.ts';
import { DEFECT, type Hop } from '../../core/journal.ts';
import { RawAnswer } from '../../core/service.ts';
import type { ReceivedRequest } from '../../front-door/exchange.ts';
import { parseTrace } from '../../lambda/trace.ts';
import type { Api, ServedRoute } from '../model.ts';
import { deployedTo, routeSource } from '../registry.ts';
import { isPreflight, preflightAnswer, withCors } from './cors.ts';
import { HttpApiError, httpApiErrorOf } from './httpApiError.ts';
import { eventOf, type RouteCall, type StageRequest } from './request.ts';
import { responseOf } from './response.ts';

/** The most that an HTTP API takes, in bytes. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** Serves a request to a stage of an HTTP API; `path` is within the stage. */
export async function serveHttp(
  backends: FunctionBackends,
  api: Api,
  stageName: string,
  path: string,
  incoming: ReceivedRequest,
): Promise<RawAnswer> {
  const stage = api.stages.get(stageName);
  if (!stage) return new HttpApiError(404, `There is no stage ${stageName}.`).answer();
  const { clock, newId } = backends.core;
  const atMs = clock.now();
  const traceHeader = traceHeaderOf({ newId }, incoming.headers['x-amzn-trace-id'], atMs);
  const { cors } = api;
  const { origin } = incoming.headers;
  if (cors && origin !== undefined && isPreflight(incoming.method, incoming.headers))
    return preflightAnswer(cors, origin);
  const answer = await answerJournaled(backends, { incoming, api, stage, path, atMs, traceHeader });
  const named = new RawAnswer(answer.status, { 'apigw-requestid': incoming.requestId, ...answer.headers }, answer.body);
  return cors ? withCors(cors, origin, named) : named;
}

async function answerJournaled(backends: FunctionBackends, request: StageRequest): Promise<RawAnswer> {
  const startedMs = performance.now();
  const call = findRoute(request);
  const end = backends.core.journal.begin(hopOf(request, call?.route));
  let failure: HttpApiError | undefined;
  let answer: RawAnswer;
  try {
    if (!call) throw unknownRoute(request);
    throttle(call);
    answer = await integrate(backends, call);
  } catch (thrown) {
    failure = httpApiErrorOf(thrown);
    if (!failure) {
      end(DEFECT);
      throw thrown;
    }
    answer = failure.answer();
  }
  end({
    outcome: failure ? 'error' : 'ok',
    ...(failure && { error: { code: String(failure.status), message: failure.message } }),
    durationMs: performance.now() - startedMs,
    detail: { status: answer.status },
  });
  return answer;
}

/** The closest path that has the method, else the route `$default`; undefined when the request is larger than any may be. */
function findRoute(request: StageRequest): RouteCall | undefined {
  const { incoming, api, stage, path } = request;
  if (incoming.body.length > MAX_BODY_BYTES) return undefined;
  const deployed = deployedTo(api, stage);
  const found = deployed?.paths.find(incoming.method, path);
  const route = found?.target ?? deployed?.byKey.get('$default');
  return route && { request, route, pathParameters: found?.pathParameters ?? {} };
}

function unknownRoute({ incoming: { method, body }, stage, path }: StageRequest): HttpApiError {
  if (body.length > MAX_BODY_BYTES)
    return new HttpApiError(413, `The body has ${body.length} bytes, at the most 10 MB go.`);
  return new HttpApiError(404, `No route for ${method} ${path} was deployed to ${stage.name}.`);
}

function throttle({ request: { stage, atMs }, route }: RouteCall): void {
  if (stage.throttling.admits(route.key, atMs)) return;
  throw new HttpApiError(429, `The stage ${stage.name} lets no more requests through to this route now.`);
}

async function integrate(backends: FunctionBackends, call: RouteCall): Promise<RawAnswer> {
  const { integration, key } = call.route;
  if (!integration) throw new HttpApiError(500, `The route ${key} has no integration.`);
  const { incoming, traceHeader, api, stage } = call.request;
  const invocation = {
    ...integration,
    source: `${api.id}/${stage.name}/${routeSource(key, incoming.method)}`,
    traceHeader,
    correlationId: incoming.headers['x-correlation-id'],
    bodyBytes: incoming.body.length,
  };
  const { payload, functionError } = await invokeFunction(backends, invocation, eventOf(call));
  if (functionError) throw new HttpApiError(500, `The function failed: ${payload.slice(0, 500)}`);
  return responseOf(payload);
}

/** What of a request is known when it begins. */
function hopOf(
  { incoming, api, stage, path, traceHeader }: StageRequest,
  route: ServedRoute | undefined,
): Omit<Hop, 'outcome'> {
  const correlationId = incoming.headers['x-correlation-id'];
  const traceId = parseTrace(traceHeader)?.root;
  return {
    kind: 'call',
    service: 'apigateway',
    // Without a route the path is the caller's own words.
    action: route?.key ?? incoming.method,
    from: 'client',
    ...(route?.integration && { to: route.integration.functionArn }),
    ...(correlationId !== undefined && { correlationId }),
    ...(traceId !== undefined && { traceId }),
    detail: { api: api.name, stage: stage.name, path },
  };
}

/** Where a path below the API's address leads: to the stage that it begins with, else to `$default`. */
export function locateHttp(api: Api, rest: string): { stageName: string; path: string } {
  const [, first = '', path = '/'] = /^\/([^/]+)(\/.*)?$/.exec(rest) ?? [];
  return first !== '$default' && api.stages.has(first)
    ? { stageName: first, path }
    : { stageName: '$default', path: rest };
}
