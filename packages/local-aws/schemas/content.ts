import draft04 from 'ajv-draft-04';
import { z } from 'zod';
import { parseJson } from '../core/boundedJson.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/schema-reference/v1-registries-name-registryname-schemas-name-schemaname.html */
export const SCHEMA_TYPES = ['OpenApi3', 'JSONSchemaDraft4'] as const;
export type SchemaType = (typeof SCHEMA_TYPES)[number];

/** The longest content of a schema, in characters. */
export const MAX_CONTENT = 100_000;

const DRAFT_4 = 'http://json-schema.org/draft-04/schema#';

/** What makes an OpenAPI document one, and holds schemas. https://spec.openapis.org/oas/v3.0.3 */
const openApi = z.looseObject({
  openapi: z.string().regex(/^3\.0\.\d+$/, "must be a version of OpenAPI 3.0, such as '3.0.0'"),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  paths: z.record(z.string(), z.unknown()),
  components: z.looseObject({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }).optional(),
});

/** Compiles nothing: it only looks whether a schema is one. */
const draft4 = new draft04.default({ strict: false, logger: false, validateFormats: false });

/** What is wrong with a schema's content, in words; undefined when it is what its type says. */
export function contentProblem(type: SchemaType, content: string): string | undefined {
  let document: unknown;
  try {
    document = parseJson(content);
  } catch (error) {
    return `it is no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  return type === 'OpenApi3' ? openApiProblem(document) : draft4Problem(document);
}

function openApiProblem(document: unknown): string | undefined {
  const issue = openApi.safeParse(document).error?.issues[0];
  return issue && `${issue.path.join('.') || 'the document'}: ${issue.message}`;
}

function draft4Problem(document: unknown): string | undefined {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return 'it is no JSON object';
  const { $schema = DRAFT_4 } = document as { $schema?: unknown };
  if ($schema !== DRAFT_4) return `its $schema is ${JSON.stringify($schema)}, not '${DRAFT_4}'`;
  if (draft4.validateSchema({ ...document, $schema: DRAFT_4 }) === true) return undefined;
  const [error] = draft4.errors ?? [];
  return `${error?.instancePath || 'the schema'} ${error?.message ?? 'is no JSON Schema'}`;
}
