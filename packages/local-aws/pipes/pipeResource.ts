import { z } from 'zod';
import { arnOf } from '../core/arn.ts';
import { arnOfService } from '../core/arnSchema.ts';
import { roleEdges } from '../core/edges.ts';
import { AwsError } from '../core/errors.ts';
import { inert, type Provisioned, type ResourceType } from '../core/resource.ts';
import { compilePattern } from '../patterns/pattern.ts';
import { isPath, unknownPipeName } from './input.ts';
import type { Pipes } from './pipes.ts';

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
    Source: z.string().regex(/^arn:aws:sqs:[^:]*:[^:]*:.+$/, 'local-aws pipes from queues only'),
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
        SqsQueueParameters: z
          .strictObject({
            BatchSize: z.int().min(1).max(10_000).optional(),
            MaximumBatchingWindowInSeconds: z.int().min(0).max(300).optional(),
          })
          .optional(),
      })
      .optional(),
    Target: arnOfService(['events', 'sqs', 'sns'], 'local-aws pipes to event buses, queues and topics'),
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
      })
      .optional(),
    Tags: inert('tags have no behaviour'),
  })
  .refine(
    ({ Target, TargetParameters }) =>
      Target.startsWith('arn:aws:events:') || TargetParameters?.EventBridgeEventBusParameters === undefined,
    'EventBridgeEventBusParameters are for event buses only',
  );

export type PipeProperties = z.output<typeof pipeProperties>;

/** What the role of a pipe must be allowed: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-permissions.html */
const READER_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

export const pipeArn = (name: string) => arnOf('pipes', `pipe/${name}`);

/** `AWS::Pipes::Pipe`. */
export function pipeType(pipes: Pipes): ResourceType<PipeProperties> {
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
      pipes.put(name, wanted);
      return provisioned(name, wanted);
    },
    async update(current, wanted) {
      pipes.put(current.physicalId, wanted);
      return provisioned(current.physicalId, wanted);
    },
    remove: async (current) => pipes.remove(current.physicalId),
    edges: ({ properties: { RoleArn, Source, Target } }) => [
      ...roleEdges(RoleArn, [Source], READER_ACTIONS),
      ...roleEdges(RoleArn, [Target]),
    ],
  };
}
