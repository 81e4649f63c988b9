/** A value in DynamoDB's own JSON: `{ S: 'text' }`, `{ N: '1' }`, `{ M: { ... } }`. */
export type AttributeValue = Record<string, unknown>;
/** How many levels an attribute may have: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MOST_LEVELS = 32;

/** Whether lists and maps stand in one another deeper than DynamoDB takes. */
export function isTooDeep(item: Item): boolean {
  return Object.values(item).some((value) => isDeeper(value, MOST_LEVELS));
}

function isDeeper({ L: list, M: map }: AttributeValue, levels: number): boolean {
  if (levels === 0) return true;
  if (list === undefined && map === undefined) return false;
  const inner = Object.values((list ?? map) as Record<string, AttributeValue>);
  return inner.some((value) => isDeeper(value, levels - 1));
}

/** An item, or a key, in DynamoDB's own JSON. */
export type Item = Record<string, AttributeValue>;

/** An element of a key schema. */
export interface KeySchemaElement {
  AttributeName: string;
  KeyType: string;
}

/** Capacity as tables and indexes state it; zeros for on-demand tables. */
export interface Throughput {
  ReadCapacityUnits: number;
  WriteCapacityUnits: number;
  NumberOfDecreasesToday?: number;
}

/** An index as DescribeTable shows it. */
export interface IndexDescription {
  IndexName: string;
  KeySchema: KeySchemaElement[];
  Projection: { ProjectionType: string; NonKeyAttributes?: string[] };
  ProvisionedThroughput?: Throughput;
  IndexStatus?: string;
  IndexArn?: string;
  IndexSizeBytes?: number;
  ItemCount?: number;
}

/** A table as DescribeTable shows it. Treated as immutable: a change stores a new one. */
export interface TableDescription {
  TableName: string;
  TableArn: string;
  TableId: string;
  TableStatus: string;
  CreationDateTime: number;
  ItemCount: number;
  TableSizeBytes: number;
  AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
  KeySchema: KeySchemaElement[];
  ProvisionedThroughput: Throughput;
  BillingModeSummary?: { BillingMode: string; LastUpdateToPayPerRequestDateTime?: number };
  TableThroughputModeSummary?: { TableThroughputMode: string; LastUpdateToPayPerRequestDateTime?: number };
  GlobalSecondaryIndexes?: IndexDescription[];
  LocalSecondaryIndexes?: IndexDescription[];
}

/** One item's change within a commit. */
export interface ItemChange {
  table: string;
  /** The item's key as the store spells it. */
  key: string;
  before?: Item;
  after?: Item;
}
