import { RawAnswer } from '../core/service.ts';
import type { GatewayError } from './gatewayError.ts';
import { canBeSent } from './headers.ts';
import { type ExpressionSource, evaluateExpression } from './mapping/expression.ts';
import type { GatewayResponse } from './model.ts';
import { type ApiRequest, lastValues, multiValueHeaders, multiValueQuery } from './request.ts';

const DEFAULT_TEMPLATE = '{"message":$context.error.messageString}';

/** API Gateway's own answer, shaped by the API's gateway responses. */
export function gatewayAnswer(error: GatewayError, request: ApiRequest, known: Record<string, unknown>): RawAnswer {
  const custom = customResponse(error, request);
  const source = {
    params: {
      path: {},
      querystring: lastValues(multiValueQuery(request)),
      header: lastValues(multiValueHeaders(request)),
    },
    context: {
      requestId: request.requestId,
      stage: request.stageName,
      httpMethod: request.method,
      apiId: request.api.id,
      ...known,
      error: {
        message: error.publicMessage,
        messageString: JSON.stringify(error.publicMessage),
        responseType: error.type,
        validationErrorString: error.validationError ?? '',
      },
    },
    stageVariables: request.stage.variables,
  };
  const headers: Record<string, string> = { 'x-amzn-errortype': error.errorType };
  const templates = Object.entries(custom?.templates ?? {});
  const [contentType, template] = templates.find(([type]) => type === 'application/json') ??
    templates[0] ?? ['application/json', DEFAULT_TEMPLATE];
  headers['content-type'] = contentType;
  for (const [name, expression] of Object.entries(custom?.headers ?? {})) {
    const value = evaluateExpression(expression, source);
    if (value !== undefined && canBeSent(name, value)) headers[name.toLowerCase()] = value;
  }
  return new RawAnswer(custom?.status ?? error.status, headers, substituted(template, source));
}

/**
 * Fills in variables, and no more: what is written in Velocity stays as it stands.
 * docs.aws.amazon.com/apigateway/latest/developerguide/customize-gateway-responses.html
 */
function substituted(template: string, source: ExpressionSource): string {
  const name = '((?:context|stageVariables|method\\.request)\\.[\\w.-]*\\w)';
  return template.replaceAll(
    new RegExp(`\\$(?:\\{${name}\\}|${name})`, 'g'),
    (_all, braced?: string, bare?: string) => {
      return evaluateExpression(braced ?? bare ?? '', source) ?? '';
    },
  );
}

function customResponse({ type, status }: GatewayError, { api }: ApiRequest): GatewayResponse | undefined {
  return api.gatewayResponses.get(type) ?? api.gatewayResponses.get(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
}
