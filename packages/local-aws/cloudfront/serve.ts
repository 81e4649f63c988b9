import { SOURCE_IP } from '../apigateway/request.ts';
import { DEFECT } from '../core/journal.ts';
import { RawAnswer, StreamAnswer } from '../core/service.ts';
import { whole } from '../front-door/answer.ts';
import { API_PREFIX } from '../front-door/apiTable.ts';
import type { ReceivedRequest } from '../front-door/exchange.ts';
import type { Route } from '../front-door/index.ts';
import { type Handshake, refuseHandshake } from '../front-door/upgrade.ts';
import type { Logs } from '../logs/index.ts';
import { behaviorFor } from './behaviors.ts';
import { type Distribution, isDistributionHost } from './distributions.ts';
import { ttlOf } from './edgeCache.ts';
import { EdgeFunctionError } from './edgeFunction.ts';
import { resultOf, type ViewerRequest, viewerRequestEvent } from './functionEvent.ts';
import { CACHE_POLICIES } from './managedPolicies.ts';
import { apiOf, askOrigin, edgeError, headersFor, type OriginParts, type OriginRequest } from './origins.ts';
import type { BehaviorProperties, OriginProperties } from './properties.ts';
import { shapedHeaders } from './responseHeaders.ts';

/** What distributions are served with. */
export interface EdgeParts extends OriginParts {
  logs: Pick<Logs, 'write'>;
}

/** What an answer's `x-cache` says. */
type Source = 'Hit' | 'Miss' | 'Error' | 'FunctionGeneratedResponse' | 'FunctionExecutionError';

interface Served {
  answer: RawAnswer;
  source: Source;
}

/** Serves distributions, each under a host of its own, WebSockets included. */
export function distributionRoute(parts: EdgeParts): Route {
  return {
    isHost: isDistributionHost,
    serve: (request) => parts.core.clock.track(serve(parts, request)),
    connect: (_path, handshake) => connect(parts, handshake),
  };
}

async function serve(parts: EdgeParts, received: ReceivedRequest): Promise<RawAnswer> {
  const { core, distributions } = parts;
  const distribution = distributions.atHost(received.headers.host ?? '');
  if (!distribution?.config.Enabled) return notThere(received.headers.host);
  const { method, path } = received;
  const correlationId = received.headers['x-correlation-id'];
  const startedMs = performance.now();
  const behavior = behaviorFor(distribution.config, path);
  const end = core.journal.begin({
    kind: 'call',
    service: 'cloudfront',
    action: `${method} ${behavior.PathPattern ?? 'default (*)'}`,
    from: 'client',
    to: distribution.arn,
    ...(correlationId !== undefined && { correlationId }),
    detail: { path },
  });
  try {
    const { answer, source } = await answerTo(parts, distribution, behavior, received);
    const isError = source === 'Error' || source === 'FunctionExecutionError';
    end({
      outcome: isError ? 'error' : 'ok',
      ...(isError && { error: { code: source, message: `the answer has the status ${answer.status}` } }),
      durationMs: performance.now() - startedMs,
      detail: { status: answer.status, cache: source },
    });
    return finished(parts, behavior, received, { answer, source });
  } catch (error) {
    end(DEFECT);
    throw error;
  }
}

const notThere = (host = '') =>
  edgeError(404, `There is no distribution at ${host}: is its stack deployed, and is it enabled?`);

/** With what the edge says of itself, and what the policy of the behaviour says. */
function finished(
  { distributions }: EdgeParts,
  behavior: BehaviorProperties,
  { requestId }: ReceivedRequest,
  { answer, source }: Served,
): RawAnswer {
  const policy = distributions.headersPolicies.get(behavior.ResponseHeadersPolicyId ?? '');
  const headers = {
    ...shapedHeaders(answer.headers, policy),
    'x-cache': `${source} from cloudfront`,
    via: '1.1 local.cloudfront.net (CloudFront)',
    'x-amz-cf-id': requestId,
  };
  return answer instanceof StreamAnswer
    ? new StreamAnswer(answer.status, headers, answer.stream)
    : new RawAnswer(answer.status, headers, answer.body);
}

async function answerTo(
  parts: EdgeParts,
  distribution: Distribution,
  behavior: BehaviorProperties,
  received: ReceivedRequest,
): Promise<Served> {
  if (!behavior.AllowedMethods.some((method) => method === received.method))
    return {
      answer: edgeError(403, 'This distribution is not configured to allow the HTTP request method that was used.'),
      source: 'Error',
    };
  let viewer: ViewerRequest | RawAnswer;
  try {
    viewer = asFunctionSays(parts, distribution, behavior, received, received.requestId);
  } catch (error) {
    if (!(error instanceof EdgeFunctionError)) throw error;
    // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-503-service-unavailable.html
    return {
      answer: edgeError(503, 'The CloudFront function has failed; its log says how.'),
      source: 'FunctionExecutionError',
    };
  }
  if (viewer instanceof RawAnswer) return { answer: viewer, source: 'FunctionGeneratedResponse' };
  const origin = originOf(distribution, behavior);
  return fromCacheOrOrigin(parts, { distribution, behavior, origin, received, viewer: withRoot(viewer, distribution) });
}

/** Throws TypeError: that there is one was checked when the distribution was made. */
function originOf({ config }: Distribution, { TargetOriginId }: BehaviorProperties): OriginProperties {
  const origin = config.Origins.find(({ Id }) => Id === TargetOriginId);
  if (!origin) throw new TypeError(`a behaviour leads to the origin '${TargetOriginId}', which is not there`);
  return origin;
}

function withRoot(viewer: ViewerRequest, { config }: Distribution): ViewerRequest {
  return viewer.path === '/' && config.DefaultRootObject !== ''
    ? { ...viewer, path: `/${config.DefaultRootObject}` }
    : viewer;
}

async function fromCacheOrOrigin(parts: EdgeParts, request: OriginRequest): Promise<Served> {
  const { core, distributions } = parts;
  const { distribution, behavior, viewer, received } = request;
  const policy = CACHE_POLICIES.get(behavior.CachePolicyId) ?? { minS: 0, defaultS: 0, maxS: 0 };
  const isKept = viewer.method === 'GET' && viewer.headers.range === undefined;
  const key = JSON.stringify([distribution.id, behavior.PathPattern, viewer.path]);
  const kept = isKept ? distributions.cache.find(key, core.clock.now()) : undefined;
  if (kept) {
    const { answer, ageS } = kept;
    const aged = new RawAnswer(answer.status, { ...answer.headers, age: String(ageS) }, answer.body);
    return { answer: unlessKnown(aged, viewer), source: answer.status >= 400 ? 'Error' : 'Hit' };
  }
  const answer = await askOrigin(parts, request);
  const source = answer.status >= 400 ? 'Error' : 'Miss';
  const errorS = new Map(
    distribution.config.CustomErrorResponses.map(({ ErrorCode, ErrorCachingMinTTL }) => [
      ErrorCode,
      ErrorCachingMinTTL,
    ]),
  );
  const ttlS = isKept ? ttlOf(answer, policy, errorS) : 0;
  if (ttlS === 0) return { answer, source };
  const inOne = await whole(answer);
  distributions.cache.keep(key, {
    distributionId: distribution.id,
    path: received.path,
    answer: inOne,
    ttlS,
    nowMs: core.clock.now(),
  });
  return { answer: unlessKnown(inOne, viewer), source };
}

/** 304 for whoever has it already. */
function unlessKnown(answer: RawAnswer, { headers }: ViewerRequest): RawAnswer {
  const { etag } = answer.headers;
  const known = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (answer.status !== 200 || typeof etag !== 'string' || !known?.includes(etag)) return answer;
  const { 'content-length': _none, ...others } = answer.headers;
  return new RawAnswer(304, others);
}

/** What the behaviour's function makes of a request; without one, the request itself. Throws EdgeFunctionError. */
function asFunctionSays(
  { distributions, logs, core }: EdgeParts,
  { id, domainName }: Distribution,
  { FunctionAssociations: [association] }: BehaviorProperties,
  { method, path, rawQuery, headers }: Pick<ReceivedRequest, 'method' | 'path' | 'rawQuery' | 'headers'>,
  requestId: string,
): ViewerRequest | RawAnswer {
  const viewer = { method, path, rawQuery, headers };
  const edge = association && distributions.functions.get(association.FunctionARN);
  if (!edge) return viewer;
  const write = (lines: readonly string[]) => {
    const events = lines.map((line) => ({ timestampMs: core.clock.now(), message: `${requestId} ${line}` }));
    if (events.length > 0) logs.write(`/aws/cloudfront/function/${edge.name}`, id, events);
  };
  const where = { distributionId: id, distributionDomainName: domainName, requestId, viewerIp: SOURCE_IP };
  try {
    const { result, lines } = edge.run(viewerRequestEvent(viewer, where));
    write(lines);
    return resultOf(result, viewer);
  } catch (error) {
    if (error instanceof EdgeFunctionError) write([error.message]);
    throw error;
  }
}

/**
 * Passes a handshake on to a WebSocket API. An origin that does not hear the headers of the handshake gets none.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-working-with.websockets.html
 */
async function connect(parts: EdgeParts, handshake: Handshake): Promise<void> {
  const { core, distributions, table } = parts;
  const { socket, headers } = handshake;
  const [path = '/', rawQuery = ''] = (handshake.incoming.url ?? '/').split(/\?(.*)/s);
  const distribution = distributions.atHost(headers.host ?? '');
  if (!distribution?.config.Enabled)
    return refuseHandshake(socket, 404, `There is no distribution at ${headers.host}.`);
  const behavior = behaviorFor(distribution.config, path);
  let viewer: ViewerRequest | RawAnswer;
  try {
    viewer = asFunctionSays(parts, distribution, behavior, { method: 'GET', path, rawQuery, headers }, core.newId());
  } catch (error) {
    if (!(error instanceof EdgeFunctionError)) throw error;
    return refuseHandshake(socket, 503, 'The CloudFront function has failed; its log says how.');
  }
  if (viewer instanceof RawAnswer) return refuseHandshake(socket, viewer.status, 'A CloudFront function has answered.');
  const origin = originOf(distribution, behavior);
  const id = apiOf(origin);
  if (id === undefined || behavior.OriginRequestPolicyId === undefined)
    return refuseHandshake(socket, 400, 'Nothing here takes a WebSocket.');
  if (!table.find(id)) return refuseHandshake(socket, 502, `There is no API at ${origin.DomainName}.`);
  const passed = headersFor(origin, behavior, viewer);
  await table.connect(`${API_PREFIX}${id}${origin.OriginPath}${viewer.path}`, {
    ...handshake,
    headers: passed,
    rawHeaders: Object.entries(passed).flat(),
    query: new URLSearchParams(viewer.rawQuery),
  });
}
