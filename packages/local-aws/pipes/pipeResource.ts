import { z } from 'zod';
import { arnOf } from '../core/arn.ts';
import { arnOfService } from '../core/arnSchema.ts';
import { roleEdges } from '../core/edges.ts';
import { AwsError } from '../core/errors.ts';
import { inert, type Provisioned, type ResourceType } from '../core/resource.ts';
import { compilePattern } from '../patterns/pattern.ts';
import { isPath, unknownPipeName } from './input.ts';
import type { Pipes, PipesParts } from './pipes.ts';
import { mostOf } from './settings.ts';

const inputTemplate = z
  .string()
  .max(8192)
  .superRefine((template, context) => {
    const unknown = unknownPipeName(template);
    if (unknown) context.addIssue({ code: 'custom', message: `nothing is put in for <${unknown}>` });
  });

const pattern = z.string().superRefine((text, context) => {
  try {
    compilePattern(text, 'lambda');
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
  }
});

/** A text, or a path to one in the event of the source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html */
const dynamic = (max: number) => z.string().min(1).max(max);

const orWithout = (least: number, most: number) => z.union([z.literal(-1), z.int().min(least).max(most)]);
const batch = {
  BatchSize: z.int().min(1).max(10_000).optional(),
  MaximumBatchingWindowInSeconds: z.int().min(0).max(300).optional(),
};
const functionArn = z
  .string()
  .regex(/^arn:aws:lambda:[^:]*:[^:]*:function:.+$/, 'local-aws enriches by functions only');

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-pipes-pipe-pipesourcekinesisstreamparameters.html */
const streamParameters = z
  .strictObject({
    ...batch,
    StartingPosition: z.enum(['LATEST', 'TRIM_HORIZON', 'AT_TIMESTAMP']),
    /** Seconds since the epoch. */
    StartingPositionTimestamp: z.coerce.number().optional(),
    ParallelizationFactor: z.int().min(1).max(10).optional(),
    MaximumRetryAttempts: orWithout(0, 10_000).optional(),
    MaximumRecordAgeInSeconds: orWithout(60, 604_800).optional(),
    OnPartialBatchItemFailure: z.literal('AUTOMATIC_BISECT').optional(),
    DeadLetterConfig: z
      .strictObject({ Arn: arnOfService(['sqs', 'sns'], 'must be the ARN of a queue or topic') })
      .optional(),
  })
  .refine(
    ({ StartingPosition, StartingPositionTimestamp }) =>
      (StartingPosition === 'AT_TIMESTAMP') === (StartingPositionTimestamp !== undefined),
    'StartingPositionTimestamp goes with AT_TIMESTAMP',
  );

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-pipes-pipe.html */
export const pipeProperties = z
  .strictObject({
    Name: z
      .string()
      .regex(/^[.\-_A-Za-z0-9]{1,64}$/)
      .optional(),
    Description: z.string().max(512).optional(),
    DesiredState: z.enum(['RUNNING', 'STOPPED']).default('RUNNING'),
    RoleArn: z.string().regex(/^arn:aws:iam::\d{12}:role\/.+$/, 'must be the ARN of a role'),
    Source: z.string().regex(/^arn:aws:(sqs|kinesis):[^:]*:[^:]*:.+$/, 'local-aws pipes from queues and streams only'),
    SourceParameters: z
      .strictObject({
        FilterCriteria: z
          .strictObject({
            Filters: z
              .array(z.strictObject({ Pattern: pattern }))
              .max(5)
              .default([]),
          })
          .optional(),
        SqsQueueParameters: z.strictObject(batch).optional(),
        KinesisStreamParameters: streamParameters.optional(),
      })
      .optional(),
    Enrichment: functionArn.optional(),
    EnrichmentParameters: z.strictObject({ InputTemplate: inputTemplate.optional() }).optional(),
    Target: arnOfService(
      ['events', 'sqs', 'sns', 'lambda'],
      'local-aws pipes to event buses, queues, topics and functions',
    ),
    TargetParameters: z
      .strictObject({
        InputTemplate: inputTemplate.optional(),
        EventBridgeEventBusParameters: z
          .strictObject({
            DetailType: dynamic(128).optional(),
            Source: dynamic(256).optional(),
            Resources: z.array(dynamic(1600)).max(10).optional(),
            Time: z.string().refine(isPath, 'must be a path to a time in the event').optional(),
          })
          .optional(),
        LambdaFunctionParameters: z
          .strictObject({ InvocationType: z.enum(['REQUEST_RESPONSE', 'FIRE_AND_FORGET']).optional() })
          .optional(),
      })
      .optional(),
    Tags: inert('tags have no behaviour'),
  })
  .refine(
    ({ Target, TargetParameters }) =>
      Target.startsWith('arn:aws:events:') || TargetParameters?.EventBridgeEventBusParameters === undefined,
    'EventBridgeEventBusParameters are for event buses only',
  )
  .refine(
    ({ Target, TargetParameters }) =>
      Target.startsWith('arn:aws:lambda:') || TargetParameters?.LambdaFunctionParameters === undefined,
    'LambdaFunctionParameters are for functions only',
  )
  .refine(
    ({ Source, SourceParameters }) => isStream(Source) === (SourceParameters?.KinesisStreamParameters !== undefined),
    'KinesisStreamParameters are for streams, which need them',
  )
  .refine(
    ({ Source, SourceParameters }) => !(isStream(Source) && SourceParameters?.SqsQueueParameters),
    'SqsQueueParameters are for queues only',
  )
  .refine(
    ({ Enrichment, EnrichmentParameters }) => Enrichment !== undefined || EnrichmentParameters === undefined,
    'EnrichmentParameters are for an Enrichment',
  )
  .refine(
    ({ SourceParameters, Target }) => (SourceParameters?.KinesisStreamParameters?.BatchSize ?? 1) <= mostOf(Target),
    'BatchSize is at most 10 for what takes no more at once',
  );

export type PipeProperties = z.output<typeof pipeProperties>;

const isStream = (arn: string) => arn.startsWith('arn:aws:kinesis:');

export const pipeArn = (name: string) => arnOf('pipes', `pipe/${name}`);

/** `AWS::Pipes::Pipe`. */
export function pipeType(pipes: Pipes, sources: PipesParts['sources']): ResourceType<PipeProperties> {
  const provisioned = (name: string, { DesiredState }: PipeProperties): Provisioned => ({
    physicalId: name,
    attributes: { Arn: pipeArn(name), CurrentState: DesiredState },
  });
  return {
    type: 'AWS::Pipes::Pipe',
    properties: pipeProperties,
    replaceOn: ['Name', 'Source'],
    async create(wanted, context) {
      const name = wanted.Name ?? context.generateName({ maxLength: 64 });
      if (pipes.has(name)) throw new AwsError('ConflictException', `Pipe ${name} already exists.`, { status: 409 });
      pipes.put(name, context.stackName, wanted);
      return provisioned(name, wanted);
    },
    async update(current, wanted, before, context) {
      assertSameStart(wanted, before);
      pipes.put(current.physicalId, context.stackName, wanted);
      return provisioned(current.physicalId, wanted);
    },
    remove: async (current) => pipes.remove(current.physicalId),
    edges: ({ properties: { RoleArn, Source, Target, Enrichment = '', SourceParameters } }) => [
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-permissions.html
      ...roleEdges(RoleArn, [Source], sources[Source.split(':')[2] ?? '']?.readerActions),
      ...roleEdges(RoleArn, [
        Target,
        Enrichment,
        SourceParameters?.KinesisStreamParameters?.DeadLetterConfig?.Arn ?? '',
      ]),
    ],
  };
}

/** CloudFormation would replace the pipe, which its name does not allow: where it began, it has begun. */
function assertSameStart(wanted: PipeProperties, before: PipeProperties): void {
  const startOf = ({ SourceParameters }: PipeProperties) => {
    const { StartingPosition, StartingPositionTimestamp } = SourceParameters?.KinesisStreamParameters ?? {};
    return `${StartingPosition} ${StartingPositionTimestamp}`;
  };
  if (startOf(wanted) === startOf(before)) return;
  throw new AwsError(
    'ValidationException',
    'StartingPosition of a pipe cannot be changed: give the pipe another name.',
  );
}
