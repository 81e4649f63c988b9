import { UNREAD_VISIBILITY_SECONDS } from '../compile/queues.ts';
import { supplied } from '../core/facts.ts';
import { lowerFirst, shortName } from '../core/logicalIds.ts';
import type { Node } from '../core/network.ts';
import type { IndexSettings, Json, Key, Kind } from '../core/settings.ts';
import { failureTargets, takenFrom } from './failures.ts';
import {
  type CloudFormationTemplate,
  flat,
  isRecord,
  listOf,
  numberAt,
  type Properties,
  propertiesOf,
  type Resource,
  recordsOf,
  referencesIn,
  textAt,
  within,
} from './template.ts';

const SECONDS_A_DAY = 86_400;

/** What a resource says that stays when its stack is removed. */
const OUTLIVING: ReadonlySet<string | undefined> = new Set(['Retain', 'RetainExceptOnCreate']);

/** What functions write goes to log groups that belong to them. */
const OF_FUNCTIONS = '/aws/lambda/';

const NODES: Readonly<Record<string, Kind>> = {
  'AWS::Lambda::Function': 'function',
  'AWS::SQS::Queue': 'queue',
  'AWS::SNS::Topic': 'topic',
  'AWS::DynamoDB::Table': 'table',
  'AWS::Events::EventBus': 'bus',
  'AWS::Events::Archive': 'archive',
  'AWS::Events::ApiDestination': 'external',
  'AWS::Kinesis::Stream': 'stream',
  'AWS::ApiGateway::RestApi': 'http',
  'AWS::Scheduler::Schedule': 'schedule',
  'AWS::Pipes::Pipe': 'pipe',
  'AWS::Cognito::UserPool': 'users',
  'AWS::Cognito::IdentityPool': 'identities',
  'AWS::SecretsManager::Secret': 'secret',
  'AWS::KMS::Key': 'key',
  'AWS::Scheduler::ScheduleGroup': 'timer',
  'AWS::KinesisFirehose::DeliveryStream': 'delivery',
  'AWS::S3::Bucket': 'bucket',
  'AWS::SSM::Parameter': 'parameter',
  'AWS::Glue::Table': 'catalog',
};

/** Which resources are nodes. Rules with an event pattern are edges; the others are clocks. */
const kindOfResource = ({ Type, Properties = {} }: Resource): Kind | undefined => {
  switch (Type) {
    case 'AWS::ApiGatewayV2::Api':
      return Properties.ProtocolType === 'WEBSOCKET' ? 'websocket' : 'http';
    case 'AWS::Events::Rule':
      return Properties.ScheduleExpression === undefined ? undefined : 'schedule';
    case 'AWS::Logs::LogGroup':
      return flat(Properties.LogGroupName).startsWith(OF_FUNCTIONS) ? undefined : 'log';
    default:
      return Object.hasOwn(NODES, Type) ? NODES[Type] : undefined;
  }
};

type KeySchema = { readonly AttributeName: string; readonly KeyType: string }[];

const keysOf = (properties: Properties, types: ReadonlyMap<string, string>): { partitionKey: Key; sortKey?: Key } => {
  const written = (type: string): Key | undefined => {
    const name = (recordsOf(properties.KeySchema) as unknown as KeySchema).find(
      ({ KeyType }) => KeyType === type,
    )?.AttributeName;
    const suffix = types.get(name ?? '') ?? 'S';
    return name === undefined ? undefined : suffix === 'S' ? name : `${name}:${suffix}`;
  };
  const sortKey = written('RANGE');
  return { partitionKey: written('HASH') ?? 'unknown', ...(sortKey === undefined ? {} : { sortKey }) };
};

const indexOf = (properties: Properties, types: ReadonlyMap<string, string>): [string, IndexSettings] => {
  const projection = isRecord(properties.Projection) ? properties.Projection : {};
  const type = textAt(projection, 'ProjectionType') ?? 'ALL';
  const project =
    type === 'INCLUDE' ? (listOf(projection.NonKeyAttributes) as string[]) : (type as 'ALL' | 'KEYS_ONLY');
  return [String(properties.IndexName), { ...keysOf(properties, types), ...(project === 'ALL' ? {} : { project }) }];
};

const tableSettings = (properties: Properties): Json => {
  const types = new Map(
    recordsOf(properties.AttributeDefinitions).map((one) => [String(one.AttributeName), String(one.AttributeType)]),
  );
  const indexes = [...recordsOf(properties.GlobalSecondaryIndexes), ...recordsOf(properties.LocalSecondaryIndexes)].map(
    (index) => indexOf(index, types),
  );
  const expiry = isRecord(properties.TimeToLiveSpecification) ? properties.TimeToLiveSpecification : {};
  return {
    ...keysOf(properties, types),
    ...(indexes.length === 0 ? {} : { indexes: Object.fromEntries(indexes) as unknown as Json }),
    ...(expiry.Enabled === true ? { expiresAt: String(expiry.AttributeName) } : {}),
  };
};

const settingsReaders: {
  readonly [K in Kind]?: (
    properties: Properties,
    resource: Resource,
    of: { readonly isRead: boolean; readonly isWatched: boolean },
  ) => Readonly<Record<string, unknown>>;
} = {
  function: (properties) => ({
    description: textAt(properties, 'Description'),
    timeoutSeconds: numberAt(properties, 'Timeout'),
    memoryMb: numberAt(properties, 'MemorySize'),
    reservedConcurrency: numberAt(properties, 'ReservedConcurrentExecutions'),
    recursiveLoop: textAt(properties, 'RecursiveLoop'),
  }),
  queue: (properties, _resource, { isRead, isWatched }) => {
    const redrive = isRecord(properties.RedrivePolicy) ? properties.RedrivePolicy : {};
    const retentionSeconds = numberAt(properties, 'MessageRetentionPeriod');
    return {
      fifo: properties.FifoQueue === true,
      maxReceiveCount: numberAt(redrive, 'maxReceiveCount'),
      delaySeconds: numberAt(properties, 'DelaySeconds'),
      visibilitySeconds: numberAt(properties, 'VisibilityTimeout') ?? UNREAD_VISIBILITY_SECONDS,
      retentionDays: retentionSeconds === undefined ? undefined : retentionSeconds / SECONDS_A_DAY,
      keeps: isWatched && !isRead && properties.RedrivePolicy === undefined,
    };
  },
  topic: (properties) => ({ fifo: properties.FifoTopic === true }),
  table: (properties, { DeletionPolicy }) => ({
    ...(tableSettings(properties) as Readonly<Record<string, Json>>),
    precious:
      OUTLIVING.has(DeletionPolicy) &&
      within(properties, 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled') === true,
  }),
  stream: (properties) => ({
    shards: numberAt(properties, 'ShardCount'),
    retentionHours: numberAt(properties, 'RetentionPeriodHours'),
  }),
  http: (_properties, { Type }) => ({ style: Type === 'AWS::ApiGateway::RestApi' ? 'rest' : 'http' }),
  secret: () => ({ store: 'secretsManager' }),
  external: (properties) => {
    const url = flat(properties.InvocationEndpoint);
    return /^https:\/\/[^{]+$/.test(url) ? { url } : {};
  },
  log: (properties) => {
    const group = textAt(properties, 'LogGroupName');
    return group === undefined ? {} : { group };
  },
  schedule: (properties) => ({
    expression: flat(properties.ScheduleExpression),
    enabled: properties.State !== 'DISABLED',
  }),
};

/** The names that a template's metadata give to what cannot be told from logical ids: `Metadata: { Names: { <logical id>: <name> } }`. */
export const namesIn = ({ Metadata }: CloudFormationTemplate): Readonly<Record<string, string>> => {
  const names = within(Metadata, 'Names');
  return isRecord(names) ? (names as Readonly<Record<string, string>>) : {};
};

/** What stands for a node in a template, and under which names it is spoken of. */
export interface ReadNodes {
  readonly byLogicalId: ReadonlyMap<string, Node>;
  readonly byPhysicalName: ReadonlyMap<string, Node>;
  /** Logical ids of dead-letter and failure queues: seen, but no nodes. */
  readonly failures: ReadonlySet<string>;
}

const PHYSICAL_NAMES = [
  ...['FunctionName', 'QueueName', 'TopicName', 'TableName', 'Name', 'ArchiveName'],
  ...['DeliveryStreamName', 'BucketName'],
];

/** The logical ids that alarms are about. */
const watchedBy = ({ Resources }: CloudFormationTemplate): Set<string> =>
  new Set(
    Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
      Type === 'AWS::CloudWatch::Alarm' ? referencesIn(Properties.Dimensions) : [],
    ),
  );

/** The nodes of a template. A short name that two would have is given to neither. */
export const readNodes = (template: CloudFormationTemplate): ReadNodes => {
  const [failures, read, watched] = [failureTargets(template), takenFrom(template), watchedBy(template)];
  const found = Object.entries(template.Resources).flatMap(([id, resource]) => {
    const kind = kindOfResource(resource);
    const short = namesIn(template)[id] ?? (kind && shortName(id, kind));
    return kind === undefined || short === undefined || failures.has(id) ? [] : [{ id, kind, resource, short }];
  });
  const byLogicalId = new Map<string, Node>();
  const byPhysicalName = new Map<string, Node>();
  for (const { id, kind, resource, short } of found) {
    // A function keeps its short name: it is what serverless.yml calls it.
    const taken = kind !== 'function' && found.some((other) => other.id !== id && other.short === short);
    const settings =
      settingsReaders[kind]?.(propertiesOf(resource), resource, { isRead: read.has(id), isWatched: watched.has(id) }) ??
      {};
    const node = supplied(kind, taken ? lowerFirst(id) : short, settings as never) as Node;
    byLogicalId.set(id, node);
    const physical = PHYSICAL_NAMES.map((key) => textAt(propertiesOf(resource), key)).find(
      (name) => name !== undefined,
    );
    if (physical !== undefined) byPhysicalName.set(physical, node);
  }
  return { byLogicalId, byPhysicalName, failures };
};
