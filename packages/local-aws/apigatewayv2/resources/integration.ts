import { z } from 'zod';
import { stableId } from '../../apigateway/registry.ts';
import { badRequest, functionOf } from '../../apigateway/resources/integration.ts';
import { NotSupportedError } from '../../core/errors.ts';
import { inert, type ResourceType } from '../../core/resource.ts';
import type { Api, ProxyIntegration } from '../model.ts';
import type { ApisV2 } from '../registry.ts';

/** docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html, and that of WebSocket APIs; milliseconds. */
const LONGEST_MS: Record<Api['kind'], number> = { http: 30_000, websocket: 29_000 };

const integration = z.strictObject({
  ApiId: z.string(),
  IntegrationType: z.enum(['AWS_PROXY', 'AWS', 'HTTP', 'HTTP_PROXY', 'MOCK']),
  IntegrationUri: z.string().optional(),
  IntegrationMethod: z.literal('POST').optional(),
  PayloadFormatVersion: z.enum(['1.0', '2.0']).optional(),
  TimeoutInMillis: z.coerce.number().int().min(50).optional(),
  ConnectionType: z.literal('INTERNET').optional(),
  Description: inert('descriptions are for readers of the template'),
});
type IntegrationProperties = z.output<typeof integration>;

/** AWS::ApiGatewayV2::Integration: of a function, by proxy. */
export function integrationType(apis: ApisV2): ResourceType<IntegrationProperties> {
  const put = (id: string, properties: IntegrationProperties) => {
    const api = apis.changing(properties.ApiId);
    api.integrations.set(id, readIntegration(api.kind, properties));
  };
  return {
    type: 'AWS::ApiGatewayV2::Integration',
    properties: integration as z.ZodType<IntegrationProperties>,
    replaceOn: ['ApiId'],
    async create(properties, context) {
      const id = stableId(context).slice(0, 7);
      put(id, properties);
      return { physicalId: id, attributes: { IntegrationId: id } };
    },
    async update(current, properties) {
      put(current.physicalId, properties);
      return current;
    },
    async remove(current, { ApiId }) {
      if (apis.find(ApiId)) apis.changing(ApiId).integrations.delete(current.physicalId);
    },
  };
}

function readIntegration(kind: Api['kind'], properties: IntegrationProperties): ProxyIntegration {
  const { IntegrationType: type, IntegrationUri: uri = '', PayloadFormatVersion: format } = properties;
  if (type !== 'AWS_PROXY') throw new NotSupportedError(`${kind} API integrations of type ${type}`);
  const wanted = kind === 'http' ? '2.0' : '1.0';
  if (kind === 'http' && format === undefined) throw badRequest('PayloadFormatVersion is a required parameter');
  if (format !== undefined && format !== wanted)
    throw new NotSupportedError(`the payload format ${format} of ${kind} APIs, only ${wanted}`);
  const timeoutMs = properties.TimeoutInMillis ?? LONGEST_MS[kind];
  if (timeoutMs > LONGEST_MS[kind])
    throw badRequest(`Timeout should be between 50 ms and ${LONGEST_MS[kind]} ms, and is ${timeoutMs}`);
  return { functionArn: uri.startsWith('arn:aws:lambda:') ? uri : functionOf(uri), timeoutMs };
}
