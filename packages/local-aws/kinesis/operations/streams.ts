import { z } from 'zod';
import { NotSupportedError } from '../../core/errors.ts';
import { invalidArgument } from '../errors.ts';
import { type KinesisState, kinesisOperation, nameIn, onStream, streamInput } from '../service.ts';

/** What AWS makes when it is not told how many: recorded. */
export const DEFAULT_SHARDS = 4;
/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html */
export const MOST_SHARDS = 10_000;

/** A day and a year: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html */
export const LEAST_HOURS = 24;
export const MOST_HOURS = 8760;

export const streamMode = z.strictObject({ StreamMode: z.enum(['PROVISIONED', 'ON_DEMAND']) });

/** Streams whose shards Kinesis itself counts are not executed. */
export function refuseOnDemand(mode: z.output<typeof streamMode> | undefined): void {
  if (mode?.StreamMode === 'ON_DEMAND')
    throw new NotSupportedError('streams on demand (StreamMode ON_DEMAND)', 'Say PROVISIONED, and how many shards');
}

/** Makes a stream, which is active at once. */
export function createStream({ streams }: KinesisState) {
  return kinesisOperation('CreateStream', {
    input: z.strictObject({
      StreamName: z.string().min(1).max(128),
      ShardCount: z.int().min(1, 'Member must have value greater than or equal to 1').max(MOST_SHARDS).optional(),
      StreamModeDetails: streamMode.optional(),
    }),
    permissions: ({ StreamName }) => onStream('CreateStream', StreamName),
    run({ StreamName: name, ShardCount: shardCount = DEFAULT_SHARDS, StreamModeDetails }) {
      refuseOnDemand(StreamModeDetails);
      streams.create({ name, shardCount });
    },
  });
}

/** Removes a stream with its records, at once. */
export function deleteStream({ streams }: KinesisState) {
  return kinesisOperation('DeleteStream', {
    input: z.strictObject({ ...streamInput, EnforceConsumerDeletion: z.boolean().optional() }),
    permissions: (input) => onStream('DeleteStream', nameIn(input)),
    run: (input) => streams.remove(streams.get(nameIn(input)).name),
  });
}

const retentionInput = z.strictObject({ ...streamInput, RetentionPeriodHours: z.int() });

/** Keeps records for longer than until now, a year at the most. */
export function increaseRetention({ streams }: KinesisState) {
  return kinesisOperation('IncreaseStreamRetentionPeriod', {
    input: retentionInput,
    permissions: (input) => onStream('IncreaseStreamRetentionPeriod', nameIn(input)),
    run({ RetentionPeriodHours: hours, ...input }) {
      const stream = streams.get(nameIn(input));
      const { retentionHours } = stream.kept;
      if (hours > MOST_HOURS)
        throw invalidArgument(
          `Maximum allowed retention period is ${MOST_HOURS} hours. Requested retention period (${hours} hours) is too long.`,
        );
      if (hours < retentionHours)
        throw invalidArgument(
          `Requested retention period (${hours} hours) for stream ${stream.name} can not be shorter than existing retention period (${retentionHours} hours). Use DecreaseRetentionPeriod API.`,
        );
      stream.change({ retentionHours: hours });
    },
  });
}

/** Keeps records for less long than until now, a day at the least: what is older is gone. */
export function decreaseRetention({ core, streams }: KinesisState) {
  return kinesisOperation('DecreaseStreamRetentionPeriod', {
    input: retentionInput,
    permissions: (input) => onStream('DecreaseStreamRetentionPeriod', nameIn(input)),
    run({ RetentionPeriodHours: hours, ...input }) {
      const stream = streams.get(nameIn(input));
      const { retentionHours } = stream.kept;
      if (hours < LEAST_HOURS)
        throw invalidArgument(
          `Minimum allowed retention period is ${LEAST_HOURS} hours. Requested retention period (${hours} hours) is too short.`,
        );
      if (hours > retentionHours)
        throw invalidArgument(
          `Requested retention period (${hours} hours) for stream ${stream.name} can not be longer than existing retention period (${retentionHours} hours). Use IncreaseRetentionPeriod API.`,
        );
      stream.change({ retentionHours: hours });
      stream.trim(core.clock.now());
    },
  });
}
