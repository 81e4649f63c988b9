import { z } from 'zod';
import { stableId } from '../../apigateway/registry.ts';
import { badRequest } from '../../apigateway/resources/integration.ts';
import { arnOf } from '../../core/arn.ts';
import { serviceEdges } from '../../core/edges.ts';
import { AwsError, NotSupportedError } from '../../core/errors.ts';
import { type ExistingResource, inert, type ResourceType } from '../../core/resource.ts';
import type { Api } from '../model.ts';
import { type ApisV2, routeSource } from '../registry.ts';

const HTTP_KEY = /^(\$default|(ANY|GET|HEAD|OPTIONS|PUT|PATCH|POST|DELETE) \/\S*)$/;

const flag = z.union([z.boolean(), z.stringbool()]);

const route = z.strictObject({
  ApiId: z.string(),
  RouteKey: z.string().min(1).max(1024),
  Target: z
    .string()
    .regex(/^integrations\/.+$/)
    .optional(),
  AuthorizationType: z.enum(['NONE', 'CUSTOM'], 'is not executed: only NONE, and CUSTOM of $connect').optional(),
  AuthorizerId: z.string().optional(),
  ApiKeyRequired: flag.refine((required) => !required, 'API keys are not executed').optional(),
  /** Names only SDKs that are generated from the API. */
  OperationName: inert('it names SDKs only'),
  RouteResponseSelectionExpression: z.literal('$default').optional(),
});
type RouteProperties = z.output<typeof route>;

/** AWS::ApiGatewayV2::Route. */
export function routeType(apis: ApisV2): ResourceType<RouteProperties> {
  const put = (id: string, { ApiId, RouteKey: key, Target, ...properties }: RouteProperties) => {
    const api = apis.changing(ApiId);
    checkKey(api, id, key);
    checkAuthorizer(api, key, properties);
    const { AuthorizerId: authorizerId } = properties;
    if (Target !== undefined && !api.integrations.has(Target.slice('integrations/'.length)))
      throw badRequest(`Invalid integration identifier specified for the route ${key}: ${Target}`);
    const selectsResponse = properties.RouteResponseSelectionExpression !== undefined;
    api.routes.set(id, {
      id,
      key,
      selectsResponse,
      ...(Target !== undefined && { target: Target }),
      ...(authorizerId !== undefined && { authorizerId }),
    });
  };
  return {
    type: 'AWS::ApiGatewayV2::Route',
    properties: route as z.ZodType<RouteProperties>,
    replaceOn: ['ApiId'],
    async create(properties, context) {
      const id = stableId(context).slice(0, 7);
      put(id, properties);
      return { physicalId: id, attributes: { RouteId: id } };
    },
    async update(current, properties) {
      put(current.physicalId, properties);
      return current;
    },
    async remove(current, { ApiId }) {
      if (apis.find(ApiId)) apis.changing(ApiId).routes.delete(current.physicalId);
    },
    edges: ({ properties }, all) =>
      serviceEdges('apigateway.amazonaws.com', sourceOf(properties, all), [functionOfRoute(apis, properties)]),
  };
}

/** The source of a call, as a Lambda permission sees it. */
function sourceOf({ ApiId, RouteKey }: RouteProperties, all: readonly ExistingResource[]): string {
  const stages = all.flatMap(({ type, properties }) => {
    const { ApiId: api, StageName } = properties as { ApiId?: string; StageName?: string };
    return type.type === 'AWS::ApiGatewayV2::Stage' && api === ApiId && StageName ? [StageName] : [];
  });
  return arnOf('execute-api', `${ApiId}/${stages[0] ?? '$default'}/${routeSource(RouteKey, 'GET')}`);
}

function functionOfRoute(apis: ApisV2, { ApiId, Target }: RouteProperties): string {
  const id = Target?.slice('integrations/'.length) ?? '';
  return apis.find(ApiId)?.integrations.get(id)?.functionArn ?? '';
}

function checkKey(api: Api, id: string, key: string): void {
  if (api.kind === 'http' && !HTTP_KEY.test(key))
    throw badRequest(`The route key '${key}' is neither $default nor a method and a path`);
  const taken = [...api.routes.values()].some((other) => other.key === key && other.id !== id);
  if (taken)
    throw new AwsError('ConflictException', `Route with key ${key} already exists for this API`, { status: 409 });
}

/** A connection is let in when it is made, and never asked again. Throws AwsError. */
function checkAuthorizer(
  { kind, authorizers }: Api,
  key: string,
  { AuthorizationType: type = 'NONE', AuthorizerId: id }: Pick<RouteProperties, 'AuthorizationType' | 'AuthorizerId'>,
): void {
  if (kind === 'http' && type !== 'NONE') throw new NotSupportedError(`authorizers of HTTP APIs (the route ${key})`);
  if (type !== 'NONE' && key !== '$connect')
    throw badRequest('Currently, authorization restriction can only be applied to the $connect Route');
  if (type === 'CUSTOM' ? id === undefined || !authorizers.has(id) : id !== undefined)
    throw badRequest(
      `Invalid authorizer identifier specified for the route ${key}, of AuthorizationType ${type}: ${id}`,
    );
}

const routeResponse = z.strictObject({
  ApiId: z.string(),
  RouteId: z.string(),
  RouteResponseKey: z.literal('$default'),
});
type RouteResponseProperties = z.output<typeof routeResponse>;

/** AWS::ApiGatewayV2::RouteResponse: with the route's own expression it makes a WebSocket route answer. */
export function routeResponseType(apis: ApisV2): ResourceType<RouteResponseProperties> {
  const put = (id: string, { ApiId, RouteId }: RouteResponseProperties) => {
    const api = apis.changing(ApiId);
    if (!api.routes.has(RouteId)) throw badRequest(`Invalid Route identifier specified: ${RouteId}`);
    api.responses.set(id, { routeId: RouteId });
  };
  return {
    type: 'AWS::ApiGatewayV2::RouteResponse',
    properties: routeResponse,
    replaceOn: ['ApiId', 'RouteId'],
    async create(properties, context) {
      const id = stableId(context).slice(0, 7);
      put(id, properties);
      return { physicalId: id, attributes: { RouteResponseId: id } };
    },
    async update(current, properties) {
      put(current.physicalId, properties);
      return current;
    },
    async remove(current, { ApiId }) {
      if (apis.find(ApiId)) apis.changing(ApiId).responses.delete(current.physicalId);
    },
  };
}
