import { z } from 'zod';
import type { Backends } from '../../apigateway/integrations/invoke.ts';
import { stableId } from '../../apigateway/registry.ts';
import { badRequest, functionOf } from '../../apigateway/resources/integration.ts';
import { arnOf } from '../../core/arn.ts';
import { roleEdges, serviceEdges } from '../../core/edges.ts';
import { NotSupportedError } from '../../core/errors.ts';
import type { ResourceType } from '../../core/resource.ts';
import type { ApisV2 } from '../registry.ts';
import { type IdentitySource, sourceOf } from '../websocket/requestAuthorizer.ts';

const SOURCE = /^route\.request\.(header|querystring)\.([\w-]+)$/;

const authorizer = z.strictObject({
  ApiId: z.string(),
  Name: z.string().min(1),
  AuthorizerType: z.enum(['REQUEST', 'JWT']),
  AuthorizerUri: z.string().optional(),
  AuthorizerCredentialsArn: z.string().optional(),
  IdentitySource: z
    .array(z.string().regex(SOURCE, 'must be route.request.querystring.<name> or route.request.header.<name>'))
    .default([]),
  /** Of a WebSocket API nothing is remembered: each handshake is asked about. */
  AuthorizerResultTtlInSeconds: z.literal(0).optional(),
});
type AuthorizerProperties = z.output<typeof authorizer>;

/** AWS::ApiGatewayV2::Authorizer: a function that is asked who may connect to a WebSocket API. */
export function authorizerType(apis: ApisV2, { iam }: Pick<Backends, 'iam'>): ResourceType<AuthorizerProperties> {
  const put = (id: string, properties: AuthorizerProperties) => {
    const { ApiId, AuthorizerType: type, AuthorizerUri: uri, AuthorizerCredentialsArn: roleArn } = properties;
    const api = apis.changing(ApiId);
    if (api.kind === 'http' || type === 'JWT')
      throw new NotSupportedError(`authorizers of type ${type} of ${api.kind} APIs, only REQUEST of websocket APIs`);
    if (uri === undefined) throw badRequest('AuthorizerUri is required for REQUEST authorizers');
    if (roleArn !== undefined) iam.assertTrust(roleArn, 'apigateway.amazonaws.com');
    api.authorizers.set(id, {
      id,
      functionArn: functionOf(uri),
      ...(roleArn !== undefined && { roleArn }),
      identitySources: properties.IdentitySource.map(readSource),
    });
  };
  return {
    type: 'AWS::ApiGatewayV2::Authorizer',
    properties: authorizer as z.ZodType<AuthorizerProperties>,
    replaceOn: ['ApiId'],
    async create(properties, context) {
      const id = stableId(context).slice(0, 6);
      put(id, properties);
      return { physicalId: id, attributes: { AuthorizerId: id } };
    },
    async update(current, properties) {
      put(current.physicalId, properties);
      return current;
    },
    async remove(current, { ApiId }) {
      if (apis.find(ApiId)) apis.changing(ApiId).authorizers.delete(current.physicalId);
    },
    edges({ properties: { ApiId, AuthorizerUri, AuthorizerCredentialsArn: roleArn }, provisioned }) {
      const functionArn = functionOf(AuthorizerUri);
      if (roleArn !== undefined) return roleEdges(roleArn, [functionArn]);
      return serviceEdges('apigateway.amazonaws.com', arnOf('execute-api', sourceOf(ApiId, provisioned.physicalId)), [
        functionArn,
      ]);
    },
  };
}

function readSource(text: string): IdentitySource {
  const [, place, name = ''] = SOURCE.exec(text) ?? [];
  return { place: place === 'header' ? 'header' : 'querystring', name };
}
