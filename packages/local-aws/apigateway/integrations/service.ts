import type { Core } from '../../core/cloud.ts';
import { AwsError, asError, internalError } from '../../core/errors.ts';
import type { LocalService, RawAnswer } from '../../core/service.ts';
import { errorAnswer, successAnswer } from '../../front-door/answer.ts';
import { parseForm } from '../../front-door/form.ts';
import { type PlainRequest, resolve } from '../../front-door/resolve.ts';
import { queryAnswer } from '../../front-door/xml.ts';
import { GatewayError } from '../gatewayError.ts';
import type { ServiceIntegration } from '../model.ts';
import type { MethodCall } from '../request.ts';
import { type Backends, INTEGRATION_SESSION, inTime } from './invoke.ts';

/** What goes to a service: the mapped body, and what request parameters and templates say beside it. */
export interface ServiceRequest {
  body: string;
  /** By lower-case name. */
  headers: Record<string, string>;
  query: Record<string, string>;
}

/** A service's answer, as HTTP has it. */
export interface ServiceAnswer {
  status: number;
  body: string;
}

/** Services of the Query protocol that speak JSON here, but not to API Gateway when no X-Amz-Target is mapped. */
const QUERY_SERVICES: Readonly<Record<string, string>> = {
  sqs: 'http://queue.amazonaws.com/doc/2012-11-05/',
  ssm: 'http://ssm.amazonaws.com/doc/2014-11-06/',
};

/** Services to which the URI does not tell the action: without X-Amz-Target they know none. */
const NEED_TARGET: ReadonlySet<string> = new Set(['events']);

/**
 * Calls a service as API Gateway does: the same request, as the integration's role. Throws GatewayError when the role may
 * not be taken on, or there is no answer in time; an error of the service is an answer.
 */
export async function askService(
  { core, iam }: Backends,
  call: MethodCall,
  integration: ServiceIntegration,
  request: ServiceRequest,
): Promise<ServiceAnswer> {
  const { requestId, traceHeader, headers } = call.request;
  let read: { service: LocalService; operation: string; input: object; style: Style } | undefined;
  try {
    const { service, operation, input, style } = readCall(core, integration, request);
    read = { service, operation, input, style };
    const calling = core.call({
      service: service.id,
      operation,
      input,
      principal: () => sessionOf(iam, integration.roleArn),
      traceHeader,
      correlationId: headers['x-correlation-id'],
    });
    const result = await inTime(core, calling, integration.timeoutMs);
    return shown(style.success(service, operation, result, requestId));
  } catch (thrown) {
    if (thrown instanceof GatewayError) throw thrown;
    const service = read?.service ?? core.services.byId(integration.service);
    const error = thrown instanceof AwsError ? thrown : defect(thrown, requestId);
    return shown((read?.style ?? PLAIN).failure(service, error, requestId));
  }
}

const shown = ({ status, body }: { status: number; body: string | Buffer }): ServiceAnswer => ({
  status,
  body: body.toString(),
});

function defect(thrown: unknown, requestId: string): AwsError {
  console.error('local-aws: a service integration failed', asError(thrown));
  return internalError(requestId);
}

function sessionOf(iam: Backends['iam'], roleArn: string) {
  try {
    iam.assertTrust(roleArn, 'apigateway.amazonaws.com');
    return iam.sessionOf(roleArn, INTEGRATION_SESSION);
  } catch (cause) {
    throw new GatewayError('API_CONFIGURATION_ERROR', asError(cause).message);
  }
}

/** How a service's results and errors look to API Gateway. */
interface Style {
  success(service: LocalService, operation: string, result: unknown, requestId: string): Answer;
  failure(service: LocalService | undefined, error: AwsError, requestId: string): Answer;
}
type Answer = Pick<RawAnswer, 'status' | 'body'>;

/** The service's own protocol. */
const PLAIN: Style = { success: successAnswer, failure: errorAnswer };

/** The Query protocol as JSON, because the gateway asks for JSON. */
const QUERY_AS_JSON: Style = {
  success: (_service, operation, result, RequestId) => ({
    status: 200,
    body: JSON.stringify({
      [`${operation}Response`]: {
        ...(result !== undefined && { [`${operation}Result`]: result }),
        ResponseMetadata: { RequestId },
      },
    }),
  }),
  failure: (_service, { code, message, status }, RequestId) => ({
    status,
    body: JSON.stringify({
      Error: { Code: code, Message: message, Type: status < 500 ? 'Sender' : 'Receiver' },
      RequestId,
    }),
  }),
};

const queryAsXml = (xmlns: string): Style => ({
  ...QUERY_AS_JSON,
  success: (_service, operation, result, requestId) => ({
    status: 200,
    body: queryAnswer(operation, xmlns, result, requestId),
  }),
});

function readCall(core: Core, integration: ServiceIntegration, request: ServiceRequest) {
  const { service: id, target } = integration;
  const service = core.services.byId(id);
  if (!service?.protocol) throw core.services.unsupported(`the service '${id}'`);
  const isQuery = service.protocol.kind === 'query' || Object.hasOwn(QUERY_SERVICES, id);
  if (isQuery && request.headers['x-amz-target'] === undefined) {
    const { Action = target.value, ...input } = formOf(request) as { Action?: string };
    const wantsXml = request.headers.accept === 'application/xml';
    return {
      service,
      operation: target.kind === 'action' ? target.value : Action,
      input: id === 'sqs' ? sqsInput(core, target.value, input) : input,
      style: wantsXml ? queryAsXml(QUERY_SERVICES[id] ?? '') : QUERY_AS_JSON,
    };
  }
  const resolution = resolve(core.services, plainRequest(service, integration, request), {
    accessKeyId: '',
    service: id,
  });
  return { ...resolution.call(), style: PLAIN };
}

function plainRequest(service: LocalService, integration: ServiceIntegration, request: ServiceRequest): PlainRequest {
  const { target, httpMethod } = integration;
  const { protocol } = service;
  const told = target.kind === 'action' && protocol?.kind === 'json' && !NEED_TARGET.has(service.id);
  return {
    method: httpMethod,
    path: target.kind === 'path' ? `/${target.value}` : '/',
    query: new URLSearchParams(request.query),
    headers: {
      'content-type': 'application/json',
      ...(told && { 'x-amz-target': `${protocol.targetPrefix}.${target.value}` }),
      ...request.headers,
    },
    body: Buffer.from(request.body),
  };
}

/** The parameters of a Query call: from the query string, and from a body that is a form. */
function formOf({ body, query, headers }: ServiceRequest): Record<string, unknown> {
  const isForm = headers['content-type'] === 'application/x-www-form-urlencoded';
  const { Version: _one, ...input } = parseForm([new URLSearchParams(query).toString(), isForm ? body : ''].join('&'));
  return input;
}

/** What the queue's path and the form say, as SQS's JSON protocol has it. */
function sqsInput(core: Core, path: string, form: Record<string, unknown>): Record<string, unknown> {
  const { MessageAttribute, MessageAttributes = MessageAttribute, DelaySeconds, ...rest } = form;
  const attributes = Object.values((MessageAttributes ?? {}) as Record<string, { Name: string; Value: unknown }>);
  return {
    QueueUrl: `${core.endpoint()}/${path}`,
    ...rest,
    ...(DelaySeconds !== undefined && { DelaySeconds: Number(DelaySeconds) }),
    ...(attributes.length > 0 && {
      MessageAttributes: Object.fromEntries(attributes.map(({ Name, Value }) => [Name, Value])),
    }),
  };
}
