import { SECURITY_HEADERS } from '@arcade/lambda/security-headers';
import { fixedOrigin, type Settings } from '../settings.ts';
import { isObject, ofType, referenced, type Template } from '../template.ts';

/**
 * What an answer that API Gateway makes has beside its content, as mapping expressions: the headers of a function's own answers,
 * and the request's id, which is on the line of the access log and in a mapped function's log.
 */
export const ANSWER_HEADERS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(SECURITY_HEADERS).map(([name, value]) => [name, `'${value}'`])),
  'x-correlation-id': 'context.requestId',
};

const PREFIX = 'method.response.header.';
type Headers = { StatusCode?: unknown; ResponseParameters?: Record<string, unknown> };

/** Adds what is not there yet, however it is spelt. */
function complete(response: Headers, expressionFor: (name: string) => unknown): void {
  response.ResponseParameters ??= {};
  const taken = new Set(Object.keys(response.ResponseParameters).map((name) => name.toLowerCase()));
  for (const name of Object.keys(ANSWER_HEADERS)) {
    if (!taken.has(PREFIX + name)) response.ResponseParameters[PREFIX + name] = expressionFor(name);
  }
}

/**
 * Gives the answers of a REST API's mapped integrations the headers that a function's own answers have: those of a proxy
 * integration come from the function. Preflights are left as they are. What an answer has already, it keeps; but for
 * the one origin of several pages, which osls writes as a list that no browser reads.
 */
export function completeAnswers(template: Template, { api, cors }: { api: string; cors: Settings['cors'] }): void {
  for (const [, { Properties = {} }] of ofType(template, 'AWS::ApiGateway::Method')) {
    const { RestApiId, HttpMethod, Integration, MethodResponses = [] } = Properties;
    if (referenced(RestApiId) !== api || HttpMethod === 'OPTIONS' || !isObject(Integration)) continue;
    if (Integration.Type !== 'AWS' && Integration.Type !== 'MOCK') continue;
    for (const response of (Integration.IntegrationResponses ?? []) as Headers[]) {
      complete(response, (name) => ANSWER_HEADERS[name]);
      const origin = `${PREFIX}Access-Control-Allow-Origin`;
      if (cors && response.ResponseParameters?.[origin] !== undefined) {
        response.ResponseParameters[origin] = `'${fixedOrigin(cors)}'`;
      }
    }
    for (const response of MethodResponses as Headers[]) complete(response, () => true);
  }
}
