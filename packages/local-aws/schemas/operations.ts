import { z } from 'zod';
import { checkedOperations } from '../core/checkedOperation.ts';
import { AwsError } from '../core/errors.ts';
import type { Operation, Permission, RestRoute } from '../core/service.ts';
import { type Registries, type Registry, registryArn, type Schema, type SchemaVersion, schemaArn } from './registry.ts';

const operation = checkedOperations(
  'schemas',
  (path, reason) => new AwsError('BadRequestException', `'${path}' failed to satisfy constraint: ${reason}`),
);

const REGISTRIES = '/v1/registries';
const NAMED = /^\/v1\/registries\/name\/([^/]+)(?:(\/schemas)(?:\/name\/([^/]+)(\/versions)?|(\/search))?)?$/;

/** https://docs.aws.amazon.com/eventbridge/latest/schema-reference/v1-registries.html and the pages beside it. */
export function routeOf(method: string, path: string): RestRoute | undefined {
  if (method !== 'GET') return undefined;
  if (path === REGISTRIES) return { operation: 'ListRegistries', parameters: {} };
  const [found, registry = '', schemas, schema, versions, search] = NAMED.exec(path) ?? [];
  if (found === undefined) return undefined;
  const RegistryName = decodeURIComponent(registry);
  if (schema !== undefined) {
    const parameters = { RegistryName, SchemaName: decodeURIComponent(schema) };
    return { operation: versions ? 'ListSchemaVersions' : 'DescribeSchema', parameters };
  }
  const operation = search ? 'SearchSchemas' : schemas ? 'ListSchemas' : 'DescribeRegistry';
  return { operation, parameters: { RegistryName } };
}

const MAX_PAGE = 100;
const name = z.string().min(1).max(385);
const page = {
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(MAX_PAGE),
  nextToken: z.string().optional(),
};

/** A page of a sorted list; the token is the name of the last on the page before. */
function paged<T>(items: readonly T[], nameOf: (item: T) => string, { limit, nextToken }: Page) {
  const from = nextToken === undefined ? 0 : items.findIndex((item) => nameOf(item) > nextToken);
  const rest = from < 0 ? [] : items.slice(from);
  const found = rest.slice(0, limit);
  const last = found.at(-1);
  return { found, next: rest.length > limit && last !== undefined ? { NextToken: nameOf(last) } : {} };
}
interface Page {
  limit: number;
  nextToken?: string | undefined;
}

const onRegistry = (action: string, registryName: string): Permission[] => [
  { action: `schemas:${action}`, resource: registryArn(registryName) },
];
const onSchema = (action: string, registryName: string, schemaName: string): Permission[] => [
  { action: `schemas:${action}`, resource: schemaArn(registryName, schemaName) },
];

const described = (registry: Registry) => ({
  RegistryArn: registryArn(registry.name),
  RegistryName: registry.name,
  ...(registry.description !== undefined && { Description: registry.description }),
});

const dateOf = (timeMs: number) => new Date(timeMs).toISOString();

/** Registries and schemas can be read over the wire; templates make and change them. */
export function schemaOperations(registries: Registries): Record<string, Operation> {
  return {
    ListRegistries: operation('ListRegistries', {
      input: z.strictObject({
        ...page,
        registryNamePrefix: z.string().default(''),
        scope: z.literal('LOCAL').optional(),
      }),
      permissions: () => onRegistry('ListRegistries', '*'),
      run({ registryNamePrefix, ...wanted }) {
        const all = registries.list().filter((registry) => registry.name.startsWith(registryNamePrefix));
        const { found, next } = paged(all, (registry) => registry.name, wanted);
        return {
          Registries: found.map((registry) => ({
            RegistryArn: registryArn(registry.name),
            RegistryName: registry.name,
          })),
          ...next,
        };
      },
    }),
    DescribeRegistry: operation('DescribeRegistry', {
      input: z.strictObject({ RegistryName: name }),
      permissions: ({ RegistryName }) => onRegistry('DescribeRegistry', RegistryName),
      run: ({ RegistryName }) => described(registries.find(RegistryName)),
    }),
    ListSchemas: operation('ListSchemas', {
      input: z.strictObject({ ...page, RegistryName: name, schemaNamePrefix: z.string().default('') }),
      permissions: ({ RegistryName }) => onSchema('ListSchemas', RegistryName, '*'),
      run({ RegistryName, schemaNamePrefix, ...wanted }) {
        const all = registries.schemasOf(RegistryName).filter((schema) => schema.name.startsWith(schemaNamePrefix));
        const { found, next } = paged(all, (schema) => schema.name, wanted);
        return { Schemas: found.map(summary), ...next };
      },
    }),
    DescribeSchema: operation('DescribeSchema', {
      input: z.strictObject({ RegistryName: name, SchemaName: name, schemaVersion: z.string().optional() }),
      permissions: ({ RegistryName, SchemaName }) => onSchema('DescribeSchema', RegistryName, SchemaName),
      run: ({ RegistryName, SchemaName, schemaVersion }) =>
        whole(registries.findSchema(RegistryName, SchemaName), schemaVersion),
    }),
    SearchSchemas: operation('SearchSchemas', {
      input: z.strictObject({ ...page, RegistryName: name, keywords: z.string().min(1) }),
      permissions: ({ RegistryName }) => onSchema('SearchSchemas', RegistryName, '*'),
      run({ RegistryName, keywords, ...wanted }) {
        const words = keywords.toLowerCase().split(/\s+/).filter(Boolean);
        const all = registries.schemasOf(RegistryName).filter((schema) => speaksOf(schema, words));
        const { found, next } = paged(all, (schema) => schema.name, wanted);
        return {
          Schemas: found.map((schema) => ({
            ...named(schema),
            RegistryName,
            SchemaVersions: schema.versions.map(({ number, type, createdMs }) => ({
              SchemaVersion: String(number),
              Type: type,
              CreatedDate: dateOf(createdMs),
            })),
          })),
          ...next,
        };
      },
    }),
    ListSchemaVersions: operation('ListSchemaVersions', {
      input: z.strictObject({ ...page, RegistryName: name, SchemaName: name }),
      permissions: ({ RegistryName, SchemaName }) => onSchema('ListSchemaVersions', RegistryName, SchemaName),
      run({ RegistryName, SchemaName, ...wanted }) {
        const schema = registries.findSchema(RegistryName, SchemaName);
        const { found, next } = paged(schema.versions, keyOf, wanted);
        return {
          SchemaVersions: found.map(({ number, type }) => ({
            ...named(schema),
            SchemaVersion: String(number),
            Type: type,
          })),
          ...next,
        };
      },
    }),
  };
}

/** Numbers as text that sorts as they do. */
const keyOf = ({ number }: SchemaVersion) => String(number).padStart(6, '0');

const named = (schema: Schema) => ({ SchemaArn: schemaArn(schema.registryName, schema.name), SchemaName: schema.name });

const summary = (schema: Schema) => ({
  ...named(schema),
  LastModified: dateOf(schema.modifiedMs),
  VersionCount: schema.versions.length,
});

function whole(schema: Schema, wanted: string | undefined) {
  const found =
    wanted === undefined ? schema.versions.at(-1) : schema.versions.find(({ number }) => String(number) === wanted);
  if (!found)
    throw new AwsError('NotFoundException', `Version ${wanted} of schema ${schema.name} does not exist.`, {
      status: 404,
    });
  return {
    ...named(schema),
    ...(schema.description !== undefined && { Description: schema.description }),
    Content: found.content,
    Type: found.type,
    SchemaVersion: String(found.number),
    LastModified: dateOf(schema.modifiedMs),
    VersionCreatedDate: dateOf(found.createdMs),
  };
}

/** Whether all words occur in the schema's name, its description or its latest content. */
function speaksOf(schema: Schema, words: readonly string[]): boolean {
  const text = `${schema.name} ${schema.description ?? ''} ${schema.versions.at(-1)?.content ?? ''}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
