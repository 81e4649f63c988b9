import { sortedEntries } from '../core/json.ts';
import type { Node, Supplied } from '../core/network.ts';
import { NODE_DEFAULTS } from '../core/rules.ts';
import type { IndexSettings, Json, Key } from '../core/settings.ts';
import { type Context, edgesOf, logicalId } from './context.ts';
import { CompileError, type Template } from './types.ts';

const TYPES = new Set(['S', 'N', 'B']);

const attribute = (key: Key): { AttributeName: string; AttributeType: string } => {
  const [name = '', type = 'S'] = key.split(':');
  if (name !== '' && TYPES.has(type)) return { AttributeName: name, AttributeType: type };
  throw new CompileError(
    'key-invalid',
    `"${key}" is no key: write the attribute's name, with :N or :B where it is no string.`,
  );
};

const keySchema = ({ partitionKey, sortKey }: { partitionKey: Key; sortKey?: Key }): Json => [
  { AttributeName: attribute(partitionKey).AttributeName, KeyType: 'HASH' },
  ...(sortKey === undefined ? [] : [{ AttributeName: attribute(sortKey).AttributeName, KeyType: 'RANGE' }]),
];

const projection = ({ project = 'ALL' }: IndexSettings): Json =>
  typeof project === 'string' ? { ProjectionType: project } : { ProjectionType: 'INCLUDE', NonKeyAttributes: project };

/**
 * It stays when its stack is removed, or when an update would make another in its place. What the first deployment made and then
 * took back goes: it is empty, and its name would be in the way of the next one
 * (docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html).
 */
const OUTLIVES: Template = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };

/**
 * Encrypted by the account's own key for DynamoDB: unlike AWS's, each use of it is in CloudTrail. Deletion protection is left to whoever
 * runs it, once the stack is there: CloudFormation could not take back a table that is born with it.
 */
const PRECIOUS: Template = {
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
};

/** Whether something is triggered by a table. */
export const hasStream = (context: Context, node: Node): boolean =>
  edgesOf(context.outOf, node.name, 'table triggers function').length > 0;

/** A table, with a stream when something is triggered by it. */
export const tableResources = (context: Context, node: Supplied<'table'>): Template => {
  const { partitionKey, sortKey, indexes = {}, expiresAt, precious } = node.settings;
  const keys = [{ partitionKey, sortKey }, ...Object.values(indexes)].flatMap((one) => [one.partitionKey, one.sortKey]);
  const attributes = new Map(keys.filter((key) => key !== undefined).map((key) => [key, attribute(key)]));
  return {
    [logicalId(node)]: {
      Type: 'AWS::DynamoDB::Table',
      ...(precious ? OUTLIVES : {}),
      Properties: {
        TableName: context.physical(node.name),
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [...attributes.values()],
        KeySchema: keySchema(node.settings),
        ...(Object.keys(indexes).length === 0
          ? {}
          : {
              GlobalSecondaryIndexes: sortedEntries(indexes).map(([name, index]) => ({
                IndexName: name,
                KeySchema: keySchema(index),
                Projection: projection(index),
              })),
            }),
        ...(expiresAt === undefined ? {} : { TimeToLiveSpecification: { AttributeName: expiresAt, Enabled: true } }),
        ...(hasStream(context, node) ? { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } } : {}),
        ...(precious ? PRECIOUS : {}),
      },
    },
  };
};

/**
 * A key and its alias. It stays when its stack is removed, with all that it has encrypted. Its policy leaves to roles who may use it:
 * docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export const keyResources = (context: Context, node: Supplied<'key'>): Template => {
  const id = logicalId(node);
  const account = {
    'Fn::Join': [':', ['arn', { Ref: 'AWS::Partition' }, 'iam', '', { Ref: 'AWS::AccountId' }, 'root']],
  };
  return {
    [id]: {
      Type: 'AWS::KMS::Key',
      ...OUTLIVES,
      Properties: {
        Description: context.physical(node.name),
        EnableKeyRotation: true,
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' }],
        },
      },
    },
    [`${id}Alias`]: {
      Type: 'AWS::KMS::Alias',
      Properties: { AliasName: `alias/${context.physical(node.name)}`, TargetKeyId: { Ref: id } },
    },
  };
};

export const topicResources = (context: Context, node: Supplied<'topic'>): Template => {
  const { fifo } = { ...NODE_DEFAULTS.topic, ...node.settings };
  return {
    [logicalId(node)]: {
      Type: 'AWS::SNS::Topic',
      Properties: {
        TopicName: context.physical(node.name, fifo ? '.fifo' : ''),
        ...(fifo ? { FifoTopic: true, ContentBasedDeduplication: true } : {}),
      },
    },
  };
};

export const busResources = (context: Context, node: Supplied<'bus'>): Template => ({
  [logicalId(node)]: { Type: 'AWS::Events::EventBus', Properties: { Name: context.physical(node.name) } },
});

export const streamResources = (context: Context, node: Supplied<'stream'>): Template => {
  const { shards, retentionHours } = { ...NODE_DEFAULTS.stream, ...node.settings };
  const capacity: Template =
    shards === undefined ? { StreamModeDetails: { StreamMode: 'ON_DEMAND' } } : { ShardCount: shards };
  return {
    [logicalId(node)]: {
      Type: 'AWS::Kinesis::Stream',
      Properties: { Name: context.physical(node.name), ...capacity, RetentionPeriodHours: retentionHours },
    },
  };
};
