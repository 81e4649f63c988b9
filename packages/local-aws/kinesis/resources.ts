import { z } from 'zod';
import { inert, type Provisioned, type ResourceContext, type ResourceType } from '../core/resource.ts';
import {
  DEFAULT_SHARDS,
  LEAST_HOURS,
  MOST_HOURS,
  MOST_SHARDS,
  refuseOnDemand,
  streamMode,
} from './operations/streams.ts';
import type { KinesisState } from './service.ts';
import type { Stream } from './stream.ts';

const MAX_NAME = 128;

const wholeNumber = (least: number, most: number) => z.coerce.number().pipe(z.int().min(least).max(most));

const properties = z.strictObject({
  Name: z.string().max(MAX_NAME).optional(),
  ShardCount: wholeNumber(1, MOST_SHARDS).optional(),
  RetentionPeriodHours: wholeNumber(LEAST_HOURS, MOST_HOURS).default(LEAST_HOURS),
  StreamModeDetails: streamMode.optional(),
  StreamEncryption: inert('records are not encrypted on a laptop'),
  Tags: inert('tags have no effect on a laptop'),
});
type Properties = z.output<typeof properties>;

const shardsIn = ({ ShardCount = DEFAULT_SHARDS }: Properties) => ShardCount;

/** `AWS::Kinesis::Stream`. Shards that were split or merged since stay so until the template says another number. */
export function streamType({ streams }: KinesisState): ResourceType<Properties> {
  const provisioned = ({ name, arn }: Stream): Provisioned => ({ physicalId: name, attributes: { Arn: arn } });
  const nameOf = ({ Name }: Properties, context: ResourceContext) =>
    Name ?? context.generateName({ maxLength: MAX_NAME });
  const bringInLine = (stream: Stream, wanted: Properties) => {
    const { retentionHours, templateShards } = stream.kept;
    const { RetentionPeriodHours: hours } = wanted;
    const shardCount = shardsIn(wanted);
    const isOther = shardCount !== templateShards && shardCount !== stream.openShards.length;
    // CloudFormation waits for the shards.
    if (isOther) streams.setShardCount(stream, shardCount, true);
    if (hours !== retentionHours || shardCount !== templateShards)
      stream.change({ retentionHours: hours, templateShards: shardCount });
  };
  return {
    type: 'AWS::Kinesis::Stream',
    properties: properties as z.ZodType<Properties>,
    replaceOn: ['Name'],
    async create(wanted, context) {
      refuseOnDemand(wanted.StreamModeDetails);
      const { RetentionPeriodHours: retentionHours } = wanted;
      const shardCount = shardsIn(wanted);
      const named = { owner: context.stackName, name: nameOf(wanted, context) };
      return provisioned(streams.create({ ...named, shardCount, retentionHours, templateShards: shardCount }));
    },
    async adopt(wanted, context) {
      const stream = streams.find(nameOf(wanted, context));
      if (stream?.owner !== context.stackName) return undefined;
      bringInLine(stream, wanted);
      return provisioned(stream);
    },
    async update(current, wanted) {
      refuseOnDemand(wanted.StreamModeDetails);
      const stream = streams.get(current.physicalId);
      bringInLine(stream, wanted);
      return provisioned(stream);
    },
    remove: async ({ physicalId }) => streams.remove(physicalId),
    retain: async ({ physicalId }) => streams.retain(streams.get(physicalId)),
  };
}
