import { z } from 'zod';
import type { PoolTokens } from '../../cognito/poolTokens.ts';
import type { Core } from '../../core/cloud.ts';
import { Regex } from '../../core/regex/regex.ts';
import type { ResourceType } from '../../core/resource.ts';
import { PoolAuthorizer } from '../authorizers/poolAuthorizer.ts';
import { type Apis, stableId } from '../registry.ts';
import { badRequest } from './integration.ts';

/** docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html, in seconds. */
const DEFAULT_TTL_SECONDS = 300;
const LONGEST_TTL_SECONDS = 3600;

const authorizer = z.strictObject({
  RestApiId: z.string(),
  Name: z.string().min(1),
  Type: z.literal(
    'COGNITO_USER_POOLS',
    'authorizers of REST APIs that are functions (TOKEN, REQUEST) are not executed',
  ),
  IdentitySource: z
    .string()
    .regex(/^method\.request\.header\.[\w-]+$/, 'must be a header: method.request.header.Authorization'),
  ProviderARNs: z.array(z.string().regex(/^arn:aws:cognito-idp:[^:]+:\d+:userpool\/.+$/, 'is no user pool')).min(1),
  IdentityValidationExpression: z.string().optional(),
  AuthorizerResultTtlInSeconds: z.coerce.number().int().min(0).max(LONGEST_TTL_SECONDS).default(DEFAULT_TTL_SECONDS),
});
type AuthorizerProperties = z.output<typeof authorizer>;

/** AWS::ApiGateway::Authorizer, of users of user pools. A change counts at once, not with the next deployment. */
export function authorizerType(
  apis: Apis,
  { core, tokens }: { core: Core; tokens: PoolTokens },
): ResourceType<AuthorizerProperties> {
  const put = (id: string, properties: AuthorizerProperties) => {
    const { IdentitySource, ProviderARNs: poolArns, IdentityValidationExpression: expression } = properties;
    const settings = {
      header: IdentitySource.slice('method.request.header.'.length).toLowerCase(),
      poolArns,
      ...(expression !== undefined && { audience: audienceOf(expression) }),
      ttlMs: properties.AuthorizerResultTtlInSeconds * 1000,
    };
    apis.get(properties.RestApiId).authorizers.set(id, new PoolAuthorizer(settings, { tokens, clock: core.clock }));
  };
  return {
    type: 'AWS::ApiGateway::Authorizer',
    properties: authorizer as z.ZodType<AuthorizerProperties>,
    replaceOn: ['RestApiId'],
    async create(properties, context) {
      const id = stableId(context).slice(0, 6);
      put(id, properties);
      return { physicalId: id, attributes: { AuthorizerId: id } };
    },
    async update(current, properties) {
      put(current.physicalId, properties);
      return current;
    },
    async remove(current, { RestApiId }) {
      apis.find(RestApiId)?.authorizers.delete(current.physicalId);
    },
  };
}

function audienceOf(expression: string): Regex {
  try {
    return new Regex(expression);
  } catch (cause) {
    throw badRequest(`The IdentityValidationExpression '${expression}' is not executed: ${String(cause)}`);
  }
}
