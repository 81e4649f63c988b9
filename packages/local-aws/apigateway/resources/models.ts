import type { ValidateFunction } from 'ajv';
import draft04 from 'ajv-draft-04';
import formats from 'ajv-formats';
import { z } from 'zod';
import { parseJson } from '../../core/boundedJson.ts';
import { Regex } from '../../core/regex/regex.ts';
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

/** The most that one text may cost to be compared with a pattern, in steps of some 50 nanoseconds. */
const MAX_PATTERN_STEPS = 5_000_000;

/** Schemas whose checks take time in proportion to the body, whatever they and the body are. */
function newSchemas() {
  // API Gateway passes over keywords and formats that it does not know.
  const ajv = new draft04.default({ allErrors: true, strict: false, logger: false, code: { regExp: linearPattern } });
  formats.default(ajv as never);
  // Its own compares each item with each other.
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    errors: false,
    error: { message: 'must NOT have duplicate items' },
    validate: (isWanted: boolean, items: unknown[]) => !isWanted || new Set(items.map(canonical)).size === items.length,
  });
  return ajv;
}

/** The same for what is the same JSON, whatever the order of its members. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.sort()}}`;
}

const linearPattern = Object.assign(
  (source: string) => {
    const regex = new Regex(source);
    const test = (text: string) => {
      let left = MAX_PATTERN_STEPS;
      return regex.isIn(text, (steps) => {
        left -= steps;
        if (left < 0) throw new Error(`a text of ${text.length} characters and the pattern '${source}': too much work`);
      });
    };
    return { test };
  },
  { code: 'new RegExp' },
);

/** Models may refer to each other as `https://apigateway.amazonaws.com/restapis/<api>/models/<name>`. */
function compile(api: RestApi, name: string, schema: ModelProperties['Schema']): ValidateFunction {
  try {
    const ajv = newSchemas();
    const idOf = (one: string) => `https://apigateway.amazonaws.com/restapis/${api.id}/models/${one}`;
    for (const [other, validate] of api.models) if (other !== name) ajv.addSchema(validate.schema, idOf(other));
    const parsed = typeof schema === 'string' ? (parseJson(schema) as Record<string, unknown>) : schema;
    // Under its own name: it may refer to itself.
    ajv.addSchema(parsed, idOf(name));
    return ajv.getSchema(idOf(name)) ?? ajv.compile(parsed);
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
