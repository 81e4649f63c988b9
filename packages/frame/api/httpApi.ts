import type { Settings } from '../settings.ts';
import { ofType, referenced, type Template } from '../template.ts';

/**
 * Has each HTTP API let pages of the service's origins in, with the methods that its routes have: API Gateway then answers
 * preflights itself, and puts the headers on its own answers too. An API that says something of CORS itself keeps it.
 */
export function allowOnHttpApis(template: Template, { origins, headers }: NonNullable<Settings['cors']>): void {
  for (const [id, { Properties = {} }] of ofType(template, 'AWS::ApiGatewayV2::Api')) {
    if (Properties.ProtocolType !== 'HTTP') continue;
    Properties.CorsConfiguration ??= {
      AllowOrigins: origins,
      AllowHeaders: headers,
      AllowMethods: methodsOf(template, id),
    };
  }
}

/** `GET /words` is of one method, `ANY /words` and `$default` of all. */
function methodsOf(template: Template, api: string): string[] {
  const methods = ofType(template, 'AWS::ApiGatewayV2::Route')
    .filter(([, { Properties }]) => referenced(Properties?.ApiId) === api)
    .map(([, { Properties }]) => String(Properties?.RouteKey).split(' ')[0] ?? '');
  return methods.some((method) => method === 'ANY' || method === '$default') ? ['*'] : [...new Set(methods)].sort();
}
