import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { AwsError } from '../core/errors.ts';
import { inert, type Provisioned, type ResourceContext, type ResourceType } from '../core/resource.ts';
import type { Database } from './database.ts';
import { ttlAttribute } from './expiry.ts';
import { refuseInheritedNames } from './names.ts';
import { createTable, deleteTable } from './operations/tables.ts';
import { updateTable } from './operations/updateTable.ts';
import type { TableDescription } from './store/item.ts';

/** Numbers may arrive as text from a template's parameters. */
const units = z.coerce.number().int().min(1);
const throughput = z.strictObject({ ReadCapacityUnits: units, WriteCapacityUnits: units });
const keySchema = z
  .array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))
  .min(1)
  .max(2);
const projection = z.strictObject({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
  NonKeyAttributes: z.array(z.string()).optional(),
});
const flag = z.union([z.boolean(), z.stringbool()]);

const tableSchema = z.strictObject({
  TableName: z
    .string()
    .regex(/^[a-zA-Z0-9_.-]{3,255}$/)
    .optional(),
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: keySchema,
  BillingMode: z.enum(['PROVISIONED', 'PAY_PER_REQUEST']).default('PROVISIONED'),
  ProvisionedThroughput: throughput.optional(),
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        IndexName: z.string(),
        KeySchema: keySchema,
        Projection: projection,
        ProvisionedThroughput: throughput.optional(),
      }),
    )
    .optional(),
  LocalSecondaryIndexes: z
    .array(z.strictObject({ IndexName: z.string(), KeySchema: keySchema, Projection: projection }))
    .optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string().min(1).max(255), Enabled: flag }).optional(),
  PointInTimeRecoverySpecification: inert('there are no backups on a laptop'),
  SSESpecification: inert('tables are not encrypted on a laptop'),
  Tags: inert('nothing reads tags on a laptop'),
  DeletionProtectionEnabled: inert('a local stack can always be removed'),
  TableClass: inert('a matter of price only'),
});

type TableProperties = z.output<typeof tableSchema>;

/** AWS::DynamoDB::Table. `onTtlChange` is told when a table's TTL was turned on or off. */
export function tableResource(database: Database, onTtlChange: (table: string) => void): ResourceType<TableProperties> {
  const { store } = database;

  const setTtl = (table: string, properties: TableProperties) => {
    const { AttributeName: attribute, Enabled: enabled } = properties.TimeToLiveSpecification ?? { Enabled: false };
    const wanted = enabled ? attribute : undefined;
    refuseInheritedNames(properties.TimeToLiveSpecification);
    if (ttlAttribute(store, table) === wanted) return;
    store.commit(() => {
      if (wanted === undefined) store.settings('ttl').del(table);
      else store.settings('ttl').put(table, wanted);
    });
    onTtlChange(table);
  };

  /** Makes an existing table what the properties say. */
  const bringInLine = async (table: TableDescription, properties: TableProperties): Promise<void> => {
    const update = differences(table, properties);
    if (update) await updateTable(database, { TableName: table.TableName, ...update });
    setTtl(table.TableName, properties);
  };

  return {
    type: 'AWS::DynamoDB::Table',
    properties: tableSchema as z.ZodType<TableProperties>,
    replaceOn: ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
    async create(properties, context) {
      const name = nameOf(properties, context);
      const { TimeToLiveSpecification: _later, ...definition } = withoutInert(properties);
      await createTable(database, { ...definition, TableName: name }, context.stackName);
      setTtl(name, properties);
      return provisioned(store.table(name) as TableDescription);
    },
    async adopt(properties, context) {
      const table = store.table(nameOf(properties, context));
      if (!table || store.ownerOf(table.TableName) !== context.stackName) return undefined;
      if (!sameKeys(table, properties))
        throw new AwsError(
          'ResourceInUseException',
          `Table ${table.TableName} exists with another key schema or other local indexes: remove it, or start with --fresh`,
        );
      await bringInLine(table, properties);
      return provisioned(table);
    },
    async update(current, properties) {
      const table = store.table(current.physicalId);
      if (!table) throw new AwsError('ResourceNotFoundException', `Table ${current.physicalId} is gone`);
      await bringInLine(table, properties);
      return current;
    },
    async remove(current) {
      if (store.table(current.physicalId)) await deleteTable(database, { TableName: current.physicalId });
    },
    retain: (current) => store.retain(current.physicalId),
  };
}

function nameOf({ TableName }: TableProperties, context: ResourceContext): string {
  return TableName ?? context.generateName({ maxLength: 255 });
}

function provisioned(table: TableDescription): Provisioned {
  return { physicalId: table.TableName, attributes: { Arn: table.TableArn } };
}

/** Only what CreateTable is to act on. */
function withoutInert({
  PointInTimeRecoverySpecification: _backups,
  SSESpecification: _encryption,
  Tags: _tags,
  DeletionProtectionEnabled: _protection,
  TableClass: _class,
  ...rest
}: TableProperties) {
  return rest;
}

/** Whether the parts that cannot be changed in place are the same. */
function sameKeys(table: TableDescription, properties: TableProperties): boolean {
  const local = (indexes: { IndexName: string; KeySchema: unknown; Projection: unknown }[] | undefined) =>
    (indexes ?? []).map(({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection }));
  const types = new Map(properties.AttributeDefinitions.map((one) => [one.AttributeName, one.AttributeType]));
  return (
    isDeepStrictEqual(table.KeySchema, properties.KeySchema) &&
    isDeepStrictEqual(local(table.LocalSecondaryIndexes), local(properties.LocalSecondaryIndexes)) &&
    table.KeySchema.every(
      ({ AttributeName }) =>
        types.get(AttributeName) ===
        table.AttributeDefinitions.find((one) => one.AttributeName === AttributeName)?.AttributeType,
    )
  );
}

/** The UpdateTable input that makes the table what the properties say; undefined when it is so already. */
function differences(table: TableDescription, properties: TableProperties): Record<string, unknown> | undefined {
  const wanted = new Map((properties.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, index]));
  const updates: Record<string, unknown>[] = [];
  for (const index of table.GlobalSecondaryIndexes ?? []) {
    const next = wanted.get(index.IndexName);
    const same =
      next &&
      isDeepStrictEqual(index.KeySchema, next.KeySchema) &&
      isDeepStrictEqual(index.Projection, next.Projection);
    if (same) wanted.delete(index.IndexName);
    else updates.push({ Delete: { IndexName: index.IndexName } });
  }
  for (const index of wanted.values()) updates.push({ Create: index });

  const mode = table.BillingModeSummary?.BillingMode ?? 'PROVISIONED';
  const update = {
    ...(updates.length > 0 && {
      GlobalSecondaryIndexUpdates: updates,
      AttributeDefinitions: properties.AttributeDefinitions,
    }),
    ...(properties.BillingMode !== mode && { BillingMode: properties.BillingMode }),
    ...throughputChange(table, properties, mode),
  };
  return Object.keys(update).length > 0 ? update : undefined;
}

function throughputChange(table: TableDescription, properties: TableProperties, mode: string) {
  const { ProvisionedThroughput: wanted } = properties;
  if (!wanted || properties.BillingMode === 'PAY_PER_REQUEST') return {};
  const { ReadCapacityUnits: read, WriteCapacityUnits: write } = table.ProvisionedThroughput;
  const same = wanted.ReadCapacityUnits === read && wanted.WriteCapacityUnits === write;
  return same && mode === 'PROVISIONED' ? {} : { ProvisionedThroughput: wanted };
}
