import { z } from 'zod';
import { inert, type Provisioned, type ResourceContext, type ResourceType } from '../core/resource.ts';
import { DEFAULT_SHARDS, MOST_SHARDS, refuseOnDemand, streamMode } from './operations/streams.ts';
import type { KinesisState } from './service.ts';
import type { Stream } from './stream.ts';

const MAX_NAME = 128;
/** A day and a year. https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html */
export const LEAST_HOURS = 24;
export const MOST_HOURS = 8760;

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

/** `AWS::Kinesis::Stream`. Shards that were split or merged since stay so until the template says another number. */
export function streamType({ streams }: KinesisState): ResourceType<Properties> {
  const provisioned = ({ name, arn }: Stream): Provisioned => ({ physicalId: name, attributes: { Arn: arn } });
  const nameOf = ({ Name }: Properties, context: ResourceContext) =>
    Name ?? context.generateName({ maxLength: MAX_NAME });
  return {
    type: 'AWS::Kinesis::Stream',
    properties: properties as z.ZodType<Properties>,
    replaceOn: ['Name'],
    async create(wanted, context) {
      refuseOnDemand(wanted.StreamModeDetails);
      const { ShardCount: shardCount = DEFAULT_SHARDS, RetentionPeriodHours: retentionHours } = wanted;
      const name = nameOf(wanted, context);
      return provisioned(streams.create({ owner: context.stackName, name, shardCount, retentionHours }));
    },
    async adopt(wanted, context) {
      const stream = streams.find(nameOf(wanted, context));
      if (stream?.owner !== context.stackName) return undefined;
      stream.setRetention(wanted.RetentionPeriodHours);
      return provisioned(stream);
    },
    async update(current, wanted) {
      refuseOnDemand(wanted.StreamModeDetails);
      const stream = streams.get(current.physicalId);
      stream.setRetention(wanted.RetentionPeriodHours);
      return provisioned(stream);
    },
    remove: async ({ physicalId }) => streams.remove(physicalId),
    retain: async ({ physicalId }) => streams.retain(streams.get(physicalId)),
  };
}
