import { z } from 'zod';
import {
  type AnyResourceType,
  inert,
  type Provisioned,
  type ResourceContext,
  type ResourceType,
} from '../core/resource.ts';
import { MAX_CONTENT, SCHEMA_TYPES } from './content.ts';
import { type Registries, registryArn, type Schema, schemaArn } from './registry.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-eventschemas-registry.html */
const MAX_REGISTRY_NAME = 64;
const MAX_SCHEMA_NAME = 385;
const nameUpTo = (length: number) =>
  z
    .string()
    .max(length)
    .regex(/^[0-9A-Za-z_.@-]+$/, 'holds a character other than letters, digits and _.@-')
    .refine((name) => !name.startsWith('aws.'), "names that begin with 'aws.' are AWS's own");

const registryProperties = z.strictObject({
  RegistryName: nameUpTo(MAX_REGISTRY_NAME).optional(),
  Description: z.string().max(256).optional(),
  Tags: inert('tags have no effect on a laptop'),
});
type RegistryProperties = z.output<typeof registryProperties>;

const schemaProperties = z.strictObject({
  RegistryName: nameUpTo(MAX_REGISTRY_NAME),
  SchemaName: nameUpTo(MAX_SCHEMA_NAME).optional(),
  Type: z.enum(SCHEMA_TYPES),
  Content: z.string().min(1).max(MAX_CONTENT),
  Description: z.string().max(256).optional(),
  Tags: inert('tags have no effect on a laptop'),
});
type SchemaProperties = z.output<typeof schemaProperties>;

/** The resource types of the schema registry. Discoverers, and policies of registries, are refused. */
export function schemaResources(registries: Registries): AnyResourceType[] {
  return [registryType(registries), schemaType(registries)];
}

const nameOf = ({ physicalId }: Provisioned) => physicalId.slice(physicalId.lastIndexOf('/') + 1);

function registryType(registries: Registries): ResourceType<RegistryProperties> {
  const provisioned = (name: string): Provisioned => ({
    physicalId: registryArn(name),
    attributes: { RegistryArn: registryArn(name), RegistryName: name },
  });
  const wanted = (name: string, { Description }: RegistryProperties, { stackName }: ResourceContext) => ({
    owner: stackName,
    name,
    ...(Description !== undefined && { description: Description }),
  });
  const ownName = ({ RegistryName }: RegistryProperties, context: ResourceContext) =>
    RegistryName ?? context.generateName({ maxLength: MAX_REGISTRY_NAME });
  return {
    type: 'AWS::EventSchemas::Registry',
    properties: registryProperties,
    replaceOn: ['RegistryName'],
    async create(properties, context) {
      const name = ownName(properties, context);
      registries.create(wanted(name, properties, context));
      return provisioned(name);
    },
    async adopt(properties, context) {
      const name = ownName(properties, context);
      if (registries.get(name)?.owner !== context.stackName) return undefined;
      registries.put(wanted(name, properties, context));
      return provisioned(name);
    },
    async update(current, properties, _previous, context) {
      registries.put(wanted(nameOf(current), properties, context));
      return current;
    },
    remove: async (current) => registries.remove(nameOf(current)),
    retain: async (current) => registries.retain(registries.find(nameOf(current))),
  };
}

function schemaType(registries: Registries): ResourceType<SchemaProperties> {
  const provisioned = (schema: Schema): Provisioned => {
    const arn = schemaArn(schema.registryName, schema.name);
    const last = schema.versions.at(-1);
    return {
      physicalId: arn,
      attributes: {
        SchemaArn: arn,
        SchemaName: schema.name,
        SchemaVersion: String(last?.number),
        LastModified: new Date(schema.modifiedMs).toISOString(),
        VersionCreatedDate: new Date(last?.createdMs ?? 0).toISOString(),
      },
    };
  };
  const ownName = ({ SchemaName }: SchemaProperties, context: ResourceContext) => SchemaName ?? context.generateName();
  const changed = (schema: Schema, { Description, Type, Content }: SchemaProperties) =>
    provisioned(registries.change(schema, Description, Type, Content));
  return {
    type: 'AWS::EventSchemas::Schema',
    properties: schemaProperties,
    replaceOn: ['RegistryName', 'SchemaName'],
    async create(properties, context) {
      const { RegistryName: registryName, Description, Type, Content } = properties;
      const schema = {
        owner: context.stackName,
        registryName,
        name: ownName(properties, context),
        ...(Description !== undefined && { description: Description }),
      };
      return provisioned(registries.createSchema(schema, Type, Content));
    },
    async adopt(properties, context) {
      const schema = registries.schema(properties.RegistryName, ownName(properties, context));
      return schema?.owner === context.stackName ? changed(schema, properties) : undefined;
    },
    update: async ({ attributes: { SchemaName = '' } }, properties) =>
      changed(registries.findSchema(properties.RegistryName, SchemaName), properties),
    remove: async ({ attributes: { SchemaName = '' } }, { RegistryName }) =>
      registries.removeSchema(RegistryName, SchemaName),
    async retain({ physicalId }) {
      const [registryName = '', name = ''] = physicalId.split('/').slice(1);
      registries.retainSchema(registries.findSchema(registryName, name));
    },
  };
}
