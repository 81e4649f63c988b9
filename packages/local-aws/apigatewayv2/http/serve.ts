import { type FunctionBackends, invokeFunction } from '../../apigateway/integrations/invoke.ts';
import { traceHeaderOf } from '../../apigateway/request.ts';
import type { Hop } from '../../core/journal.ts';
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
  let call: RouteCall | undefined;
  let failure: HttpApiError | undefined;
  let answer: RawAnswer;
  try {
    call = findRoute(request);
    answer = await integrate(backends, call);
  } catch (thrown) {
    failure = httpApiErrorOf(thrown);
    if (!failure) throw thrown;
    answer = failure.answer();
  }
  backends.core.journal.record(hopOf(request, call?.route, answer, failure, performance.now() - startedMs));
  return answer;
}

/** The closest path that has the method, else the route `$default`. Throws HttpApiError 404, 413 or 429. */
function findRoute(request: StageRequest): RouteCall {
  const { incoming, api, stage, path, atMs } = request;
  if (incoming.body.length > MAX_BODY_BYTES)
    throw new HttpApiError(413, `The body has ${incoming.body.length} bytes, at the most 10 MB go.`);
  const deployed = deployedTo(api, stage);
  const found = deployed?.paths.find(incoming.method, path);
  const route = found?.target ?? deployed?.byKey.get('$default');
  if (!route) throw new HttpApiError(404, `No route for ${incoming.method} ${path} was deployed to ${stage.name}.`);
  if (!stage.throttling.admits(route.key, atMs))
    throw new HttpApiError(429, `The stage ${stage.name} lets no more requests through to this route now.`);
  return { request, route, pathParameters: found?.pathParameters ?? {} };
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

function hopOf(
  { incoming, api, stage, path, traceHeader }: StageRequest,
  route: ServedRoute | undefined,
  answer: RawAnswer,
  failure: HttpApiError | undefined,
  durationMs: number,
): Hop {
  const correlationId = incoming.headers['x-correlation-id'];
  const traceId = parseTrace(traceHeader)?.root;
  return {
    kind: 'call',
    service: 'apigateway',
    action: route?.key ?? `${incoming.method} ${path}`,
    from: 'client',
    ...(route?.integration && { to: route.integration.functionArn }),
    ...(correlationId !== undefined && { correlationId }),
    ...(traceId !== undefined && { traceId }),
    outcome: failure ? 'error' : 'ok',
    ...(failure && { error: { code: String(failure.status), message: failure.message } }),
    durationMs,
    detail: { api: api.name, stage: stage.name, path, status: answer.status },
  };
}

/** Where a path below the API's address leads: to the stage that it begins with, else to `$default`. */
export function locateHttp(api: Api, rest: string): { stageName: string; path: string } {
  const [, first = '', path = '/'] = /^\/([^/]+)(\/.*)?$/.exec(rest) ?? [];
  return first !== '$default' && api.stages.has(first)
    ? { stageName: first, path }
    : { stageName: '$default', path: rest };
}
