import { z } from 'zod';
import { parseJson } from '../../core/boundedJson.ts';
import { RawAnswer } from '../../core/service.ts';
import { GatewayError } from '../gatewayError.ts';
import { answerHeaders } from '../headers.ts';
import type { Integration } from '../model.ts';
import {
  isBinary,
  lastValues,
  type MethodCall,
  multiValueHeaders,
  multiValueQuery,
  requestContext,
} from '../request.ts';
import { type Backends, invocationOf, invokeFunction } from './invoke.ts';

const headerValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** What a function must answer: docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html */
const answerSchema = z.strictObject({
  statusCode: z.preprocess((status) => status ?? 200, z.coerce.number().int().min(100).max(599)),
  headers: z.record(z.string(), headerValue).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(headerValue)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

type ProxyAnswer = z.output<typeof answerSchema>;

/** AWS_PROXY: the function gets the whole request and answers the whole response. */
export async function proxyIntegration(
  backends: Backends,
  call: MethodCall,
  integration: Extract<Integration, { kind: 'proxy' }>,
): Promise<RawAnswer> {
  const invocation = { ...invocationOf(call, integration), bodyBytes: call.request.body.length };
  const { payload, functionError } = await invokeFunction(backends, invocation, proxyEvent(call));
  if (functionError) throw new GatewayError('DEFAULT_5XX', `The function failed: ${payload.slice(0, 500)}`);
  const answer = answerSchema.safeParse(parsed(payload));
  if (!answer.success) {
    const [issue] = answer.error.issues;
    const where = issue?.path.join('.') || 'the answer';
    throw new GatewayError(
      'DEFAULT_5XX',
      `Malformed Lambda proxy response: ${where}: ${issue?.message}. Answered: ${payload.slice(0, 200)}`,
    );
  }
  return responseOf(answer.data, call);
}

/** The event of payload format 1.0. */
export function proxyEvent(call: MethodCall): Record<string, unknown> {
  const { request, route, pathParameters } = call;
  const { api, stage, body } = request;
  const headers = multiValueHeaders(request);
  const query = multiValueQuery(request);
  const binary = isBinary(api, request.headers['content-type']);
  return {
    resource: route.path,
    path: request.apiPath,
    httpMethod: request.method,
    headers: orNull(lastValues(headers)),
    multiValueHeaders: orNull(headers),
    queryStringParameters: orNull(lastValues(query)),
    multiValueQueryStringParameters: orNull(query),
    pathParameters: orNull(pathParameters),
    stageVariables: orNull(stage.variables),
    requestContext: requestContext(call),
    body: body.length === 0 ? null : body.toString(binary ? 'base64' : 'utf8'),
    isBase64Encoded: binary && body.length > 0,
  };
}

function responseOf(answer: ProxyAnswer, { request }: MethodCall): RawAnswer {
  const several = Object.entries(answer.multiValueHeaders ?? {});
  const names = new Map(several.map(([name]) => [name.toLowerCase(), name]));
  const all = new Map<string, string | string[]>(several);
  // A header that is in both is sent with all its values.
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    const known = names.get(name.toLowerCase()) ?? name;
    all.set(known, all.has(known) ? [all.get(known) ?? [], value].flat() : value);
  }
  const body = answer.body ?? '';
  const isDecoded = answer.isBase64Encoded === true && isBinary(request.api, request.headers.accept ?? '*/*');
  return new RawAnswer(
    answer.statusCode,
    { 'content-type': 'application/json', ...answerHeaders(all) },
    isDecoded ? fromBase64(body) : body,
  );
}

/** Throws GatewayError for what is no base64. */
export function fromBase64(text: string): Buffer {
  if (!/^[A-Za-z0-9+/\s]*=*\s*$/.test(text))
    throw new GatewayError('API_CONFIGURATION_ERROR', 'The body that was answered is not base64.');
  return Buffer.from(text, 'base64');
}

function parsed(payload: string): unknown {
  try {
    return parseJson(payload);
  } catch {
    return undefined;
  }
}

/** API Gateway gives null, not an empty object: a function that forgets that fails here as there. */
function orNull<Values extends object>(values: Values): Values | null {
  return Object.keys(values).length === 0 ? null : values;
}
