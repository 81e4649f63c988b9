import { z } from 'zod';
import { AwsError, NotSupportedError } from '../../core/errors.ts';
import { type Database, existingTable, tableNameOf } from '../database.ts';
import { validationException } from '../engine.ts';
import { refuseInheritedNames } from '../names.ts';
import type { IndexDescription, TableDescription } from '../store/item.ts';
import { billingMode, describeIndex, describeThroughput, fillIndex } from './tables.ts';

const throughput = z.strictObject({
  ReadCapacityUnits: z.int().min(1),
  WriteCapacityUnits: z.int().min(1),
});

const attributeDefinitions = z.array(
  z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
);

const inputSchema = z.strictObject({
  TableName: z.string(),
  AttributeDefinitions: attributeDefinitions.optional(),
  BillingMode: z.enum(['PROVISIONED', 'PAY_PER_REQUEST']).optional(),
  ProvisionedThroughput: throughput.optional(),
  GlobalSecondaryIndexUpdates: z
    .array(
      z.strictObject({
        Create: z
          .strictObject({
            IndexName: z.string().regex(/^[a-zA-Z0-9_.-]{3,255}$/),
            KeySchema: z
              .array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))
              .min(1)
              .max(2),
            Projection: z.strictObject({
              ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
              NonKeyAttributes: z.array(z.string()).optional(),
            }),
            ProvisionedThroughput: throughput.optional(),
          })
          .optional(),
        Update: z.strictObject({ IndexName: z.string(), ProvisionedThroughput: throughput }).optional(),
        Delete: z.strictObject({ IndexName: z.string() }).optional(),
      }),
    )
    .optional(),
});

type TableUpdate = z.output<typeof inputSchema>;
type IndexUpdate = NonNullable<TableUpdate['GlobalSecondaryIndexUpdates']>[number];

/** UpdateTable: capacity and global indexes. A new index is filled at once, though the answer says UPDATING. */
export async function updateTable({ store, clock }: Database, raw: Record<string, unknown>): Promise<unknown> {
  const input = parse(raw);
  const before = existingTable(store, input.TableName);
  refuseInheritedNames(input);
  const definitions = new Map(before.AttributeDefinitions.map((one) => [one.AttributeName, one]));
  for (const one of input.AttributeDefinitions ?? []) definitions.set(one.AttributeName, one);

  const indexes = new Map((before.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, index]));
  const created = new Set<string>();
  for (const update of input.GlobalSecondaryIndexUpdates ?? []) {
    const name = changeIndex(before, indexes, update, definitions);
    if (name) created.add(name);
  }
  const after = withBilling(
    {
      ...before,
      AttributeDefinitions: usedDefinitions(before, [...indexes.values()], [...definitions.values()]),
      GlobalSecondaryIndexes: [...indexes.values()],
    },
    input,
    clock.now() / 1000,
  );
  if (indexes.size === 0) delete after.GlobalSecondaryIndexes;
  store.commit(() => {
    store.tableDb.put(input.TableName, after);
    for (const { IndexName } of before.GlobalSecondaryIndexes ?? [])
      if (!indexes.has(IndexName)) store.getIndexDb('global', input.TableName, IndexName).clear();
  });
  for (const index of after.GlobalSecondaryIndexes ?? [])
    if (created.has(index.IndexName)) fillIndex(store, after, 'global', index);
  return { TableDescription: { ...after, TableStatus: 'UPDATING' } };
}

function parse(raw: Record<string, unknown>): TableUpdate {
  const parsed = inputSchema.safeParse({ ...raw, TableName: tableNameOf(raw.TableName) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys')
    throw new NotSupportedError(`the parameter ${[...issue.path, issue.keys[0]].join('.')} of dynamodb:UpdateTable`);
  throw validationException(`1 validation error detected: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** Gives back the name of an index that is new. */
function changeIndex(
  table: TableDescription,
  indexes: Map<string, IndexDescription>,
  { Create: create, Update: update, Delete: remove }: IndexUpdate,
  definitions: Map<string, unknown>,
): string | undefined {
  if (create) {
    if (indexes.has(create.IndexName))
      throw validationException(`Attempting to create an index which already exists: ${create.IndexName}`);
    const undefinedKey = create.KeySchema.find(({ AttributeName }) => !definitions.has(AttributeName));
    if (undefinedKey)
      throw validationException(
        'One or more parameter values were invalid: Some index key attributes are not defined in ' +
          `AttributeDefinitions. Keys: [${undefinedKey.AttributeName}]`,
      );
    indexes.set(create.IndexName, describeIndex(create as IndexDescription, table.TableArn, true));
    return create.IndexName;
  }
  const name = update?.IndexName ?? remove?.IndexName ?? '';
  const index = indexes.get(name);
  if (!index) throw new AwsError('ResourceNotFoundException', `Requested resource not found: index ${name}`);
  if (remove) indexes.delete(name);
  if (update) indexes.set(name, { ...index, ProvisionedThroughput: describeThroughput(update.ProvisionedThroughput) });
  return undefined;
}

/** Only definitions of key attributes are kept: the checks of items go by them. */
function usedDefinitions(
  table: TableDescription,
  globalIndexes: IndexDescription[],
  definitions: TableDescription['AttributeDefinitions'],
): TableDescription['AttributeDefinitions'] {
  const schemas = [table, ...globalIndexes, ...(table.LocalSecondaryIndexes ?? [])].flatMap(
    ({ KeySchema }) => KeySchema,
  );
  const used = new Set(schemas.map(({ AttributeName }) => AttributeName));
  return definitions.filter(({ AttributeName }) => used.has(AttributeName));
}

function withBilling(table: TableDescription, input: TableUpdate, nowSeconds: number): TableDescription {
  const { BillingMode: mode, ProvisionedThroughput: units } = input;
  if (mode === 'PAY_PER_REQUEST')
    return { ...table, ...billingMode(mode, nowSeconds), ProvisionedThroughput: describeThroughput(undefined) };
  const { BillingModeSummary, TableThroughputModeSummary, ...rest } = table;
  const onDemand = BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST';
  if (mode === undefined && units && onDemand)
    throw validationException(
      'One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified ' +
        'when BillingMode is PAY_PER_REQUEST',
    );
  if (mode === 'PROVISIONED' && onDemand && !units)
    throw validationException(
      'One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified ' +
        'when BillingMode is PROVISIONED',
    );
  if (!units) return table;
  return { ...rest, ProvisionedThroughput: describeThroughput(units) };
}
