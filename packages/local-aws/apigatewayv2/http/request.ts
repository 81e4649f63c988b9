import { commonLogTime, SOURCE_IP } from '../../apigateway/request.ts';
import { LOCAL_ACCOUNT } from '../../core/arn.ts';
import type { ReceivedRequest } from '../../front-door/exchange.ts';
import type { Api, ServedRoute, Stage } from '../model.ts';

/** A request that has found its API and stage. */
export interface StageRequest {
  incoming: ReceivedRequest;
  api: Api;
  stage: Stage;
  /** Within the stage. */
  path: string;
  atMs: number;
  traceHeader: string;
}

/** A request that has found its route. */
export interface RouteCall {
  request: StageRequest;
  route: ServedRoute;
  pathParameters: Record<string, string>;
}

/** Body types that reach a function as text; all others come in base64, forms among them. */
const TEXT = /^(text\/|application\/(json|javascript|xml|[\w.+-]+\+(json|xml))\s*(;|$))/i;

/**
 * The event of payload format 2.0: docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * The path is decoded, the query string is not.
 */
export function eventOf({ request, route, pathParameters }: RouteCall): Record<string, unknown> {
  const { incoming, api, stage, path, atMs } = request;
  const { method, headers, body, query, rawQuery, requestId } = incoming;
  const { cookies, ...sent } = sentHeaders(request);
  const rawPath = decodeURIComponent(stage.name === '$default' ? path : `/${stage.name}${path}`);
  const isText = headers['content-type'] === undefined || TEXT.test(headers['content-type']);
  const queryParameters = joined(query);
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath,
    rawQueryString: rawQuery,
    ...(cookies.length > 0 && { cookies }),
    headers: sent.headers,
    ...(queryParameters && { queryStringParameters: queryParameters }),
    requestContext: {
      accountId: LOCAL_ACCOUNT,
      apiId: api.id,
      domainName: headers.host ?? '',
      domainPrefix: api.id,
      http: {
        method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: SOURCE_IP,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: route.key,
      stage: stage.name,
      time: commonLogTime(atMs),
      timeEpoch: atMs,
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(Object.keys(stage.variables).length > 0 && { stageVariables: stage.variables }),
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Headers by lower-case name, several of one name with commas between; cookies apart. */
function sentHeaders({ incoming, traceHeader }: StageRequest) {
  const { cookie, connection: _one, 'keep-alive': _two, 'transfer-encoding': _three, ...rest } = incoming.headers;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(rest)) if (!name.startsWith(':')) headers[name] = value;
  headers['x-amzn-trace-id'] = traceHeader;
  headers['x-forwarded-for'] ??= SOURCE_IP;
  headers['x-forwarded-proto'] ??= 'http';
  headers['x-forwarded-port'] ??= (headers.host ?? '').split(':')[1] ?? '80';
  return { headers, cookies: cookie === undefined ? [] : cookie.split(/;\s*/).filter(Boolean) };
}

function joined(query: URLSearchParams): Record<string, string> | undefined {
  if (query.size === 0) return undefined;
  const byName = new Map<string, string[]>();
  for (const [name, value] of query) byName.set(name, [...(byName.get(name) ?? []), value]);
  return Object.fromEntries([...byName].map(([name, all]) => [name, all.join(',')]));
}
