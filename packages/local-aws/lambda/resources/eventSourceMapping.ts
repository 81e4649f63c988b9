import { createHash } from 'node:crypto';
import { z } from 'zod';
import { arnOf } from '../../core/arn.ts';
import { arnOfService } from '../../core/arnSchema.ts';
import { roleEdges } from '../../core/edges.ts';
import { AwsError } from '../../core/errors.ts';
import { inert, type Provisioned, type ResourceContext, type ResourceType } from '../../core/resource.ts';
import { compilePattern } from '../../patterns/pattern.ts';
import type { Mapping, MappingInput, Mappings } from '../sources/mappings.ts';
import type { MappingSettings, SourceType } from '../sources/source.ts';
import { roleOf } from './versions.ts';

const wholeNumber = (least: number, most: number) => z.coerce.number().pipe(z.int().min(least).max(most));
/** `-1` stands for no limit. */
const limit = (least: number, most: number) =>
  z.union([z.literal([-1, '-1']), wholeNumber(least, most)]).transform(Number);

/** docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-eventsourcemapping.html */
const properties = z.strictObject({
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
  Tags: inert('tags have no behaviour'),
});

type Properties = z.output<typeof properties>;

/** What only streams know, and what only queues do. */
const ONLY_FOR: Record<SourceType['kind'], readonly (keyof Properties)[]> = {
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

/** `AWS::Lambda::EventSourceMapping` */
export function eventSourceMappingType(mappings: Mappings): ResourceType<Properties> {
  const inputOf = (uuid: string, wanted: Properties): MappingInput => ({
    uuid,
    sourceArn: wanted.EventSourceArn,
    functionReference: wanted.FunctionName,
    isEnabled: wanted.Enabled,
    settings: settingsOf(mappings.typeOf(wanted.EventSourceArn), wanted),
  });
  return {
    type: 'AWS::Lambda::EventSourceMapping',
    properties,
    replaceOn: ['EventSourceArn', 'StartingPosition', 'StartingPositionTimestamp'],
    create: async (wanted, context) => provisioned(mappings.put(inputOf(uuidOf(context, wanted), wanted))),
    update: async (current, wanted) => provisioned(mappings.put(inputOf(current.physicalId, wanted))),
    remove: async (current) => mappings.remove(current.physicalId),
    edges({ properties: { EventSourceArn, FunctionName, DestinationConfig } }, all) {
      const roleArn = roleOf(FunctionName, all);
      const { readerActions } = mappings.typeOf(EventSourceArn);
      return [
        ...roleEdges(roleArn, [EventSourceArn], readerActions),
        ...roleEdges(roleArn, [DestinationConfig?.OnFailure?.Destination ?? '']),
      ];
    },
  };
}

function provisioned({ uuid }: Mapping): Provisioned {
  const arn = arnOf('lambda', `event-source-mapping:${uuid}`);
  return { physicalId: uuid, attributes: { Id: uuid, EventSourceMappingArn: arn } };
}

/** The same for the same stack and logical id, so that it lasts over restarts; but another one for a replacement. */
function uuidOf(context: ResourceContext, wanted: Properties): string {
  const { EventSourceArn, StartingPosition, StartingPositionTimestamp } = wanted;
  const identity = [context.generateName(), EventSourceArn, StartingPosition, StartingPositionTimestamp];
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** Throws AwsError for what does not go with the kind of source. */
function settingsOf(type: SourceType, wanted: Properties): MappingSettings {
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
  { StartingPosition: at, StartingPositionTimestamp: seconds }: Properties,
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
