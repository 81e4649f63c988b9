import { z } from 'zod';
import { AwsError, NotSupportedError } from '../../core/errors.ts';
import { Regex } from '../../core/regex/regex.ts';
import { checkMappingTemplate } from '../mapping/checkTemplate.ts';
import { isExpression } from '../mapping/expression.ts';
import type { Integration, IntegrationResponse, Mapping, ServiceIntegration } from '../model.ts';

/** API Gateway waits this long for an integration, in milliseconds. */
const MAX_TIMEOUT_MS = 29_000;

const expressions = z.record(z.string(), z.coerce.string());
const templates = z.record(z.string(), z.string());
const statusCode = z.coerce.string().regex(/^[1-5]\d\d$/, 'must be an HTTP status');

/** The `Integration` of a method. */
export const integrationSchema = z.strictObject({
  Type: z.enum(['AWS_PROXY', 'AWS', 'MOCK', 'HTTP', 'HTTP_PROXY']),
  IntegrationHttpMethod: z.string().optional(),
  Uri: z.string().optional(),
  Credentials: z
    .string()
    .regex(/^arn:aws:iam::\d{12}:role\/.+$/, 'must be the ARN of a role')
    .optional(),
  RequestParameters: expressions.optional(),
  RequestTemplates: templates.optional(),
  PassthroughBehavior: z.enum(['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER']).optional(),
  ContentHandling: z.literal('CONVERT_TO_TEXT').optional(),
  ConnectionType: z.literal('INTERNET').optional(),
  TimeoutInMillis: z.coerce.number().int().min(50).max(MAX_TIMEOUT_MS).optional(),
  IntegrationResponses: z
    .array(
      z.strictObject({
        StatusCode: statusCode,
        SelectionPattern: z.string().optional(),
        ResponseParameters: expressions.optional(),
        ResponseTemplates: templates.optional(),
        ContentHandling: z.literal('CONVERT_TO_TEXT').optional(),
      }),
    )
    .optional(),
});

type IntegrationProperties = z.output<typeof integrationSchema>;

/** The `MethodResponses` of a method. */
export const methodResponsesSchema = z.array(
  z.strictObject({
    StatusCode: statusCode,
    ResponseParameters: z.record(z.string(), z.union([z.boolean(), z.stringbool()])).optional(),
    /** Models of responses are documentation: API Gateway does not check answers against them. */
    ResponseModels: z.record(z.string(), z.string()).optional(),
  }),
);

type MethodResponses = z.output<typeof methodResponsesSchema>;

/** Reads an integration. Throws AwsError BadRequestException, or NotSupportedByLocalAws for a kind that is not executed. */
export function readIntegration(properties: IntegrationProperties, methodResponses: MethodResponses): Integration {
  const { Type: type, TimeoutInMillis: timeoutMs = MAX_TIMEOUT_MS } = properties;
  if (type === 'HTTP' || type === 'HTTP_PROXY') throw new NotSupportedError(`API Gateway integrations of type ${type}`);
  if (type === 'MOCK') {
    refuseCredentials(properties);
    refuseRequestParameters(properties, []);
    return { kind: 'mock', mapping: readMapping(properties, methodResponses) };
  }
  if (!properties.IntegrationHttpMethod) throw badRequest('Enumeration value for HttpMethod must be non-empty');
  const functionArn = lambdaOf(properties.Uri);
  if (functionArn === undefined) return readServiceIntegration(properties, methodResponses);
  refuseCredentials(properties);
  if (properties.IntegrationHttpMethod !== 'POST')
    throw badRequest('IntegrationHttpMethod of a Lambda integration must be POST: Lambda is invoked by POST');
  if (type === 'AWS_PROXY') {
    refuseRequestParameters(properties, []);
    return { kind: 'proxy', functionArn, timeoutMs };
  }
  refuseRequestParameters(properties, [INVOCATION_TYPE]);
  return {
    kind: 'lambda',
    functionArn,
    timeoutMs,
    isEvent: properties.RequestParameters?.[INVOCATION_TYPE] === "'Event'",
    mapping: readMapping(properties, methodResponses),
  };
}

const INVOCATION_TYPE = 'integration.request.header.X-Amz-Invocation-Type';

const LAMBDA_URI =
  /^arn:aws:apigateway:[a-z0-9-]+:lambda:path\/2015-03-31\/functions\/(arn:aws:lambda:.+)\/invocations$/;
const SERVICE_URI = /^arn:aws:apigateway:[a-z0-9-]+:([a-z0-9-]+):(path|action)\/(.*)$/;

const lambdaOf = (uri = ''): string | undefined => LAMBDA_URI.exec(uri)?.[1];

/** The ARN of the function that a Lambda integration names. Throws AwsError. */
export function functionOf(uri: string | undefined): string {
  const functionArn = lambdaOf(uri);
  if (functionArn !== undefined) return functionArn;
  const [, service, , target] = SERVICE_URI.exec(uri ?? '') ?? [];
  if (service !== undefined) throw new NotSupportedError(`the service integration '${service}:${target}' here`);
  throw badRequest(`Invalid ARN specified in the request: Uri '${uri ?? ''}'`);
}

function refuseCredentials({ Credentials, Type }: IntegrationProperties): void {
  if (Credentials !== undefined) throw new NotSupportedError(`Credentials of this kind of integration (${Type})`);
}

/** What API Gateway answers 500 to when a mapping makes it, whatever the request. */
const FORBIDDEN_HEADERS = /^(content-length|transfer-encoding|authorization|connection|expect|proxy-authenticate|te)$/i;

function readServiceIntegration(
  properties: IntegrationProperties,
  methodResponses: MethodResponses,
): ServiceIntegration {
  const { Uri: uri = '', Type, Credentials, IntegrationHttpMethod, TimeoutInMillis } = properties;
  if (!uri.startsWith('arn:')) throw badRequest(`Invalid ARN specified in the request: Uri '${uri}'`);
  const [, service, kind, value = ''] = SERVICE_URI.exec(uri) ?? [];
  if (service === undefined) throw badRequest(`AWS ARN for integration must contain path or action: Uri '${uri}'`);
  if (Type === 'AWS_PROXY')
    throw badRequest(
      "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
    );
  if (Credentials === undefined)
    throw badRequest(`The integration of ${service} needs Credentials: a role to call it with`);
  const parameters: ServiceIntegration['parameters'] = { header: {}, querystring: {}, path: {} };
  for (const [name, expression] of Object.entries(properties.RequestParameters ?? {})) {
    const [, place, key = ''] = /^integration\.request\.(header|querystring|path)\.(.+)$/.exec(name) ?? [];
    if (place === undefined || !isExpression(expression))
      throw badRequest(`Invalid mapping expression specified: ${name}: ${expression}`);
    if (place === 'header' && FORBIDDEN_HEADERS.test(key))
      throw badRequest(`Invalid mapping expression parameter specified: ${name}: every request would end with 500`);
    parameters[place as keyof typeof parameters][key] = expression;
  }
  return {
    kind: 'service',
    service,
    target: { kind: kind === 'path' ? 'path' : 'action', value },
    httpMethod: IntegrationHttpMethod ?? 'POST',
    roleArn: Credentials,
    parameters,
    timeoutMs: TimeoutInMillis ?? MAX_TIMEOUT_MS,
    mapping: readMapping(properties, methodResponses),
  };
}

function refuseRequestParameters({ RequestParameters: parameters = {} }: IntegrationProperties, known: string[]): void {
  const unknown = Object.keys(parameters).find((name) => !known.includes(name));
  if (unknown) throw new NotSupportedError(`the request parameter '${unknown}' of this kind of integration`);
}

function readMapping(properties: IntegrationProperties, methodResponses: MethodResponses): Mapping {
  for (const template of Object.values(properties.RequestTemplates ?? {})) checkTemplate(template);
  return {
    requestTemplates: properties.RequestTemplates ?? {},
    passthrough: properties.PassthroughBehavior ?? 'WHEN_NO_MATCH',
    asText: properties.ContentHandling !== undefined,
    responses: (properties.IntegrationResponses ?? []).map((one) => readResponse(one, methodResponses)),
  };
}

function readResponse(
  properties: NonNullable<IntegrationProperties['IntegrationResponses']>[number],
  methodResponses: MethodResponses,
): IntegrationResponse {
  const { StatusCode: status, SelectionPattern: selectionPattern, ResponseTemplates: byType = {} } = properties;
  const declared = methodResponses.find((one) => one.StatusCode === status);
  if (!declared) throw badRequest(`No method response exists for method: MethodResponses has no ${status}`);
  for (const template of Object.values(byType)) checkTemplate(template);
  const headers = Object.entries(properties.ResponseParameters ?? {}).map(([name, expression]) => {
    if (declared.ResponseParameters?.[name] === undefined)
      throw badRequest(`Invalid mapping expression parameter specified: ${name} is not in MethodResponses ${status}`);
    if (!isExpression(expression)) throw badRequest(`Invalid mapping expression specified: ${name}: ${expression}`);
    return [headerName(name, 'method.response.header.'), expression];
  });
  return {
    status: Number(status),
    ...(selectionPattern && { selectionPattern: patternOf(selectionPattern) }),
    headers: Object.fromEntries(headers),
    templates: byType,
    asText: properties.ContentHandling !== undefined,
  };
}

/** The header in a name like `method.response.header.X-Page`. Throws AwsError BadRequestException. */
export function headerName(parameter: string, prefix: string): string {
  if (!parameter.startsWith(prefix)) throw badRequest(`Invalid mapping expression parameter specified: ${parameter}`);
  return parameter.slice(prefix.length);
}

/** Throws AwsError BadRequestException for a template that cannot be read, or could only fail. */
function checkTemplate(template: string): void {
  try {
    checkMappingTemplate(template);
  } catch (cause) {
    throw badRequest(`A mapping template cannot be read: ${String(cause)}`);
  }
}

function patternOf(source: string): Regex {
  try {
    return new Regex(source);
  } catch (cause) {
    throw badRequest(`The selection pattern '${source}' is not executed: ${String(cause)}`);
  }
}

/** What API Gateway says when it is given something wrong. */
export function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', message);
}
