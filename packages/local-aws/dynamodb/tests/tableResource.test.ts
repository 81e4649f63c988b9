import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyResourceType, ResourceContext } from '../../core/resource.ts';
import { scoreItem, scoresTable, startDynamoDb, type TestDynamoDb } from './table.ts';

const context: ResourceContext = {
  stackName: 'arcade',
  logicalId: 'Scores',
  generateName: () => 'arcade-Scores-ABCDEFGHIJKL',
};

let db: TestDynamoDb;
let type: AnyResourceType;
beforeEach(() => {
  db = startDynamoDb();
  type = db.dynamodb.resources[0] as AnyResourceType;
});

const create = (properties: Record<string, unknown>) => type.create(type.properties.parse(properties), context);
const adopt = (properties: Record<string, unknown>) => type.adopt?.(type.properties.parse(properties), context);
const ttl = { AttributeName: 'expiresAtSeconds', Enabled: true };

describe('AWS::DynamoDB::Table', () => {
  it('gives the name and the ARN of a table that can be used', async () => {
    const provisioned = await create(scoresTable({ TableName: undefined, TimeToLiveSpecification: ttl, Tags: [] }));

    expect(provisioned).toEqual({
      physicalId: 'arcade-Scores-ABCDEFGHIJKL',
      attributes: { Arn: 'arn:aws:dynamodb:eu-west-1:000000000000:table/arcade-Scores-ABCDEFGHIJKL' },
    });
    const { Table: table } = await db.call('DescribeTable', { TableName: provisioned.physicalId });
    expect(table).toMatchObject({ TableStatus: 'ACTIVE', BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' } });
    expect(await db.call('DescribeTimeToLive', { TableName: provisioned.physicalId })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAtSeconds' },
    });
  });

  it("takes over its stack's table with its items, and brings what differs in line", async () => {
    await create(scoresTable());
    await db.call('PutItem', { TableName: 'scores', Item: scoreItem('ann', 7) });

    await adopt(
      scoresTable({
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byPlayer',
            KeySchema: [{ AttributeName: 'player', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
        AttributeDefinitions: [
          { AttributeName: 'game', AttributeType: 'S' },
          { AttributeName: 'player', AttributeType: 'S' },
        ],
      }),
    );

    expect((await db.call('Scan', { TableName: 'scores', IndexName: 'byPlayer' })).Items).toEqual([
      scoreItem('ann', 7),
    ]);
  });

  it('refuses to take over a table with another key', async () => {
    await create(scoresTable());

    const other = adopt(
      scoresTable({ KeySchema: [{ AttributeName: 'player', KeyType: 'HASH' }], GlobalSecondaryIndexes: undefined }),
    );

    await expect(other).rejects.toMatchObject({ code: 'ResourceInUseException' });
  });

  it('creates no table that is there, and takes over none of another stack', async () => {
    await create(scoresTable());

    const again = type.adopt?.(type.properties.parse(scoresTable()), { ...context, stackName: 'other' });

    await expect(create(scoresTable())).rejects.toMatchObject({ code: 'ResourceInUseException' });
    expect(await again).toBeUndefined();
  });

  it('changes billing, indexes and TTL in place, and changes nothing when nothing differs', async () => {
    const before = type.properties.parse(scoresTable());
    const current = await type.create(before, context);
    const provisionedCapacity = { ReadCapacityUnits: '5', WriteCapacityUnits: 10 };
    const after = type.properties.parse(
      scoresTable({
        BillingMode: undefined,
        ProvisionedThroughput: provisionedCapacity,
        GlobalSecondaryIndexes: undefined,
        TimeToLiveSpecification: ttl,
      }),
    );

    await type.update(current, after, before, context);
    await type.update(current, after, after, context);

    const { Table: table } = await db.call('DescribeTable', { TableName: 'scores' });
    expect(table).toMatchObject({ ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 10 } });
    expect(table).not.toHaveProperty('GlobalSecondaryIndexes');
    expect(table).not.toHaveProperty('BillingModeSummary');
  });

  it('removes the table, and forgives that it is gone', async () => {
    const properties = type.properties.parse(scoresTable());
    const current = await type.create(properties, context);

    await type.remove(current, properties, context);
    await type.remove(current, properties, context);

    expect(await db.call('ListTables', {})).toEqual({ TableNames: [] });
  });

  it('refuses a stream and a misspelt property', () => {
    const unknownKeys = (properties: Record<string, unknown>) =>
      type.properties.safeParse(properties).error?.issues.flatMap((issue) => ('keys' in issue ? issue.keys : []));

    expect(unknownKeys(scoresTable({ StreamSpecification: { StreamViewType: 'NEW_IMAGE' } }))).toEqual([
      'StreamSpecification',
    ]);
    expect(unknownKeys(scoresTable({ BilingMode: 'PAY_PER_REQUEST' }))).toEqual(['BilingMode']);
  });
});
