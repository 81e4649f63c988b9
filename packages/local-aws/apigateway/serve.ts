import { DEFECT, type Hop } from '../core/journal.ts';
import { RawAnswer } from '../core/service.ts';
import { parseTrace } from '../lambda/trace.ts';
import { GatewayError } from './gatewayError.ts';
import { gatewayAnswer } from './gatewayResponse.ts';
import type { Backends } from './integrations/invoke.ts';
import { mappedIntegration } from './integrations/mapped.ts';
import { proxyIntegration } from './integrations/proxy.ts';
import type { Integration, RestApi } from './model.ts';
import { type ApiRequest, extendedRequestId, type IncomingRequest, type MethodCall, traceHeaderOf } from './request.ts';
import { throttlingKey } from './resources/stage.ts';
import { validateRequest } from './validate.ts';

/** The most that API Gateway takes, in bytes. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** Serves requests to a stage of an API as API Gateway does; `sentPath` is within the stage. */
export async function serve(
  backends: Backends,
  api: RestApi,
  stageName: string,
  sentPath: string,
  incoming: IncomingRequest,
): Promise<RawAnswer> {
  const stage = api.stages.get(stageName);
  // On AWS too, a stage that is not there is "Forbidden".
  if (!stage) return plain(403, 'Forbidden', 'ForbiddenException');
  const { core } = backends;
  const atMs = core.clock.now();
  const traceHeader = traceHeaderOf(core, incoming.headers['x-amzn-trace-id'], atMs);
  const apiPath = sentPath.replaceAll(/\/{2,}/g, '/');
  const request: ApiRequest = { ...incoming, api, stageName, stage, apiPath, sentPath, atMs, traceHeader };
  return serveStage(backends, request);
}

async function serveStage(backends: Backends, request: ApiRequest): Promise<RawAnswer> {
  const startedMs = performance.now();
  const call = findMethod(request);
  const end = backends.core.journal.begin(hopOf(request, call));
  let failure: GatewayError | undefined;
  let answer: RawAnswer;
  try {
    if (!call) throw unknownMethod(request);
    throttle(call);
    const admitted = await authorized(call);
    validateRequest(admitted);
    answer = await integrate(backends, admitted);
  } catch (error) {
    if (!(error instanceof GatewayError)) {
      end(DEFECT);
      throw error;
    }
    failure = error;
    const known = call ? { resourcePath: call.route.path, resourceId: call.route.resourceId } : {};
    answer = gatewayAnswer(error, request, known);
  }
  end({
    outcome: failure ? 'error' : 'ok',
    ...(failure && { error: { code: failure.type, message: failure.message } }),
    durationMs: performance.now() - startedMs,
    detail: { status: answer.status },
  });
  return new RawAnswer(answer.status, { ...headersOf(request, call), ...answer.headers }, answer.body);
}

/** What every answer has; a mock calls nobody, so it is in no trace. */
function headersOf({ requestId, traceHeader }: ApiRequest, call: MethodCall | undefined): Record<string, string> {
  const isMock = call?.method.integration.kind === 'mock';
  return { 'x-amz-apigw-id': extendedRequestId(requestId), ...(!isMock && { 'x-amzn-trace-id': traceHeader }) };
}

/** Undefined when there is none, or the request is larger than any may be. */
function findMethod(request: ApiRequest): MethodCall | undefined {
  if (request.body.length > MAX_BODY_BYTES) return undefined;
  const routes = request.api.deployments.get(request.stage.deploymentId);
  const found = routes?.find(request.method, request.apiPath);
  if (!found) return undefined;
  const { target: route, pathParameters: sent } = found;
  // A slash at the end is not part of what `{proxy+}` stands for.
  const named = Object.entries(sent).map(([name, value]) => [name, value.replace(/\/$/, '')]);
  return { request, route, method: route.method, pathParameters: Object.fromEntries(named) };
}

function unknownMethod({ method, apiPath, stageName, body }: ApiRequest): GatewayError {
  if (body.length > MAX_BODY_BYTES) {
    const message = `HTTP content length exceeded ${MAX_BODY_BYTES} bytes.`;
    return new GatewayError('REQUEST_TOO_LARGE', message, { message });
  }
  const message = `No method ${method} for ${apiPath} was deployed to the stage ${stageName}.`;
  return new GatewayError('MISSING_AUTHENTICATION_TOKEN', message);
}

function throttle({ request, route, method: { httpMethod } }: MethodCall): void {
  const { stage, stageName, atMs } = request;
  if (stage.throttling.admits(throttlingKey(route.path, httpMethod), atMs)) return;
  throw new GatewayError('THROTTLED', `The stage ${stageName} lets no more requests through to this method now.`);
}

/** The call with what its authorizer says of the caller. Rejects with GatewayError: who may not call. */
async function authorized(call: MethodCall): Promise<MethodCall> {
  const { authorization } = call.method;
  if (!authorization) return call;
  const { authorizerId, scopes } = authorization;
  const authorizer = call.request.api.authorizers.get(authorizerId);
  if (!authorizer)
    throw new GatewayError('AUTHORIZER_CONFIGURATION_ERROR', `There is no authorizer ${authorizerId} any more.`);
  return { ...call, authorizer: await authorizer.admit(call.request.headers, scopes) };
}

function integrate(backends: Backends, call: MethodCall): Promise<RawAnswer> {
  const { integration } = call.method;
  switch (integration.kind) {
    case 'proxy':
      return proxyIntegration(backends, call, integration);
    case 'lambda':
    case 'service':
    case 'mock':
      return mappedIntegration(backends, call, integration);
  }
}

/** What of a request is known when it begins. */
function hopOf(request: ApiRequest, call: MethodCall | undefined): Omit<Hop, 'outcome'> {
  const { headers, api, stageName, method, apiPath, traceHeader } = request;
  const integration = call?.method.integration;
  const correlationId = headers['x-correlation-id'];
  const traceId = parseTrace(traceHeader)?.root;
  return {
    kind: 'call',
    service: 'apigateway',
    // Without a route the path is the caller's own words.
    action: call ? `${method} ${call.route.path}` : method,
    from: 'client',
    ...(integration && integration.kind !== 'mock' && { to: backendOf(integration) }),
    ...(correlationId !== undefined && { correlationId }),
    ...(traceId !== undefined && { traceId }),
    detail: { api: api.name, stage: stageName, path: apiPath },
  };
}

/** What a method's requests go to, as the journal names it. */
function backendOf(integration: Exclude<Integration, { kind: 'mock' }>): string {
  if (integration.kind !== 'service') return integration.functionArn;
  const { service, target } = integration;
  return `${service}:${target.kind}/${target.value}`;
}

function plain(status: number, message: string, errorType?: string): RawAnswer {
  const headers = { 'content-type': 'application/json', ...(errorType && { 'x-amzn-errortype': errorType }) };
  return new RawAnswer(status, headers, JSON.stringify({ message }));
}
