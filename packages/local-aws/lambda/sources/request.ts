import { z } from 'zod';
import { arnOfService } from '../../core/arnSchema.ts';
import { AwsError } from '../../core/errors.ts';
import { compilePattern } from '../../patterns/pattern.ts';
import type { MappingSettings, SourceType } from './source.ts';

const wholeNumber = (least: number, most: number) => z.coerce.number().pipe(z.int().min(least).max(most));
/** `-1` stands for no limit. */
const limit = (least: number, most: number) =>
  z.union([z.literal([-1, '-1']), wholeNumber(least, most)]).transform(Number);

/** docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-eventsourcemapping.html */
export const mappingRequest = z.strictObject({
  EventSourceArn: z.string().regex(/^arn:aws:[a-z-]+:/, 'must be the ARN of a queue or stream'),
  FunctionName: z.string(),
  Enabled: z.union([z.boolean(), z.stringbool()]).default(true),
  BatchSize: wholeNumber(1, 10_000).optional(),
  MaximumBatchingWindowInSeconds: wholeNumber(0, 300).default(0),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).max(1).default([]),
  FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })).default([]) }).optional(),
  ScalingConfig: z.strictObject({ MaximumConcurrency: wholeNumber(2, 1000).optional() }).optional(),
  StartingPosition: z.enum(['LATEST', 'TRIM_HORIZON', 'AT_TIMESTAMP']).optional(),
  StartingPositionTimestamp: z.coerce.number().optional(),
  BisectBatchOnFunctionError: z.union([z.boolean(), z.stringbool()]).optional(),
  MaximumRetryAttempts: limit(0, 10_000).optional(),
  MaximumRecordAgeInSeconds: limit(60, 604_800).optional(),
  ParallelizationFactor: wholeNumber(1, 10).optional(),
  DestinationConfig: z
    .strictObject({
      OnFailure: z
        .strictObject({ Destination: arnOfService(['sqs', 'sns'], 'must be the ARN of a queue or topic') })
        .optional(),
    })
    .optional(),
});

/** How somebody asks for a mapping, in a template or over the wire. */
export type MappingRequest = z.output<typeof mappingRequest>;

/** What only streams know, and what only queues do. */
const ONLY_FOR: Record<SourceType['kind'], readonly (keyof MappingRequest)[]> = {
  queue: ['ScalingConfig'],
  stream: [
    'StartingPosition',
    'StartingPositionTimestamp',
    'BisectBatchOnFunctionError',
    'MaximumRetryAttempts',
    'MaximumRecordAgeInSeconds',
    'ParallelizationFactor',
    'DestinationConfig',
  ],
};

const FOREVER = Number.POSITIVE_INFINITY;

/** How a mapping behaves that was asked for so. Throws AwsError for what does not go with the kind of source. */
export function settingsOf(type: SourceType, wanted: MappingRequest): MappingSettings {
  const other = type.kind === 'queue' ? 'stream' : 'queue';
  const foreign = ONLY_FOR[other].find((name) => wanted[name] !== undefined);
  if (foreign) throw invalid(`Unsupported ${foreign} parameter for given event source mapping type.`);
  const { BatchSize = type.defaultBatchSize, MaximumRetryAttempts = -1, MaximumRecordAgeInSeconds = -1 } = wanted;
  if (BatchSize > type.maxBatchSize) throw invalid(`BatchSize is at most ${type.maxBatchSize} for this event source`);
  const onFailureArn = wanted.DestinationConfig?.OnFailure?.Destination;
  const maximumConcurrency = wanted.ScalingConfig?.MaximumConcurrency;
  const startingPosition = startingPositionOf(type, wanted);
  return {
    batchSize: BatchSize,
    windowMs: wanted.MaximumBatchingWindowInSeconds * 1000,
    reportsFailures: wanted.FunctionResponseTypes.length > 0,
    filters: (wanted.FilterCriteria?.Filters ?? []).map(({ Pattern }) => compilePattern(Pattern, 'lambda')),
    parallelizationFactor: wanted.ParallelizationFactor ?? 1,
    retries: {
      bisects: wanted.BisectBatchOnFunctionError ?? false,
      maxRetries: MaximumRetryAttempts < 0 ? FOREVER : MaximumRetryAttempts,
      maxAgeMs: MaximumRecordAgeInSeconds < 0 ? FOREVER : MaximumRecordAgeInSeconds * 1000,
    },
    ...(maximumConcurrency !== undefined && { maximumConcurrency }),
    ...(startingPosition && { startingPosition }),
    ...(onFailureArn !== undefined && { onFailureArn }),
  };
}

function startingPositionOf(
  { kind }: SourceType,
  { StartingPosition: at, StartingPositionTimestamp: seconds }: MappingRequest,
): MappingSettings['startingPosition'] {
  if (kind === 'queue') return undefined;
  if (at === undefined) {
    throw new AwsError(
      'InvalidParameterValueException',
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
  }
  if (at !== 'AT_TIMESTAMP') return { at };
  if (seconds === undefined) throw invalid('StartingPositionTimestamp is needed with AT_TIMESTAMP');
  return { at, timestampMs: seconds * 1000 };
}

const invalid = (message: string) =>
  new AwsError('InvalidParameterValueException', message, { fields: { Type: 'User' } });
