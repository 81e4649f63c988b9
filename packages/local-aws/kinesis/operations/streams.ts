import { z } from 'zod';
import { NotSupportedError } from '../../core/errors.ts';
import { type KinesisState, kinesisOperation, nameIn, onStream, streamInput } from '../service.ts';

/** What AWS makes when it is not told how many: recorded. */
export const DEFAULT_SHARDS = 4;
/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html */
export const MOST_SHARDS = 10_000;

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
