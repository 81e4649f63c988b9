import { FrameError } from '../errors.ts';
import type { Authorizer } from '../settings.ts';
import { isObject, type Template } from '../template.ts';
import { methodsOf } from './restApi.ts';

/**
 * Lets only users of the user pool call a REST API who have signed in through the client: each method, of a function or of none,
 * that says nothing of authorization itself, but for those that are named as open, and preflights, which have no token. The token
 * is an id token: its audience is the client. Throws FrameError for an open route that is not there.
 */
export function closeRoutes(
  template: Template,
  { api, name, authorizer }: { api: string; name: string; authorizer: Authorizer },
): void {
  const { userPoolArn, clientId, open } = authorizer;
  const methods = methodsOf(template, api);
  const unknown = open.find((route) => !methods.has(route));
  if (unknown !== undefined)
    throw new FrameError(
      `frame.authorizer.open has '${unknown}', which is no route of the REST API: ${[...methods.keys()].join(', ')}`,
    );
  const id = `${api}Authorizer`;
  template.Resources[id] ??= {
    Type: 'AWS::ApiGateway::Authorizer',
    Properties: {
      RestApiId: { Ref: api },
      Name: name,
      Type: 'COGNITO_USER_POOLS',
      IdentitySource: 'method.request.header.Authorization',
      ProviderARNs: [userPoolArn],
      IdentityValidationExpression: isObject(clientId) ? clientId : String(clientId),
    },
  };
  for (const [route, { Properties = {} }] of methods) {
    const isFree = (Properties.AuthorizationType ?? 'NONE') === 'NONE';
    if (isFree && Properties.HttpMethod !== 'OPTIONS' && !open.includes(route))
      Object.assign(Properties, { AuthorizationType: 'COGNITO_USER_POOLS', AuthorizerId: { Ref: id } });
  }
}
