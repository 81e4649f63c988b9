import { LOCAL_ACCOUNT } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import type { ReceivedRequest } from '../front-door/exchange.ts';
import { formatTrace, newTrace, parseTrace } from '../lambda/trace.ts';
import type { Authorized } from './authorizers/poolAuthorizer.ts';
import { isPassedOn, spelled } from './headers.ts';
import type { MappingInput, RequestParameters } from './mapping/variables.ts';
import type { ApiMethod, RestApi, Route, Stage } from './model.ts';

/** An HTTP request to an API. */
export type IncomingRequest = ReceivedRequest;

/** A request that has found its API and stage. */
export interface ApiRequest extends IncomingRequest {
  api: RestApi;
  stageName: string;
  stage: Stage;
  /** Within the stage: `/games/7`; several slashes count as one. */
  apiPath: string;
  /** The same as it was sent. */
  sentPath: string;
  atMs: number;
  traceHeader: string;
}

/** A request that has found its method. */
export interface MethodCall {
  request: ApiRequest;
  route: Route;
  method: ApiMethod;
  /** Decoded. */
  pathParameters: Record<string, string>;
  /** Left out where the method asks for nothing. */
  authorizer?: Authorized;
}

/** The id of a request that the client sees as `x-amz-apigw-id`. */
export function extendedRequestId(requestId: string): string {
  return Buffer.from(requestId).toString('base64').slice(0, 15);
}

/** `X-Amzn-Trace-Id` of a request: the client's own if it is whole, with a parent if it has a root only, else a new one. */
export function traceHeaderOf({ newId }: Pick<Core, 'newId'>, sent: string | undefined, atMs: number): string {
  const known = parseTrace(sent);
  if (sent !== undefined && known?.parent !== undefined) return sent;
  const trace = known ?? newTrace(newId(), atMs);
  return formatTrace({ ...trace, parent: newId().replaceAll('-', '').slice(-16) });
}

/** All values by name, in the order in which they came. */
export type MultiValues = Record<string, string[]>;

/** A request's headers, and the trace that it belongs to. */
export type SentHeaders = Pick<ApiRequest, 'rawHeaders' | 'headers' | 'traceHeader'>;

/** Headers by name as it was sent, the same name in another spelling among them. */
export function multiValueHeaders({ rawHeaders, headers, traceHeader }: SentHeaders): MultiValues {
  const spelling = new Map<string, string>();
  const pairs: [name: string, value: string][] = [];
  const add = (name: string, value: string) => {
    const known = spelling.get(name.toLowerCase()) ?? name;
    spelling.set(name.toLowerCase(), known);
    pairs.push([known, value]);
  };
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (isPassedOn(name) && name.toLowerCase() !== 'x-amzn-trace-id')
      add(spelled(name), rawHeaders[index + 1] as string);
  }
  if (!spelling.has('host') && headers.host !== undefined) add('Host', headers.host);
  add('X-Amzn-Trace-Id', traceHeader);
  if (!spelling.has('x-forwarded-for')) add('X-Forwarded-For', SOURCE_IP);
  if (!spelling.has('x-forwarded-proto')) add('X-Forwarded-Proto', 'http');
  if (!spelling.has('x-forwarded-port')) add('X-Forwarded-Port', (headers.host ?? '').split(':')[1] ?? '80');
  return grouped(pairs);
}

/** Query parameters, decoded. */
export function multiValueQuery({ query }: Pick<ApiRequest, 'query'>): MultiValues {
  return grouped(query);
}

/** By way of a map: a name may be `constructor` or `__proto__`, which every object has from the start. */
function grouped(pairs: Iterable<[name: string, value: string]>): MultiValues {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  }
  return Object.fromEntries(values);
}

/** Of several values the last. */
export function lastValues(values: MultiValues): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? '']));
}

/** The content type without its parameters; JSON where none is given. */
export function contentTypeOf({ headers }: ApiRequest): string {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase() || 'application/json';
}

/** Whether the API passes bodies of this content type on as they are. */
export function isBinary(api: RestApi, contentType: string | undefined): boolean {
  if (!contentType) return false;
  const type = contentType.split(/[;,]/)[0]?.trim().toLowerCase() ?? '';
  return api.binaryMediaTypes.some((pattern) => {
    const wanted = pattern.toLowerCase();
    return wanted === '*/*' || wanted === type || (wanted.endsWith('/*') && type.startsWith(wanted.slice(0, -1)));
  });
}

/** Everything here comes over the loopback interface. */
export const SOURCE_IP = '127.0.0.1';

/** Who called: nobody that IAM knows; what an authorizer says of them stands apart. */
export function identityOf({ headers }: ApiRequest) {
  return {
    cognitoIdentityPoolId: null,
    accountId: null,
    cognitoIdentityId: null,
    caller: null,
    sourceIp: SOURCE_IP,
    principalOrgId: null,
    accessKey: null,
    cognitoAuthenticationType: null,
    cognitoAuthenticationProvider: null,
    userArn: null,
    userAgent: headers['user-agent'] ?? null,
    user: null,
  };
}

/** `requestContext` of the proxy event. */
export function requestContext({ request, route, authorizer }: MethodCall) {
  const { api, headers, requestId, stageName, stage, atMs, method } = request;
  return {
    resourceId: route.resourceId,
    ...(authorizer && { authorizer }),
    resourcePath: route.path,
    httpMethod: method,
    extendedRequestId: extendedRequestId(requestId),
    requestTime: commonLogTime(atMs),
    path: `/${stageName}${request.sentPath}`,
    accountId: LOCAL_ACCOUNT,
    protocol: 'HTTP/1.1',
    stage: stageName,
    domainPrefix: api.id,
    requestTimeEpoch: atMs,
    requestId,
    identity: identityOf(request),
    domainName: headers.host ?? '',
    deploymentId: stage.deploymentId,
    apiId: api.id,
  };
}

/** `$context` of the mapping templates: the same, and what they may override, its keys in the order that AWS has them in. */
export function templateContext(call: MethodCall): Record<string, unknown> {
  const { protocol, apiId, deploymentId, ...context } = requestContext(call);
  const { stage, domainPrefix, requestTimeEpoch, requestId, identity, domainName, ...first } = context;
  return {
    ...first,
    protocol,
    requestOverride: { header: {}, path: {}, querystring: {} },
    stage,
    domainPrefix,
    requestTimeEpoch,
    requestId,
    identity,
    domainName,
    deploymentId,
    responseOverride: { header: {} },
    apiId,
  };
}

/** A request has one method, and several templates and expressions that look at it. */
const parametersByRequest = new WeakMap<ApiRequest, RequestParameters>();

/** Parameters as templates see them; the same each time for the same request. */
export function templateParameters({ request, pathParameters }: MethodCall): Readonly<RequestParameters> {
  let parameters = parametersByRequest.get(request);
  if (!parameters) {
    parameters = {
      path: pathParameters,
      querystring: lastValues(multiValueQuery(request)),
      header: lastValues(multiValueHeaders(request)),
    };
    parametersByRequest.set(request, parameters);
  }
  return parameters;
}

/** What a mapping template of this call works on; `context` is shared between the request's and the response's template. */
export function mappingInput(call: MethodCall, body: string, context: Record<string, unknown>): MappingInput {
  return { body, params: templateParameters(call), context, stageVariables: call.request.stage.variables };
}

/** `09/Apr/2015:12:34:56 +0000` */
export function commonLogTime(atMs: number): string {
  const [, day, month, year, time] = new Date(atMs).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
