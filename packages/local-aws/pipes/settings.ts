import type { MappingSettings } from '../lambda/sources/source.ts';
import { compilePattern } from '../patterns/pattern.ts';
import type { PipeProperties } from './pipeResource.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-sqs.html, eb-pipes-kinesis.html */
const DEFAULT_BATCH = { queue: 10, stream: 100 };
/**
 * What buses, topics and queues take at once; a function takes as much as its payload may have:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
 */
const MOST_AT_ONCE = 10;
const FOREVER = Number.POSITIVE_INFINITY;

/** How many of a batch the target takes at once. */
export const mostOf = (targetArn: string): number => (targetArn.startsWith('arn:aws:lambda:') ? FOREVER : MOST_AT_ONCE);

/** How a pipe that was asked for so reads its source. */
export function settingsOf({ SourceParameters = {}, ...properties }: PipeProperties): MappingSettings {
  const { FilterCriteria, SqsQueueParameters, KinesisStreamParameters } = SourceParameters;
  const { BatchSize, MaximumBatchingWindowInSeconds = 0 } = KinesisStreamParameters ?? SqsQueueParameters ?? {};
  const least = DEFAULT_BATCH[KinesisStreamParameters ? 'stream' : 'queue'];
  return {
    batchSize: BatchSize ?? Math.min(least, mostOf(properties.Target)),
    windowMs: MaximumBatchingWindowInSeconds * 1000,
    // What the target does not take, pipes are told: a queue brings it again, a stream is read from there.
    reportsFailures: true,
    filters: (FilterCriteria?.Filters ?? []).map(({ Pattern }) => compilePattern(Pattern, 'lambda')),
    ...(KinesisStreamParameters
      ? streamSettings(KinesisStreamParameters)
      : { parallelizationFactor: 1, retries: { bisects: false, maxRetries: 0, maxAgeMs: 0 } }),
  };
}

type StreamParameters = NonNullable<NonNullable<PipeProperties['SourceParameters']>['KinesisStreamParameters']>;

function streamSettings({
  StartingPosition: at,
  StartingPositionTimestamp: seconds = 0,
  ParallelizationFactor = 1,
  MaximumRetryAttempts = -1,
  MaximumRecordAgeInSeconds = -1,
  OnPartialBatchItemFailure,
}: StreamParameters): Pick<MappingSettings, 'parallelizationFactor' | 'startingPosition' | 'retries'> {
  return {
    parallelizationFactor: ParallelizationFactor,
    startingPosition: at === 'AT_TIMESTAMP' ? { at, timestampMs: seconds * 1000 } : { at },
    retries: {
      bisects: OnPartialBatchItemFailure === 'AUTOMATIC_BISECT',
      maxRetries: MaximumRetryAttempts < 0 ? FOREVER : MaximumRetryAttempts,
      maxAgeMs: MaximumRecordAgeInSeconds < 0 ? FOREVER : MaximumRecordAgeInSeconds * 1000,
    },
  };
}
