import { JsonBoundsError, parseJson } from '../../core/boundedJson.ts';
import { RawAnswer } from '../../core/service.ts';
import { GatewayError } from '../gatewayError.ts';
import { answerHeaders } from '../headers.ts';
import { type ExpressionSource, evaluateExpression } from '../mapping/expression.ts';
import { mapTemplate } from '../mapping/variables.ts';
import type { Integration, IntegrationResponse, Mapping, ServiceIntegration } from '../model.ts';
import { contentTypeOf, isBinary, type MethodCall, mappingInput, templateContext } from '../request.ts';
import { type Backends, invocationOf, invokeFunction, sendEvent } from './invoke.ts';
import { fromBase64 } from './proxy.ts';
import { askService } from './service.ts';

/** What a backend said. */
interface BackendAnswer {
  /** What selection patterns are compared with: an error's message, a status; undefined for success. */
  selector: string | undefined;
  body: string;
}

type MappedIntegration = Extract<Integration, { kind: 'lambda' | 'mock' | 'service' }>;

/**
 * AWS and MOCK: the request is mapped by a template, sent to the backend (a function, or a service), and the backend's answer
 * chosen by a pattern and mapped back. Throws GatewayError.
 */
export async function mappedIntegration(
  backends: Backends,
  call: MethodCall,
  integration: MappedIntegration,
): Promise<RawAnswer> {
  const context = templateContext(call);
  const requestBody = mapRequest(call, integration.mapping, context);
  const answer = await askBackend(backends, call, { integration, requestBody, context });
  return mapResponse(call, integration.mapping, answer, context);
}

function mapRequest(call: MethodCall, mapping: Mapping, context: Record<string, unknown>) {
  const { requestTemplates, passthrough } = mapping;
  const body = textOf(call.request, mapping);
  const type = contentTypeOf(call.request);
  const template = requestTemplates[type];
  if (template !== undefined) return render(call, template, body, context);
  const hasTemplates = Object.keys(requestTemplates).length > 0;
  if (passthrough === 'NEVER' || (passthrough === 'WHEN_NO_TEMPLATES' && hasTemplates))
    throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', `There is no request template for ${type}.`);
  return body;
}

/** The body as text; what is binary only where the integration asks for that. Throws GatewayError. */
function textOf({ api, headers, body }: MethodCall['request'], { asText }: Mapping): string {
  if (body.length === 0 || !isBinary(api, headers['content-type'])) return body.toString();
  if (asText) return body.toString('base64');
  throw new GatewayError('API_CONFIGURATION_ERROR', 'A binary body can be mapped with CONVERT_TO_TEXT only.');
}

function askBackend(
  backends: Backends,
  call: MethodCall,
  mapped: { integration: MappedIntegration; requestBody: string; context: Record<string, unknown> },
): Promise<BackendAnswer> | BackendAnswer {
  const { integration, requestBody, context } = mapped;
  switch (integration.kind) {
    case 'mock':
      return askMock(requestBody);
    case 'lambda':
      return askFunction(backends, call, integration, requestBody);
    case 'service':
      return askServiceMapped(backends, call, integration, { body: requestBody, context });
  }
}

async function askServiceMapped(
  backends: Backends,
  call: MethodCall,
  integration: ServiceIntegration,
  { body, context }: { body: string; context: Record<string, unknown> },
): Promise<BackendAnswer> {
  // The template may have put anything there.
  const override = context.requestOverride as Partial<Record<'header' | 'path' | 'querystring', object>> | undefined;
  const source = { ...mappingInput(call, '', context), requestBody: call.request.body.toString() };
  const evaluated = (place: 'header' | 'path' | 'querystring') => ({
    ...mapExpressions(integration.parameters[place], source),
    ...Object.fromEntries(Object.entries(override?.[place] ?? {}).map(([name, value]) => [name, String(value)])),
  });
  const headers = Object.entries(evaluated('header')).map(([name, value]) => [name.toLowerCase(), value]);
  const path = evaluated('path');
  const value = integration.target.value.replaceAll(/\{([^}]+)\}/g, (_all, name: string) => path[name] ?? '');
  const asked = { ...integration, target: { ...integration.target, value } };
  const request = { body, headers: Object.fromEntries(headers), query: evaluated('querystring') };
  const answer = await askService(backends, call, asked, request);
  return { selector: String(answer.status), body: answer.body };
}

/** What expressions come to, by name; what there is no source for is left out. */
function mapExpressions(expressions: Record<string, string>, source: ExpressionSource): Record<string, string> {
  const values = Object.entries(expressions).map(([name, expression]) => [
    name,
    evaluateExpression(expression, source),
  ]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** A mock answers with the status that its request template gives, as in `{"statusCode": 200}`, with or without quotes. */
function askMock(requestBody: string): BackendAnswer {
  const status = /["']?statusCode["']?\s*:\s*["']?(\d{3})/.exec(requestBody)?.[1];
  if (status === undefined)
    throw new GatewayError(
      'API_CONFIGURATION_ERROR',
      `The mock's request template gives no statusCode: ${requestBody.slice(0, 500)}`,
    );
  return { selector: status, body: '' };
}

async function askFunction(
  backends: Backends,
  call: MethodCall,
  integration: Extract<Integration, { kind: 'lambda' }>,
  requestBody: string,
): Promise<BackendAnswer> {
  const event = eventOf(requestBody);
  const invocation = invocationOf(call, integration);
  if (integration.isEvent) {
    await sendEvent(backends, invocation, event);
    return { selector: undefined, body: '' };
  }
  const { payload, functionError } = await invokeFunction(backends, invocation, event);
  if (!functionError) return { selector: undefined, body: payload };
  const { errorMessage } = parseJson(payload) as { errorMessage?: unknown };
  return { selector: String(errorMessage ?? ''), body: payload };
}

function eventOf(requestBody: string): unknown {
  if (requestBody.trim() === '') return {};
  try {
    return parseJson(requestBody);
  } catch (cause) {
    // Lambda refuses it, and API Gateway passes the refusal on.
    const message = `Could not parse request body into json: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new GatewayError('BAD_REQUEST_BODY', `${message}. The request template made: ${requestBody.slice(0, 500)}`, {
      message,
    });
  }
}

function mapResponse(
  call: MethodCall,
  { responses }: Mapping,
  answer: BackendAnswer,
  context: Record<string, unknown>,
): RawAnswer {
  const chosen = chooseResponse(responses, answer.selector);
  if (!chosen)
    throw new GatewayError('API_CONFIGURATION_ERROR', `No integration response fits '${answer.selector ?? ''}'.`);
  const [contentType, template] = chosenTemplate(chosen);
  const body = template === undefined ? answer.body : render(call, template, answer.body, context);
  const source = mappingInput(call, answer.body, context);
  // The template may have put anything there.
  const override = (context.responseOverride ?? {}) as { status?: unknown; header?: object };
  const overridden = Object.entries(override.header ?? {}).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  const mapped = [...Object.entries(mapExpressions(chosen.headers, source)), ...overridden];
  const headers = { 'content-type': contentType, ...answerHeaders(mapped) };
  const status = override.status === undefined ? chosen.status : Number(override.status);
  if (!Number.isInteger(status) || status < 100 || status > 599)
    throw new GatewayError('API_CONFIGURATION_ERROR', `responseOverride.status is no status: ${override.status}`);
  const { api, headers: sent } = call.request;
  const isDecoded = !chosen.asText && isBinary(api, sent.accept);
  return new RawAnswer(status, headers, isDecoded ? fromBase64(body) : body);
}

/** The first whose pattern is the whole of what the backend said; without one, the default, which has no pattern. */
function chooseResponse(responses: IntegrationResponse[], selector: string | undefined) {
  const fitting = responses.find(
    ({ selectionPattern }) => selectionPattern && selector !== undefined && selectionPattern.fits(selector),
  );
  return fitting ?? responses.find(({ selectionPattern }) => !selectionPattern);
}

function chosenTemplate({ templates }: IntegrationResponse): [contentType: string, template: string | undefined] {
  const all = Object.entries(templates);
  return all.find(([type]) => type === 'application/json') ?? all[0] ?? ['application/json', undefined];
}

function render(call: MethodCall, template: string, body: string, context: Record<string, unknown>): string {
  try {
    return mapTemplate(template, mappingInput(call, body, context));
  } catch (cause) {
    const reason = `A mapping template failed: ${String(cause)}`;
    throw new GatewayError(cause instanceof JsonBoundsError ? 'BAD_REQUEST_BODY' : 'API_CONFIGURATION_ERROR', reason);
  }
}
