import type { ValidateFunction } from 'ajv';
import draft04 from 'ajv-draft-04';
import formats from 'ajv-formats';
import { z } from 'zod';
import { parseJson } from '../../core/boundedJson.ts';
import { inert, type ResourceType } from '../../core/resource.ts';
import type { RestApi } from '../model.ts';
import { type Apis, stableId } from '../registry.ts';
import { badRequest } from './integration.ts';

const model = z.strictObject({
  RestApiId: z.string(),
  Name: z
    .string()
    .regex(/^[a-zA-Z0-9]+$/)
    .optional(),
  ContentType: z.string().default('application/json'),
  Schema: z.union([z.record(z.string(), z.unknown()), z.string()]),
  Description: inert('descriptions are for readers of the template'),
});
type ModelProperties = z.output<typeof model>;

/** AWS::ApiGateway::Model: a JSON Schema of draft 4. */
export function modelType(apis: Apis): ResourceType<ModelProperties> {
  const put = (name: string, { RestApiId, Schema }: ModelProperties) => {
    const api = apis.get(RestApiId);
    api.models.set(name, compile(api, name, Schema));
  };
  return {
    type: 'AWS::ApiGateway::Model',
    properties: model as z.ZodType<ModelProperties>,
    replaceOn: ['RestApiId', 'Name', 'ContentType'],
    async create(properties, context) {
      const name = properties.Name ?? context.generateName().replaceAll(/[^a-zA-Z0-9]/g, '');
      put(name, properties);
      return { physicalId: name, attributes: {} };
    },
    async update(current, properties) {
      put(current.physicalId, properties);
      return current;
    },
    async remove(current, { RestApiId }) {
      apis.find(RestApiId)?.models.delete(current.physicalId);
    },
  };
}

/** Models may refer to each other as `https://apigateway.amazonaws.com/restapis/<api>/models/<name>`. */
function compile(api: RestApi, name: string, schema: ModelProperties['Schema']): ValidateFunction {
  try {
    // API Gateway passes over keywords and formats that it does not know.
    const ajv = new draft04.default({ allErrors: true, strict: false, logger: false });
    formats.default(ajv as never);
    const idOf = (one: string) => `https://apigateway.amazonaws.com/restapis/${api.id}/models/${one}`;
    for (const [other, validate] of api.models) if (other !== name) ajv.addSchema(validate.schema, idOf(other));
    const parsed = typeof schema === 'string' ? (parseJson(schema) as Record<string, unknown>) : schema;
    return ajv.compile(parsed);
  } catch (cause) {
    throw badRequest(`Invalid model specified: ${name}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

const flag = z.union([z.boolean(), z.stringbool()]).default(false);
const validator = z.strictObject({
  RestApiId: z.string(),
  Name: z.string().optional(),
  ValidateRequestBody: flag,
  ValidateRequestParameters: flag,
});
type ValidatorProperties = z.output<typeof validator>;

/** AWS::ApiGateway::RequestValidator. */
export function requestValidatorType(apis: Apis): ResourceType<ValidatorProperties> {
  const put = (id: string, { RestApiId, ValidateRequestBody, ValidateRequestParameters }: ValidatorProperties) =>
    void apis.get(RestApiId).validators.set(id, {
      validatesBody: ValidateRequestBody,
      validatesParameters: ValidateRequestParameters,
    });
  return {
    type: 'AWS::ApiGateway::RequestValidator',
    properties: validator as z.ZodType<ValidatorProperties>,
    replaceOn: ['RestApiId', 'Name'],
    async create(properties, context) {
      const id = stableId(context).slice(0, 6);
      put(id, properties);
      return { physicalId: id, attributes: { RequestValidatorId: id } };
    },
    async update(current, properties) {
      put(current.physicalId, properties);
      return current;
    },
    async remove(current, { RestApiId }) {
      apis.find(RestApiId)?.validators.delete(current.physicalId);
    },
  };
}
