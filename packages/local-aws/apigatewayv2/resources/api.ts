import { z } from 'zod';
import { stableId } from '../../apigateway/registry.ts';
import { inert, type ResourceType } from '../../core/resource.ts';
import { API_PREFIX } from '../../front-door/apiTable.ts';
import type { Api, ApiSettings } from '../model.ts';
import type { ApisV2 } from '../registry.ts';

const flag = z.union([z.boolean(), z.stringbool()]);

const common = {
  Name: z.string().min(1),
  Description: inert('descriptions are for readers of the template'),
  DisableExecuteApiEndpoint: flag.refine((disabled) => !disabled, 'it is the only endpoint on a laptop').optional(),
  Version: inert('the version is for readers of the template'),
  Tags: inert('nothing reads tags on a laptop'),
};

const httpApi = z.strictObject({
  ...common,
  ProtocolType: z.literal('HTTP'),
  CorsConfiguration: z
    .strictObject({
      AllowOrigins: z.array(z.string()).default([]),
      AllowMethods: z.array(z.string()).default([]),
      AllowHeaders: z.array(z.string()).default([]),
      ExposeHeaders: z.array(z.string()).default([]),
      AllowCredentials: flag.default(false),
      MaxAge: z.coerce.number().int().min(-1).max(86_400).optional(),
    })
    .optional(),
});

const SELECTION = /^(\$request\.body(\.\w+)*|(\$\{request\.body(\.\w+)*\}|[^${}])+)$/;

const webSocketApi = z.strictObject({
  ...common,
  ProtocolType: z.literal('WEBSOCKET'),
  RouteSelectionExpression: z.string().regex(SELECTION, 'must choose by the body, as $request.body.action does'),
});

const api = z.discriminatedUnion('ProtocolType', [httpApi, webSocketApi]);
type ApiProperties = z.output<typeof api>;

/** AWS::ApiGatewayV2::Api. Its id is the same at each start, so addresses stay. */
export function apiType(
  apis: ApisV2,
  endpoint: () => string,
  removed: (api: Api) => void,
): ResourceType<ApiProperties> {
  return {
    type: 'AWS::ApiGatewayV2::Api',
    properties: api as z.ZodType<ApiProperties>,
    replaceOn: ['ProtocolType'],
    async create(properties, context) {
      const id = stableId(context);
      const kind = properties.ProtocolType === 'HTTP' ? 'http' : 'websocket';
      apis.create(id, context.stackName, kind, settingsOf(properties));
      const address = `${endpoint()}${API_PREFIX}${id}`;
      // As on AWS, where it is https:// or wss://: a stage that has a name comes behind it.
      const ApiEndpoint = kind === 'http' ? address : address.replace(/^http/, 'ws');
      return { physicalId: id, attributes: { ApiId: id, ApiEndpoint } };
    },
    async update(current, properties) {
      const known = apis.get(current.physicalId);
      delete known.cors;
      Object.assign(known, settingsOf(properties));
      return current;
    },
    async remove(current) {
      const known = apis.find(current.physicalId);
      apis.remove(current.physicalId);
      if (known) removed(known);
    },
  };
}

function settingsOf(properties: ApiProperties): ApiSettings {
  const { Name: name } = properties;
  if (properties.ProtocolType === 'WEBSOCKET') return { name, routeSelection: properties.RouteSelectionExpression };
  const { CorsConfiguration: cors } = properties;
  if (!cors) return { name };
  return {
    name,
    cors: {
      origins: cors.AllowOrigins,
      methods: cors.AllowMethods,
      headers: cors.AllowHeaders,
      exposed: cors.ExposeHeaders,
      allowsCredentials: cors.AllowCredentials,
      ...(cors.MaxAge !== undefined && { maxAgeSeconds: cors.MaxAge }),
    },
  };
}
