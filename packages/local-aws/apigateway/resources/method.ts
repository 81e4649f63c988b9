import { z } from 'zod';
import { arnOf } from '../../core/arn.ts';
import { serviceEdges } from '../../core/edges.ts';
import type { ExistingResource, ResourceType } from '../../core/resource.ts';
import type { Backends } from '../integrations/invoke.ts';
import type { ApiMethod, RestApi, ServiceIntegration } from '../model.ts';
import type { Apis } from '../registry.ts';
import { badRequest, integrationSchema, methodResponsesSchema, readIntegration } from './integration.ts';

const flag = z.union([z.boolean(), z.stringbool()]);

const method = z.strictObject({
  RestApiId: z.string(),
  ResourceId: z.string(),
  HttpMethod: z.enum(['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']),
  AuthorizationType: z
    .enum(['NONE', 'COGNITO_USER_POOLS'], 'is not executed: only NONE and COGNITO_USER_POOLS')
    .optional(),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).default([]),
  ApiKeyRequired: flag.refine((required) => !required, 'API keys are not executed').optional(),
  /** Names only SDKs that are generated from the API. */
  OperationName: z.string().optional(),
  RequestParameters: z.record(z.string().regex(/^method\.request\.(path|querystring|header)\..+$/), flag).default({}),
  RequestModels: z.record(z.string(), z.string()).default({}),
  RequestValidatorId: z.string().optional(),
  MethodResponses: methodResponsesSchema.default([]),
  Integration: integrationSchema,
});
type MethodProperties = z.output<typeof method>;

/** AWS::ApiGateway::Method, with its integration. */
export function methodType(apis: Apis, backends: Pick<Backends, 'core' | 'iam'>): ResourceType<MethodProperties> {
  const put = (properties: MethodProperties) => {
    const { RestApiId, ResourceId, HttpMethod } = properties;
    const api = apis.get(RestApiId);
    if (!api.resources.has(ResourceId)) throw badRequest(`Invalid Resource identifier specified: ${ResourceId}`);
    checkNames(Object.keys(properties.RequestParameters));
    for (const model of Object.values(properties.RequestModels))
      if (!api.models.has(model) && !BUILT_IN_MODELS.has(model))
        throw badRequest(`Invalid model identifier specified: ${model}`);
    const authorization = authorizationOf(api, properties);
    const read: ApiMethod = {
      httpMethod: HttpMethod,
      requestParameters: properties.RequestParameters,
      requestModels: properties.RequestModels,
      ...(properties.RequestValidatorId !== undefined && { validatorId: properties.RequestValidatorId }),
      ...(authorization && { authorization }),
      integration: readIntegration(properties.Integration, properties.MethodResponses),
    };
    if (read.integration.kind === 'service') checkService(backends, read.integration);
    const methods = api.methods.get(ResourceId) ?? new Map<string, ApiMethod>();
    methods.set(HttpMethod, read);
    api.methods.set(ResourceId, methods);
  };
  return {
    type: 'AWS::ApiGateway::Method',
    properties: method as z.ZodType<MethodProperties>,
    replaceOn: ['RestApiId', 'ResourceId', 'HttpMethod'],
    async create(properties, context) {
      put(properties);
      return { physicalId: context.generateName(), attributes: {} };
    },
    async update(current, properties) {
      put(properties);
      return current;
    },
    async remove(_current, { RestApiId, ResourceId, HttpMethod }) {
      apis.find(RestApiId)?.methods.get(ResourceId)?.delete(HttpMethod);
    },
    edges({ properties }, all) {
      const { Integration } = properties;
      const [, functionArn = ''] =
        /:lambda:path\/[^/]+\/functions\/(.+)\/invocations$/.exec(Integration.Uri ?? '') ?? [];
      return serviceEdges('apigateway.amazonaws.com', methodArn(properties, all), [functionArn]);
    },
  };
}

function authorizationOf(
  { authorizers }: RestApi,
  { AuthorizationType: type = 'NONE', AuthorizerId: authorizerId, AuthorizationScopes: scopes }: MethodProperties,
): ApiMethod['authorization'] {
  if (type === 'NONE') {
    if (authorizerId === undefined && scopes.length === 0) return undefined;
    throw badRequest('A method with an authorizer, or with scopes, needs the AuthorizationType COGNITO_USER_POOLS');
  }
  if (authorizerId === undefined || !authorizers.has(authorizerId))
    throw badRequest(
      'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.',
    );
  return { authorizerId, scopes };
}

/** Every API has them, and they ask for nothing. */
const BUILT_IN_MODELS: ReadonlySet<string> = new Set(['Empty', 'Error']);

function checkNames(parameters: readonly string[]): void {
  const names = parameters.map((parameter) => parameter.split('.').slice(3).join('.'));
  if (new Set(names).size < names.length)
    throw badRequest('Parameter names must be unique across querystring, header and path');
}

/** On AWS a role that cannot be taken on fails every request; here it fails the deployment, and so does an operation unknown. */
function checkService(
  { core, iam }: Pick<Backends, 'core' | 'iam'>,
  { service, target, roleArn }: ServiceIntegration,
): void {
  if (target.kind === 'action') core.services.operation(service, target.value);
  else if (!core.services.byId(service)?.protocol) throw core.services.unsupported(`the service '${service}'`);
  iam.assertTrust(roleArn, 'apigateway.amazonaws.com');
}

/** `arn:aws:execute-api:region:account:api/stage/METHOD/path`: the source of a call, as a Lambda permission sees it. */
function methodArn({ RestApiId, ResourceId, HttpMethod }: MethodProperties, all: readonly ExistingResource[]): string {
  const stages = all.flatMap(({ type, properties }) => {
    const { RestApiId: api, StageName } = properties as { RestApiId?: string; StageName?: string };
    return type.type.startsWith('AWS::ApiGateway::') && api === RestApiId && StageName ? [StageName] : [];
  });
  const method = HttpMethod === 'ANY' ? 'GET' : HttpMethod;
  return arnOf('execute-api', `${RestApiId}/${stages[0] ?? 'local'}/${method}/${pathIn(ResourceId, all)}`);
}

function pathIn(resourceId: string, all: readonly ExistingResource[]): string {
  const found = all.find(
    ({ type, provisioned }) => type.type === 'AWS::ApiGateway::Resource' && provisioned.physicalId === resourceId,
  );
  if (!found) return '';
  const { ParentId, PathPart } = found.properties as { ParentId: string; PathPart: string };
  const parent = pathIn(ParentId, all);
  return parent === '' ? PathPart : `${parent}/${PathPart}`;
}
