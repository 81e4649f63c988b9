import { z } from 'zod';
import { inert, type ResourceType } from '../../core/resource.ts';
import { GATEWAY_RESPONSE_TYPES } from '../gatewayError.ts';
import { isExpression } from '../mapping/expression.ts';
import type { Apis } from '../registry.ts';
import { badRequest, headerName } from './integration.ts';

const gatewayResponse = z.strictObject({
  RestApiId: z.string(),
  ResponseType: z.enum(GATEWAY_RESPONSE_TYPES, 'is no type of answer that local-aws gives'),
  StatusCode: z.coerce
    .string()
    .regex(/^[1-5]\d\d$/)
    .optional(),
  ResponseParameters: z.record(z.string(), z.coerce.string()).default({}),
  ResponseTemplates: z.record(z.string(), z.string()).default({}),
});
type Properties = z.output<typeof gatewayResponse>;

/** AWS::ApiGateway::GatewayResponse. */
export function gatewayResponseType(apis: Apis): ResourceType<Properties> {
  const put = ({ RestApiId, ResponseType, StatusCode, ResponseParameters, ResponseTemplates }: Properties) => {
    const headers = Object.entries(ResponseParameters).map(([name, expression]) => {
      if (!isExpression(expression)) throw badRequest(`Invalid mapping expression specified: ${name}: ${expression}`);
      return [headerName(name, 'gatewayresponse.header.'), expression];
    });
    apis.get(RestApiId).gatewayResponses.set(ResponseType, {
      ...(StatusCode !== undefined && { status: Number(StatusCode) }),
      headers: Object.fromEntries(headers),
      templates: ResponseTemplates,
    });
  };
  return {
    type: 'AWS::ApiGateway::GatewayResponse',
    properties: gatewayResponse as z.ZodType<Properties>,
    replaceOn: ['RestApiId', 'ResponseType'],
    async create(properties, context) {
      put(properties);
      return { physicalId: context.generateName(), attributes: {} };
    },
    async update(current, properties) {
      put(properties);
      return current;
    },
    async remove(_current, { RestApiId, ResponseType }) {
      apis.find(RestApiId)?.gatewayResponses.delete(ResponseType);
    },
  };
}

const account = z.strictObject({ CloudWatchRoleArn: inert('API Gateway writes no logs of its own on a laptop') });

/** AWS::ApiGateway::Account: nothing of it has an effect on a laptop. */
export const accountType: ResourceType<z.output<typeof account>> = {
  type: 'AWS::ApiGateway::Account',
  properties: account,
  async create(_properties, context) {
    return { physicalId: context.generateName(), attributes: {} };
  },
  async update(current) {
    return current;
  },
  async remove() {},
};
